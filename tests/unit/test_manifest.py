from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from packaging.version import Version

from samples import distribution
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.errors import Damaged, UsageError
from twine_stage.manifest import (
    PREDICATE_TYPE,
    STATEMENT_TYPE,
    Manifest,
    adopt,
    freeze,
    purl,
    subject,
)
from twine_stage.manifest import distribution as read_distribution
from twine_stage.origins import Source
from twine_stage.releases import Release, ReleaseId, group

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WHEEL, SDIST = "spam-1.0-py3-none-any.whl", "spam-1.0.tar.gz"
Change = Callable[[dict[str, Any]], object]


def release(*names: str) -> Release:
    (found,) = group(distribution(name) for name in names or (WHEEL, SDIST))
    return found


def known(name: str = WHEEL) -> Distribution:
    """A distribution of which everything is known."""
    return Distribution(
        filename=Filename.parse(name),
        sha256="1" * 64,
        size=4661,
        blake2b256="2" * 64,
        core_metadata="3" * 64,
        metadata_version="2.4",
        requires_python=">=3.9",
        attestations=(Attestation(predicate_type="https://example.org/publish", sha256="4" * 64),),
    )


def damaged(change: Change) -> str:
    """The sentence with which a changed manifest is refused."""
    document = json.loads(freeze(release()).dumps())
    change(document)
    with pytest.raises(Damaged) as caught:
        Manifest.loads(json.dumps(document).encode(), name="1.json")
    assert caught.value.document == "1.json"
    assert "never edited" in caught.value.hint
    return caught.value.problem


def extension(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["predicate"]["stageRelease"]
    return found


class TestFreezing:
    def test_the_first_revision_is_a_function_of_the_files(self) -> None:
        """A first revision has no reason, no predecessor and no carried file."""
        manifest = freeze(release())
        assert manifest == Manifest(release=release())
        assert manifest.id == ReleaseId.parse("spam==1.0")
        assert (manifest.revision, manifest.carried) == (1, frozenset())

    def test_a_revision_takes_files_over(self) -> None:
        """A revision holds the carried files too, names its reason, and its predecessor."""
        first = freeze(release(SDIST))
        second = freeze(
            release(WHEEL), previous=first, carried=first.release.distributions, reason="a wheel"
        )
        assert [str(dist.filename) for dist in second.release.distributions] == [WHEEL, SDIST]
        assert (second.revision, second.previous, second.carried, second.reason) == (
            2,
            first.digest,
            frozenset({SDIST}),
            "a wheel",
        )
        third = freeze(release(WHEEL), previous=second, reason="again")
        assert (third.revision, third.previous) == (3, second.digest)

    def test_a_revision_without_known_predecessor_is_the_second(self) -> None:
        """Who holds nothing but a new file can still append it."""
        manifest = freeze(release(WHEEL), carried=[distribution(SDIST)], reason="a wheel")
        assert (manifest.revision, manifest.previous) == (2, None)

    def test_of_a_file_both_staged_and_carried_the_staged_counts(self) -> None:
        """What is staged is known better than what an index shows."""
        manifest = freeze(release(SDIST), carried=[distribution(SDIST)], reason="again")
        assert manifest.carried == frozenset()

    def test_without_a_reason_nothing_is_a_revision(self) -> None:
        """A release that is frozen again after a thaw is a first revision."""
        manifest = freeze(release(), previous=freeze(release(SDIST)))
        assert (manifest.revision, manifest.previous) == (1, None)

    @pytest.mark.parametrize("reason", ["", "  ", "\udcff"])
    def test_a_reason_is_text(self, reason: str) -> None:
        """A reason that says nothing, or cannot be written, is a usage error."""
        with pytest.raises(UsageError, match="expected a reason"):
            freeze(release(), reason=reason)


class TestTheDocument:
    def test_it_is_an_in_toto_statement(self) -> None:
        """Types, subjects and predicate stand where other tools look for them."""
        document = json.loads(freeze(release()).dumps())
        assert (document["_type"], document["predicateType"]) == (STATEMENT_TYPE, PREDICATE_TYPE)
        assert [item["name"] for item in document["subject"]] == [WHEEL, SDIST]
        assert [item["mediaType"] for item in document["subject"]] == [
            "application/zip",
            "application/gzip",
        ]
        assert document["predicate"]["purl"] == "pkg:pypi/spam@1.0"
        assert extension(document)["fileSetDigest"] == {"dirHash1": release().digest}

    def test_all_that_is_known_is_written_and_read(self) -> None:
        """A manifest with everything in it is read as it was written."""
        source = Source(uri="git+https://example.org/spam", commit=COMMIT, ref="refs/tags/v1")
        manifest = freeze(
            Release(ReleaseId.parse("spam==1.0"), (known(),)),
            previous=freeze(release(SDIST)),
            carried=[distribution(SDIST)],
            reason="wheels, späm & 🥚",
            source=source,
        )
        assert Manifest.loads(manifest.dumps()) == manifest

    def test_a_source_without_ref_is_read(self) -> None:
        """The ref is optional."""
        source = Source(uri="git+https://example.org/spam", commit=COMMIT)
        assert Manifest.loads(freeze(release(), source=source).dumps()).source == source

    def test_an_entry_of_a_draft_is_a_subject(self) -> None:
        """A single distribution is written and read by itself."""
        assert read_distribution(subject(known()), name="entry") == known()
        bare = distribution(SDIST)
        assert read_distribution(subject(bare), name="entry") == bare
        with pytest.raises(Damaged, match=r"^entry: name: missing$"):
            read_distribution({}, name="entry")

    def test_the_older_predicate_type_is_read(self) -> None:
        """Statements of the predicate's first version are understood."""
        document = json.loads(freeze(release()).dumps())
        document["predicateType"] = "https://in-toto.io/attestation/release/v0.1"
        assert Manifest.loads(json.dumps(document).encode()).release == release()

    def test_the_order_in_a_document_does_not_matter(self) -> None:
        """Subjects that stand unsorted are read sorted."""
        document = json.loads(freeze(release()).dumps())
        document["subject"].reverse()
        assert Manifest.loads(json.dumps(document).encode()) == freeze(release())

    def test_a_file_that_is_marked_as_not_carried_is_not(self) -> None:
        """Only ``true`` marks a carried file."""
        document = json.loads(freeze(release()).dumps())
        document["subject"][0]["annotations"]["carried"] = False
        assert Manifest.loads(json.dumps(document).encode()).carried == frozenset()

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Foo_Bar==1.0", "pkg:pypi/foo-bar@1.0"),
            ("spam==1.0+cu12", "pkg:pypi/spam@1.0%2Bcu12"),
            ("spam==1!2.0", "pkg:pypi/spam@1%212.0"),
        ],
    )
    def test_a_release_has_a_package_url(self, name: str, expected: str) -> None:
        """The version is percent-encoded, the name normalized."""
        assert purl(ReleaseId.parse(name)) == expected

    def test_versions_are_spelled_one_way(self) -> None:
        """Files of 1.0 and 1.0.0 are one release, named by the version it was given."""
        manifest = freeze(release("spam-1.0.tar.gz", "spam-1.0.0-py3-none-any.whl"))
        assert manifest.id.version == Version("1.0")
        assert Manifest.loads(manifest.dumps()) == manifest


class TestAdopted:
    def test_it_takes_all_files_over(self) -> None:
        """Its mark stands beside the facts of the release, and is read again."""
        manifest = adopt(release())
        document = json.loads(manifest.dumps())
        assert extension(document)["adopted"] is True
        assert [one["annotations"]["carried"] for one in document["subject"]] == [True, True]
        assert Manifest.loads(manifest.dumps()) == manifest
        assert (manifest.adopted, manifest.revision) == (True, 1)

    def test_what_was_frozen_has_no_such_mark(self) -> None:
        """So its canonical bytes are what they always were."""
        assert b"adopted" not in freeze(release()).dumps()
        assert not Manifest.loads(freeze(release()).dumps()).adopted

    def test_a_revision_upon_it_was_frozen_here(self) -> None:
        """The chain of digests tells what it builds upon."""
        first = adopt(release())
        second = freeze(release(), previous=first, reason="more")
        assert (second.adopted, second.previous) == (False, first.digest)


class TestJudging:
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (lambda doc: doc.pop("_type"), "_type: missing"),
            (
                lambda doc: doc.update(predicateType="x"),
                f"predicateType: expected {PREDICATE_TYPE}",
            ),
            (
                lambda doc: extension(doc).update(schema=2),
                "predicate.stageRelease.schema: expected",
            ),
            (lambda doc: extension(doc).update(name="Spam"), "predicate.stageRelease.name: exp"),
            (
                lambda doc: extension(doc).update(version=" 1.0"),
                "predicate.stageRelease.version: e",
            ),
            (
                lambda doc: extension(doc).update(version="one"),
                "predicate.stageRelease: expected a",
            ),
            (lambda doc: extension(doc).update(fileCount=3), "predicate.stageRelease.fileCount: e"),
            (lambda doc: extension(doc).update(totalSize=3), "predicate.stageRelease.totalSize: e"),
            (lambda doc: extension(doc).update(revision=2), "predicate.stageRelease.revision: a r"),
            (lambda doc: extension(doc).update(revision=0), "predicate.stageRelease.revision: a r"),
            (lambda doc: extension(doc).update(reason="x"), "predicate.stageRelease.revision: a r"),
            (
                lambda doc: extension(doc).update(adopted=False),
                "predicate.stageRelease.adopted: expected True",
            ),
            (
                lambda doc: extension(doc).update(previous={"sha256": "x"}),
                "predicate.stageRelease.previous.sha256: expected 64",
            ),
            (
                lambda doc: extension(doc).update(
                    source={"uri": "git+x", "digest": {"gitCommit": "main"}}
                ),
                "predicate.stageRelease.source.digest.gitCommit: expected 40",
            ),
            (lambda doc: extension(doc)["fileSetDigest"].update(dirHash1="0" * 64), "predicate."),
            (lambda doc: doc["predicate"].update(purl="pkg:pypi/eggs@1.0"), "predicate.purl: exp"),
            (lambda doc: doc.update(subject=[]), "subject: expected at least one file"),
            (lambda doc: doc["subject"].append(doc["subject"][0]), "subject[2].name: spam-1.0-py3"),
            (
                lambda doc: doc["subject"][1].update(digest=doc["subject"][0]["digest"]),
                "subject[1]: the same bytes as spam-1.0-py3-none-any.whl",
            ),
            (
                lambda doc: doc["subject"][0].update(name="eggs-1.0.tar.gz"),
                "subject[0].name: expected a file of spam==1.0, found eggs-1.0.tar.gz",
            ),
            (
                lambda doc: doc["subject"][0].update(name="../spam-1.0.tar.gz"),
                "subject[0].name: ../spam-1.0.tar.gz: expected at most",
            ),
            (
                lambda doc: doc["subject"][1]["digest"].pop("sha256"),
                "subject[1].digest.sha256: mis",
            ),
            (
                lambda doc: doc["subject"][1]["annotations"].update(blake2b256="x"),
                "subject[1].annotations.blake2b256: expected 64",
            ),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, change: Change, problem: str) -> None:
        """A manifest that is not as it was written is refused with the path of the difference."""
        assert damaged(change).replace("'", "").startswith(problem)


class TestSources:
    @pytest.mark.parametrize(
        ("text", "source"),
        [
            (
                f"git+https://example.org/spam.git@{COMMIT}",
                Source(uri="git+https://example.org/spam.git", commit=COMMIT),
            ),
            (
                f"git+ssh://git@example.org/spam@{COMMIT}#refs/tags/v1",
                Source(uri="git+ssh://git@example.org/spam", commit=COMMIT, ref="refs/tags/v1"),
            ),
        ],
    )
    def test_a_source_is_read(self, text: str, source: Source) -> None:
        """A git URL, a full commit, and a ref if there is one."""
        assert Source.parse(text) == source

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "https://example.org/spam",
            f"https://example.org/spam@{COMMIT}",
            "git+https://example.org/spam@main",
            f"git+https://example.org/spam@{COMMIT[:-1]}",
            f"git+https://example.org/spam@{COMMIT}#",
            f"git+https://example.org/\udcff@{COMMIT}",
        ],
    )
    def test_another_form_is_a_usage_error(self, text: str) -> None:
        """An abbreviated commit or a branch is no reference to keep."""
        with pytest.raises(UsageError, match="expected a source"):
            Source.parse(text)

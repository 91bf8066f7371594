"""Which releases are exported, and whose addresses they get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from exporting import BASE, receipt_of
from fakes import Remembering
from samples import write
from staging import SDIST, SPAM, WHEEL, stage
from twine_stage import manifest as manifests
from twine_stage.errors import Damaged, StageError, UsageError, WrongState
from twine_stage.exports import FORMATS, Exported
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.exporting import from_files, from_stage, receipt_urls
from twine_stage.operations.freeze import freeze
from twine_stage.operations.receipt_files import read_receipt
from twine_stage.receipts import Receipt
from twine_stage.releases import ReleaseId
from twine_stage.store import Store

OTHER = "https://other.example.org/"


def frozen(folder: Path, *filenames: str) -> Store:
    """A stage in which all is frozen."""
    store = stage(folder, filenames or (WHEEL, SDIST))
    freeze(store, [], output=None)
    return store


def manifest_of(store: Store, release: ReleaseId = SPAM) -> Manifest:
    found = store.record(release).latest
    assert found is not None
    return found


def put_receipt(
    store: Store, release: ReleaseId = SPAM, *, index: str = "pypi", base: str = BASE
) -> None:
    """What publishing to an index leaves behind."""
    manifest = manifest_of(store, release)
    store.write_receipt(manifest, index, receipt_of(manifest, base=base))


def take(
    store: Store,
    form: str,
    name: str | None = None,
    *,
    index: str | None = None,
    reporter: Remembering | None = None,
) -> Sequence[Exported]:
    return from_stage(store, name, FORMATS[form], index=index, reporter=reporter or Remembering())


def refusal(
    store: Store, form: str, name: str | None = None, *, index: str | None = None
) -> StageError:
    with pytest.raises(StageError) as caught:
        take(store, form, name, index=index)
    return caught.value


def test_the_only_frozen_release_needs_no_name(tmp_path: Path) -> None:
    """And names and hashes need no receipt."""
    (found,) = take(frozen(tmp_path), "sha256sums")
    assert found.id == SPAM


def test_several_frozen_releases_need_one(tmp_path: Path) -> None:
    """Which are there is said."""
    store = frozen(tmp_path, WHEEL, "spam-1.1.tar.gz")
    error = refusal(store, "sha256sums")
    assert error.message == "2 releases are frozen: spam==1.0, spam==1.1"
    assert isinstance(error, UsageError)
    (found,) = take(store, "sha256sums", "spam==1.0")
    assert found.id == SPAM


def test_a_draft_cannot_be_exported(tmp_path: Path) -> None:
    """It may still change."""
    store = stage(tmp_path)
    assert refusal(store, "sha256sums").message == "nothing is frozen in this stage"
    error = refusal(store, "sha256sums", "spam")
    assert error.message == "spam==1.0 is a draft: there is nothing frozen to export"
    assert refusal(store, "versions", "spam==1.0").message == error.message


@pytest.mark.parametrize("form", ["pylock", "urls", "json", "snippets", "nix"])
def test_a_format_with_addresses_needs_a_receipt(tmp_path: Path, form: str) -> None:
    """What is missing is said, and how it comes about."""
    error = refusal(frozen(tmp_path), form)
    assert isinstance(error, WrongState)
    assert error.message == (
        "expected a receipt of spam==1.0, which holds the addresses of its files, found none"
    )
    assert error.hint == "A receipt is written when all files are seen there: stage publish"


def test_the_only_receipt_needs_no_name(tmp_path: Path) -> None:
    """It has the addresses."""
    store = frozen(tmp_path)
    put_receipt(store)
    (found,) = take(store, "urls")
    assert found.files[0].url == BASE + WHEEL


def test_of_several_receipts_one_is_named(tmp_path: Path) -> None:
    """The same files stand under other addresses elsewhere."""
    store = frozen(tmp_path)
    put_receipt(store)
    put_receipt(store, index="company", base=OTHER)
    error = refusal(store, "urls")
    assert error.message == "spam==1.0 has receipts of several indexes: company, pypi"
    assert error.hint == "Name the one whose addresses are meant, say -r company."
    (found,) = take(store, "urls", index="company")
    assert found.files[0].url == OTHER + WHEEL
    assert receipt_urls(store).keys() == {"company", "pypi"}


def test_an_index_without_receipt_is_named(tmp_path: Path) -> None:
    """The command that makes one is told elsewhere."""
    store = frozen(tmp_path)
    put_receipt(store)
    error = refusal(store, "urls", index="testpypi")
    assert "expected a receipt of spam==1.0 on testpypi" in error.message


def test_drafts_are_not_among_what_is_meant(tmp_path: Path) -> None:
    """They cannot be exported; which of several frozen releases is meant has to be said."""
    store = frozen(tmp_path)
    paths = write(tmp_path, "spam-1.1.tar.gz", "spam-1.2.tar.gz")
    add(store, [str(path) for path in paths], reporter=Remembering())
    (found,) = take(store, "sha256sums", "Spam")
    assert found.id == SPAM
    freeze(store, ["spam==1.2"])
    error = refusal(store, "sha256sums", "spam")
    assert error.message == "2 releases are frozen: spam==1.0, spam==1.2"


def test_where_addresses_are_optional_none_may_be_known(tmp_path: Path) -> None:
    """Before publishing, and where nobody says which of several are meant."""
    store = frozen(tmp_path)
    assert take(store, "cyclonedx")[0].files[0].url == ""
    put_receipt(store)
    assert take(store, "cyclonedx")[0].files[0].url == BASE + WHEEL
    put_receipt(store, index="company", base=OTHER)
    assert take(store, "cyclonedx")[0].files[0].url == ""
    assert take(store, "cyclonedx", index="company")[0].files[0].url == OTHER + WHEEL
    assert "on testpypi" in refusal(store, "cyclonedx", index="testpypi").message


def test_a_format_of_a_project_takes_all_that_is_published(tmp_path: Path) -> None:
    """What is left out is said."""
    store = frozen(tmp_path, WHEEL, "spam-1.1.tar.gz", "spam-1.2.tar.gz")
    add(
        store,
        [str(path) for path in write(tmp_path / "more", "spam-2.0.tar.gz")],
        reporter=Remembering(),
    )
    put_receipt(store)
    put_receipt(store, ReleaseId.parse("spam==1.1"))
    reporter = Remembering()
    found = take(store, "versions", reporter=reporter)
    assert [str(one.id) for one in found] == ["spam==1.0", "spam==1.1"]
    assert reporter.notes == ["spam==1.2 is left out: it has no receipt on pypi"]
    (named,) = take(store, "versions", "spam==1.0")
    assert named.id == SPAM


def test_a_format_of_a_project_is_of_one_index(tmp_path: Path) -> None:
    """A release that was only tried out elsewhere is not the latest of all."""
    store = frozen(tmp_path, WHEEL, "spam-1.1.tar.gz")
    put_receipt(store)
    put_receipt(store, ReleaseId.parse("spam==1.1"), index="company", base=OTHER)
    error = refusal(store, "versions")
    assert isinstance(error, UsageError)
    assert error.message == "releases of spam have receipts of several indexes: company, pypi"
    assert error.hint == "Name the one whose addresses are meant, say -r company."
    reporter = Remembering()
    (found,) = take(store, "versions", "spam", index="company", reporter=reporter)
    assert str(found.id) == "spam==1.1"
    assert reporter.notes == ["spam==1.0 is left out: it has no receipt on company"]
    error = refusal(store, "versions", "spam", index="testpypi")
    assert "expected a receipt of any release on testpypi" in error.message


def test_a_format_of_a_project_takes_the_revision_that_is_published(tmp_path: Path) -> None:
    """A release does not vanish while files are appended to it."""
    store = frozen(tmp_path)
    put_receipt(store)
    first = manifest_of(store)
    store.write_manifest(manifests.freeze(first.release, previous=first, reason="more"))
    reporter = Remembering()
    (found,) = take(store, "versions", reporter=reporter)
    assert found.manifest.revision == 1
    assert reporter.notes == [
        "spam==1.0 is exported as revision 1: revision 2 has no receipt on pypi"
    ]
    put_receipt(store)
    (found,) = take(store, "versions", reporter=reporter)
    assert found.manifest.revision == 2
    assert len(reporter.notes) == 1


def test_a_format_of_a_project_needs_one_receipt(tmp_path: Path) -> None:
    """A document about nothing is no document."""
    store = frozen(tmp_path)
    assert "expected a receipt of any release" in refusal(store, "redirects").message


def test_a_format_of_a_project_is_of_one(tmp_path: Path) -> None:
    """Which are there is said."""
    store = frozen(tmp_path, WHEEL, "eggs-1.0.tar.gz")
    put_receipt(store)
    error = refusal(store, "versions")
    assert error.message == "releases of 2 projects are frozen: eggs, spam"
    assert take(store, "versions", "Spam")[0].id == SPAM
    assert refusal(store, "versions", "ham").message == "nothing of ham is frozen in this stage"
    empty = Store.create(tmp_path, explicit=tmp_path / "empty")
    assert refusal(empty, "versions").message == "nothing is frozen in this stage"


def test_a_manifest_and_a_receipt_are_enough(tmp_path: Path) -> None:
    """No stage, no index."""
    manifest = manifest_of(frozen(tmp_path))
    (found,) = from_files([manifest], [receipt_of(manifest)], FORMATS["urls"])
    assert found.files[0].url == BASE + WHEEL
    (found,) = from_files([manifest], [], FORMATS["requirements"])
    assert found.files[0].url == ""


def test_a_manifest_alone_has_no_addresses(tmp_path: Path) -> None:
    """The way out is named."""
    manifest = manifest_of(frozen(tmp_path))
    with pytest.raises(WrongState, match=r"urls: expected a receipt of spam==1\.0") as caught:
        from_files([manifest], [], FORMATS["urls"])
    assert caught.value.hint == "Name it beside the manifest: --receipt FILE"


def test_manifests_get_the_receipts_that_are_of_them(tmp_path: Path) -> None:
    """In any order; one that is of none of them is a mistake."""
    store = frozen(tmp_path, WHEEL, "spam-1.1.tar.gz")
    first, second = manifest_of(store), manifest_of(store, ReleaseId.parse("spam==1.1"))
    receipts = [receipt_of(second), receipt_of(first)]
    found = from_files([first, second], receipts, FORMATS["versions"])
    assert [str(one.id) for one in found] == ["spam==1.0", "spam==1.1"]
    with pytest.raises(UsageError, match="of example is of another manifest"):
        from_files([first], receipts, FORMATS["urls"])
    with pytest.raises(UsageError, match="urls: expected one manifest, found 2"):
        from_files([first, second], receipts, FORMATS["urls"])


def test_no_release_and_no_receipt_is_given_twice(tmp_path: Path) -> None:
    """Which of them is meant is not guessed."""
    manifest = manifest_of(frozen(tmp_path))
    receipts = [receipt_of(manifest), receipt_of(manifest, base=OTHER)]
    with pytest.raises(UsageError, match=r"--receipt: expected one of spam==1\.0, found several"):
        from_files([manifest], receipts, FORMATS["urls"])
    with pytest.raises(UsageError, match=r"--manifest: expected one of spam==1\.0, found several"):
        from_files([manifest, manifest], receipts[:1], FORMATS["versions"])


def test_manifests_are_of_one_project(tmp_path: Path) -> None:
    """So is the document."""
    store = frozen(tmp_path, WHEEL, "eggs-1.0.tar.gz")
    both = [manifest_of(store), manifest_of(store, ReleaseId.parse("eggs==1.0"))]
    with pytest.raises(UsageError, match="expected manifests of one project, found eggs, spam"):
        from_files(both, [], FORMATS["versions"])


def test_a_receipt_is_read_from_a_file(tmp_path: Path) -> None:
    """A file that is none, or not there, is named."""
    receipt = receipt_of(manifest_of(frozen(tmp_path)))
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt.dumps())
    assert isinstance(read_receipt(path), Receipt)
    path.write_bytes(b"{}")
    with pytest.raises(Damaged, match=r"receipt\.json: schema: missing"):
        read_receipt(path)
    with pytest.raises(UsageError, match=r"expected a receipt at .*gone\.json, found: No such"):
        read_receipt(tmp_path / "gone.json")

"""The manifest: an in-toto statement that names every file of a release by hash.

It is a pure function of the files, the project, the version and the source reference: no time, no
tool version, no index. Two people who freeze the same files get the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from twine_stage.digests import sha256
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.documents import Node, is_text
from twine_stage.errors import InvalidDistribution, UsageError
from twine_stage.origins import Source, read_source
from twine_stage.releases import Release, ReleaseId, group

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/release/v0.2"
_PREDICATE_TYPES = (PREDICATE_TYPE, "https://in-toto.io/attestation/release/v0.1")
SCHEMA = 1

_HINT = "Take the file from a copy; a manifest is never edited."


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A frozen release.

    ``carried`` are the names of the files that this revision takes over from the index, where
    they stood before it. ``previous`` is the digest of the manifest of the revision before, where
    there is one; ``reason`` says why files were appended, and is there from revision 2 on.
    ``adopted`` says that nobody froze all of it before it was public: an index showed it so.
    """

    release: Release
    revision: int = 1
    previous: str | None = None
    reason: str | None = None
    carried: frozenset[str] = frozenset()
    source: Source | None = None
    adopted: bool = False

    @property
    def id(self) -> ReleaseId:
        """The release that is frozen here."""
        return self.release.id

    def dumps(self) -> bytes:
        """The canonical bytes (RFC 8785): what is written, hashed and signed."""
        return json.dumps(
            _document(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical bytes."""
        return sha256(self.dumps())

    @classmethod
    def loads(cls, content: bytes, *, name: str = "manifest") -> Manifest:
        """Read and judge a manifest.

        Args:
            content: the bytes of the document.
            name: what errors call it; a path, say.

        Raises:
            Damaged: with the path of what is wrong in it (``subject[3].digest.sha256: missing``).
        """
        return _manifest(Node.loads(content, name=name, hint=_HINT))


def freeze(
    release: Release,
    *,
    previous: Manifest | None = None,
    carried: Iterable[Distribution] = (),
    reason: str | None = None,
    source: Source | None = None,
) -> Manifest:
    """The manifest of a release.

    Args:
        release: the files that were staged.
        previous: the manifest of the revision before, if there is one.
        carried: files that the index has and this revision takes over; of a file that is staged
            too, the staged one counts.
        reason: why files are appended to a public release; makes this a revision.
        source: what the files were built from.

    Raises:
        UsageError: the reason is empty, or not text.
    """
    if reason is not None and not (reason.strip() and is_text(reason)):
        raise UsageError(f"expected a reason for appending, found {reason!r}")
    own = {dist.filename.text for dist in release.distributions}
    others = tuple(dist for dist in carried if dist.filename.text not in own)
    (whole,) = group((*release.distributions, *others))  # which spells the version by the files
    return Manifest(
        release=whole,
        revision=1 if reason is None else max(2, previous.revision + 1 if previous else 2),
        previous=previous.digest if previous and reason is not None else None,
        reason=reason,
        carried=frozenset(dist.filename.text for dist in others),
        source=source,
    )


def adopt(
    release: Release, *, previous: Manifest | None = None, reason: str | None = None
) -> Manifest:
    """The manifest of a release that nobody froze so, of what an index shows of it.

    It takes all files over from there, but those that were staged for the revision before; why
    others came since, the reason says. Raises as ``freeze`` does.
    """
    before = previous.release.distributions if previous else ()
    carried = previous.carried if previous else ()
    staged = tuple(dist for dist in before if dist.filename.text not in carried)
    shown = release.distributions
    frozen = freeze(Release(release.id, staged), previous=previous, carried=shown, reason=reason)
    return replace(frozen, adopted=True)


def purl(release: ReleaseId) -> str:
    """The package URL of a release: ``pkg:pypi/spam@1.2.3``."""
    return f"pkg:pypi/{quote(release.project)}@{quote(str(release.version), safe='')}"


def subject(distribution: Distribution, *, carried: bool = False) -> dict[str, Any]:
    """A distribution as the manifest and the entries of a draft write it; unknown is left out."""
    annotations = {
        "size": distribution.size,
        "packagetype": distribution.filename.kind.packagetype,
        "blake2b256": distribution.blake2b256,
        "coreMetadataSha256": distribution.core_metadata,
        "metadataVersion": distribution.metadata_version,
        "requiresPython": distribution.requires_python,
        "attestations": [
            {"predicateType": attestation.predicate_type, "sha256": attestation.sha256}
            for attestation in distribution.attestations
        ]
        or None,
        "carried": carried or None,
    }
    return {
        "name": distribution.filename.text,
        "digest": {"sha256": distribution.sha256},
        "mediaType": distribution.filename.kind.media_type,
        "annotations": {key: value for key, value in annotations.items() if value is not None},
    }


def distribution(document: object, *, name: str) -> Distribution:
    """Read what ``subject`` wrote.

    Raises:
        Damaged: it is not such a document.
    """
    return _distribution(Node(name=name, value=document, hint=_HINT))


def _document(manifest: Manifest) -> dict[str, Any]:
    release = manifest.release
    extension: dict[str, Any] = {
        "schema": SCHEMA,
        "name": release.id.project,
        "version": str(release.id.version),
        "fileCount": len(release.distributions),
        "totalSize": release.size,
        "fileSetDigest": {"dirHash1": release.digest},
        "revision": manifest.revision,
    }
    if source := manifest.source:
        extension["source"] = {"uri": source.uri, "digest": {"gitCommit": source.commit}}
        if source.ref is not None:
            extension["source"]["ref"] = source.ref
    if manifest.previous:
        extension["previous"] = {"sha256": manifest.previous}
    if manifest.reason is not None:
        extension["reason"] = manifest.reason
    if manifest.adopted:
        extension["adopted"] = True
    return {
        "_type": STATEMENT_TYPE,
        "predicateType": PREDICATE_TYPE,
        "subject": [
            subject(dist, carried=dist.filename.text in manifest.carried)
            for dist in release.distributions
        ],
        "predicate": {"purl": purl(release.id), "stageRelease": extension},
    }


def _manifest(node: Node) -> Manifest:
    node.get("_type").expect(STATEMENT_TYPE)
    node.get("predicateType").expect(*_PREDICATE_TYPES)
    extension = node.get("predicate").get("stageRelease")
    extension.get("schema").expect(SCHEMA)
    release_id = _release_id(extension)
    node.get("predicate").get("purl").expect(purl(release_id))
    release = Release(release_id, _subjects(node.get("subject"), release_id))
    extension.get("fileSetDigest").get("dirHash1").expect(release.digest)
    extension.get("fileCount").expect(len(release.distributions))
    extension.get("totalSize").expect(release.size)
    reason = extension.optional("reason", Node.text)
    revision = extension.get("revision").number()
    if (revision > 1) != (reason is not None) or revision == 0:
        raise extension.get("revision").fail("a reason stands in each revision but the first")
    return Manifest(
        release=release,
        revision=revision,
        previous=extension.optional("previous", lambda found: found.get("sha256").hash()),
        reason=reason,
        carried=_carried(node.get("subject")),
        source=extension.optional("source", read_source),
        adopted=extension.optional("adopted", _mark) or False,
    )


def _release_id(extension: Node) -> ReleaseId:
    name, version = extension.get("name"), extension.get("version")
    try:
        release = ReleaseId.parse(f"{name.text()}=={version.text()}")
    except UsageError as error:
        raise extension.fail(error.message) from error
    name.expect(release.project)
    version.expect(str(release.version))
    return release


def _mark(node: Node) -> bool:
    """A mark that is there only where it is true."""
    node.expect(True)  # noqa: FBT003 - what JSON has
    return True


def _carried(subjects: Node) -> frozenset[str]:
    marks = [(item, item.get("annotations").find("carried")) for item in subjects.items()]
    return frozenset(item.get("name").text() for item, mark in marks if mark and mark.value is True)


def _subjects(node: Node, release: ReleaseId) -> tuple[Distribution, ...]:
    found: dict[str, Distribution] = {}
    digests: dict[str, str] = {}
    for item in node.items():
        dist = _distribution(item)
        if (dist.filename.project, dist.filename.version) != (release.project, release.version):
            raise item.get("name").fail(f"expected a file of {release}, found {dist.filename}")
        if dist.filename.text in found:
            raise item.get("name").fail(f"{dist.filename} stands there twice")
        if dist.sha256 in digests:
            raise item.fail(f"the same bytes as {digests[dist.sha256]}")
        found[dist.filename.text] = dist
        digests[dist.sha256] = dist.filename.text
    if not found:
        raise node.fail("expected at least one file")
    return tuple(found[name] for name in sorted(found))


def _distribution(node: Node) -> Distribution:
    try:
        filename = Filename.parse(node.get("name").text())
    except InvalidDistribution as error:
        raise node.get("name").fail(error.message) from error
    notes = node.get("annotations")
    return Distribution(
        filename=filename,
        sha256=node.get("digest").get("sha256").hash(),
        size=notes.get("size").number(),
        blake2b256=notes.optional("blake2b256", Node.hash),
        core_metadata=notes.optional("coreMetadataSha256", Node.hash),
        metadata_version=notes.optional("metadataVersion", Node.text),
        requires_python=notes.optional("requiresPython", Node.text),
        attestations=notes.optional("attestations", _attestations) or (),
    )


def _attestations(node: Node) -> tuple[Attestation, ...]:
    return tuple(
        Attestation(
            predicate_type=item.get("predicateType").text(), sha256=item.get("sha256").hash()
        )
        for item in node.items()
    )

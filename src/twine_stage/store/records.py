"""Records: one release as the stage holds it, read at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from twine_stage.distributions import Distribution
from twine_stage.documents import Node
from twine_stage.errors import Damaged
from twine_stage.journal import Progress, loads, replay
from twine_stage.manifest import Manifest, distribution
from twine_stage.receipts import Receipt
from twine_stage.releases import Release, ReleaseId, release_id
from twine_stage.store.manifests import SIGNATURE
from twine_stage.store.writing import TEMPORARY, storing

DRAFT = "draft"
MANIFESTS = "manifests"

Key = tuple[int, str]
"""A revision and the id of an index: what journals and receipts are kept under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the stage holds of a release; manifests by ascending revision."""

    release: ReleaseId
    draft: Release | None
    manifests: tuple[Manifest, ...]
    progress: Mapping[Key, Progress]
    receipts: Mapping[Key, Receipt]

    @property
    def state(self) -> str:
        """``draft``, ``frozen`` or ``published``."""
        if self.draft is not None or self.latest is None:
            return "draft"
        return "published" if self.is_published(self.latest) else "frozen"

    @property
    def latest(self) -> Manifest | None:
        """The manifest of the highest revision."""
        return self.manifests[-1] if self.manifests else None

    @property
    def base(self) -> Manifest | None:
        """The latest manifest that an index may have received: what a draft builds upon.

        A manifest beside a draft that no index received is what a killed freeze or thaw left; it
        holds nothing that the draft does not.
        """
        return next((one for one in reversed(self.manifests) if self.has_sent(one)), None)

    @property
    def current(self) -> Release:
        """The draft, or what is frozen."""
        if self.draft is not None:
            return self.draft
        return self.latest.release if self.latest else Release(self.release, ())

    def has_sent(self, manifest: Manifest) -> bool:
        """Whether any index may have something of a manifest, as of what was adopted from one."""
        return (
            manifest.adopted
            or any(
                progress.has_sent
                for (revision, _), progress in self.progress.items()
                if revision == manifest.revision
            )
            or any(revision == manifest.revision for revision, _ in self.receipts)
        )

    def is_published(self, manifest: Manifest) -> bool:
        """Whether some index was told to make a manifest public, or it was adopted from one."""
        return manifest.adopted or any(
            progress.is_published
            for (revision, _), progress in self.progress.items()
            if revision == manifest.revision
        )


def read_record(folder: Path, release: ReleaseId) -> Record:
    """Read the folder of a release; an empty or missing one is an empty record.

    Raises:
        Damaged: a document in it is not one we wrote; the error names it.
    """
    manifests = _manifests(folder, release)
    entries = [
        _entry(path, content, release) for path, content in _documents(folder / DRAFT, ".json")
    ]
    if not entries:  # a draft that was frozen between the two looks is a manifest now
        manifests = _manifests(folder, release)
    return Record(
        release=release,
        draft=Release(release, tuple(sorted(entries, key=lambda one: one.filename.text)))
        if entries
        else None,
        manifests=tuple(sorted(manifests, key=lambda one: one.revision)),
        progress={
            _key(path): progress
            for path, content in _documents(folder / "journals", ".jsonl")
            if (progress := replay(loads(content, name=path.name)))
        },
        receipts={
            _key(path): Receipt.loads(content, name=path.name)
            for path, content in _documents(folder / "receipts", ".json")
        },
    )


def is_staged(folder: Path) -> bool:
    """Whether the folder of a release holds anything; looked at twice, as by ``read_record``."""
    looks = (f"{DRAFT}/[!.]*.json", f"{MANIFESTS}/[!.]*.json", f"{DRAFT}/[!.]*.json")
    return any(any(folder.glob(look)) for look in looks)


def _entry(path: Path, content: bytes, release: ReleaseId) -> Distribution:
    name = f"{release.folder}/{DRAFT}/{path.name}"
    hint = "Remove this file from the stage, and stage the distribution again: stage add FILE"
    node = Node.loads(content, name=name, hint=hint)
    try:
        found = distribution(node.value, name=name)
    except Damaged as error:
        raise Damaged(name, error.problem, hint=hint) from error
    node.get("name").expect(path.name.removesuffix(".json"))
    if release_id(found) != release:
        raise node.get("name").fail(f"expected a file of {release}, found {found.filename}")
    return found


def _manifests(folder: Path, release: ReleaseId) -> list[Manifest]:
    return [
        _manifest(path, content, release)
        for path, content in _documents(folder / MANIFESTS, ".json")
        if not path.name.endswith(SIGNATURE)
    ]


def _manifest(path: Path, content: bytes, release: ReleaseId) -> Manifest:
    name = f"{release.folder}/{MANIFESTS}/{path.name}"
    found = Manifest.loads(content, name=name)
    if found.id != release or str(found.revision) != path.stem:
        raise Damaged(
            name,
            f"expected revision {path.stem} of {release}, found {found.revision} of {found.id}",
            hint="Take the file from a copy; a manifest is never edited.",
        )
    return found


def _documents(folder: Path, suffix: str) -> Iterator[tuple[Path, bytes]]:
    """The documents of a kind; temporary ones, and those that vanish meanwhile, are passed over."""
    with storing(f"{folder.parent.name}/{folder.name}", verb="read"):
        paths: list[Path] = []
        with suppress(FileNotFoundError):
            paths += folder.iterdir()
        for path in paths:
            if path.name.endswith(suffix) and not path.name.startswith(TEMPORARY):
                with suppress(FileNotFoundError):
                    yield path, path.read_bytes()


def _key(path: Path) -> Key:
    revision, _, index = path.stem.partition("-")
    if not revision.isdecimal():
        raise Damaged(path.name, "expected a name like 1-pypi", hint="Move the file away.")
    return int(revision), index

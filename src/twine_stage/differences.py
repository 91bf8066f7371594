"""Differences: what an index shows of a release otherwise than it was frozen, and why.

``comparison`` sorts names; here each state has its kind, a sentence, and its cause where the page
and the receipt tell it. A fact that an index does not show is no difference, but for the digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from twine_stage.absences import day, why_missing, why_other
from twine_stage.distributions import Distribution
from twine_stage.listings import ListedFile, Listing, Project, filename_of
from twine_stage.manifest import Manifest
from twine_stage.policy import in_words, moment
from twine_stage.receipts import Receipt


class Kind(Enum):
    """What may be otherwise; the value is the word that reports have for it."""

    MISSING = "missing"
    """Frozen, and not shown."""
    UNEXPECTED = "unexpected"
    """Shown, and not frozen."""
    DIFFERENT = "different"
    """Shown with another digest, or with none; or served with another than it is shown with."""
    RESPELLED = "respelled"
    """Shown under another spelling of its name."""
    YANKED = "yanked"
    UNYANKED = "unyanked"
    """Yanked when the receipt was written, and no longer."""
    METADATA = "metadata"
    """Other core metadata, or another Requires-Python, is shown of it."""
    UNPROVEN = "unproven"
    """Shown without provenance, although it had some, or should have."""
    PUBLISHER = "publisher"
    """Its provenance names another publisher."""
    RECREATED = "recreated"
    """Uploaded again: it was deleted meanwhile."""
    LATE = "late"
    """Uploaded after the time in which the index takes files of a release."""
    UNLISTED = "unlisted"
    """Not shown, and served at its address all the same."""
    UNREACHABLE = "unreachable"
    """Its address no longer answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was frozen.

    ``file`` is a filename, empty for the release as a whole. ``message`` says what was frozen, or
    shown before, and what is shown now; ``cause`` how that came about, where it can be told.
    """

    kind: Kind
    file: str
    message: str
    cause: str = ""


def differences(
    manifest: Manifest,
    project: Project,
    *,
    receipt: Receipt | None = None,
    published_at: datetime | None = None,
    window: timedelta | None = None,
    served: Mapping[str, ListedFile] | None = None,
) -> tuple[Difference, ...]:
    """What an index shows otherwise than it was frozen, sorted by file and kind.

    Args:
        manifest: what was frozen.
        project: what the index shows of all releases; files that are no distributions do not count.
        receipt: what the index showed before; without it fewer causes can be told.
        published_at: when the index was told to show all of it, where there is no receipt.
        window: how long after its first file the index takes files of a release.
        served: what was downloaded, by the name under which the project shows it.
    """
    judging = _Judging(manifest, project, receipt, published_at, window, served=served or {})
    return sort(judging.found())


def sort(found: Iterator[Difference] | tuple[Difference, ...]) -> tuple[Difference, ...]:
    """Differences by file and kind."""
    return tuple(sorted(found, key=lambda one: (one.file, one.kind.value)))


class _Judging:
    """One comparison: the files that are frozen, shown, and remembered, by name."""

    def __init__(
        self,
        manifest: Manifest,
        project: Project,
        receipt: Receipt | None,
        published_at: datetime | None,
        window: timedelta | None,
        *,
        served: Mapping[str, ListedFile],
    ) -> None:
        self.manifest = manifest
        self.project = project
        self.receipt = receipt
        self.published_at = published_at
        self.window = window
        self.served = served
        self.listing: Listing = project.listing(manifest.id)
        self.frozen = {dist.filename.text: dist for dist in manifest.release.distributions}
        self.shown = self.listing.by_name
        self.is_proven = any(file.provenance for file in self.listing.files)
        self.before = receipt.by_name if receipt else {}
        self.respelled = dict(self._respelled())

    def found(self) -> Iterator[Difference]:
        yield from self._recreated()
        spelled = {other.filename for other in self.respelled.values()}
        for name, dist in self.frozen.items():
            shown = self.shown.get(name) or self.respelled.get(name)
            if shown is None:
                yield Difference(
                    kind=Kind.MISSING,
                    file=name,
                    message="frozen, and not shown",
                    cause=why_missing(
                        name, self.listing, self.project, self.receipt, self.published_at
                    ),
                )
            else:
                yield from self._of_both(dist, shown)
        for name in sorted(self.shown.keys() - self.frozen.keys() - spelled):
            yield from self._unexpected(self.shown[name])

    def _respelled(self) -> Iterator[tuple[str, ListedFile]]:
        """What is frozen and stands under another spelling of its name, and of the version."""
        others = {
            replace(parsed, text=""): self.shown[name]
            for name in sorted(self.shown.keys() - self.frozen.keys())
            if (parsed := filename_of(name))
        }
        for name in sorted(self.frozen.keys() - self.shown.keys()):
            other = others.pop(replace(self.frozen[name].filename, text=""), None)
            if other:
                yield name, other

    def _of_both(self, dist: Distribution, shown: ListedFile) -> Iterator[Difference]:
        name = dist.filename.text
        before = self.before.get(shown.filename) or self.before.get(name)
        if shown.filename != name:
            message = f"frozen under this name, and shown as {shown.filename}"
            yield Difference(kind=Kind.RESPELLED, file=name, message=message)
        served = self.served.get(shown.filename)
        is_same = (served or shown).sha256 == dist.sha256
        if not is_same:
            yield _different(dist, shown, served, why_other(dist, shown, before, self.receipt))
        elif message := _metadata(dist, shown, before):
            yield Difference(kind=Kind.METADATA, file=name, message=message)
        yield from self._yanks(name, shown, before)
        if is_same:
            yield from self._unproven(dist, shown, before)
        is_meant = is_same and (self.manifest.revision > 1 or self.manifest.adopted)
        if not is_meant:
            yield from self._late(name, shown)

    def _unproven(
        self, dist: Distribution, shown: ListedFile, before: ListedFile | None
    ) -> Iterator[Difference]:
        """An index that shows no provenance at all may know of none, and says nothing by that."""
        if shown.provenance:
            return
        name = dist.filename.text
        if before and before.provenance:
            message = "shown with provenance before, and without any now"
            yield Difference(kind=Kind.UNPROVEN, file=name, message=message)
        elif before is None and dist.attestations and self.is_proven:
            message = "frozen with attestations, and shown without provenance, which others have"
            yield Difference(kind=Kind.UNPROVEN, file=name, message=message)

    def _unexpected(self, shown: ListedFile) -> Iterator[Difference]:
        name = shown.filename
        same = next((one for one in self.frozen.values() if one.sha256 == shown.sha256), None)
        causes = [
            f"appended on {moment(shown.uploaded_at)}" if shown.uploaded_at else "",
            f"its content is that of {same.filename}" if same else "",
            "it has no provenance, which others have"
            if self.is_proven and not shown.provenance
            else "",
        ]
        if name in self.before and self.receipt:
            causes.append(f"it was there on {day(self.receipt.at)} already")
        message = "shown, and not frozen"
        cause = "; ".join(filter(None, causes))
        yield Difference(kind=Kind.UNEXPECTED, file=name, message=message, cause=cause)
        yield from self._yanks(name, shown, self.before.get(name))
        yield from self._late(name, shown)

    def _yanks(
        self, name: str, shown: ListedFile, before: ListedFile | None
    ) -> Iterator[Difference]:
        was_yanked = before is not None and before.yanked is not None
        if shown.yanked is None and was_yanked:
            message = "yanked before, and no longer"
            yield Difference(kind=Kind.UNYANKED, file=name, message=message)
        elif shown.yanked is not None and not (was_yanked and self.manifest.adopted):
            message = f"shown as yanked{f' ({shown.yanked})' if shown.yanked else ''}"
            cause = "it was before" if was_yanked else ""
            yield Difference(kind=Kind.YANKED, file=name, message=message, cause=cause)

    def _late(self, name: str, shown: ListedFile) -> Iterator[Difference]:
        first = self.listing.first_upload
        before = self.before.get(shown.filename)
        is_known = before is not None and before.uploaded_at == shown.uploaded_at
        if self.window is None or first is None or shown.uploaded_at is None or is_known:
            return
        after = shown.uploaded_at - first
        if after > self.window:
            message = (
                f"uploaded {in_words(after)} after the first file of the release; the index takes "
                f"files for {in_words(self.window)}"
            )
            yield Difference(kind=Kind.LATE, file=name, message=message)

    def _recreated(self) -> Iterator[Difference]:
        """Files that went up later than the receipt says; all of them are one difference."""
        times = [
            (name, self.before[name].uploaded_at, file.uploaded_at, file)
            for name, file in self.shown.items()
            if name in self.before
        ]
        known = [(name, was, now, file) for name, was, now, file in times if was and now]
        moved = [(name, was, now, file) for name, was, now, file in known if now > was]
        if moved and len(moved) == len(known):
            first, again = min(was for _, was, _, _ in moved), min(now for _, _, now, _ in moved)
            yield _uploaded_again("", first, again)
            return
        for name, was, now, file in moved:
            if file.sha256 == self.before[name].sha256:
                yield _uploaded_again(name, was, now)


def _uploaded_again(file: str, first: datetime, again: datetime) -> Difference:
    what = "the release" if not file else "the same content"
    return Difference(
        kind=Kind.RECREATED,
        file=file,
        message=f"uploaded on {moment(first)} before, and on {moment(again)} now",
        cause=f"{what} was deleted and made again",
    )


def _different(
    dist: Distribution, shown: ListedFile, served: ListedFile | None, cause: str
) -> Difference:
    was = "frozen and shown" if shown.sha256 == dist.sha256 else "frozen"
    found = f"shown with {f'sha256 {shown.sha256}' if shown.sha256 else 'no sha256'}"
    if served:
        found = f"served with sha256 {served.sha256}"
    if served and served.size != dist.size:
        found += f", {served.size} bytes where {dist.size} were frozen"
    message = f"{was} with sha256 {dist.sha256}, and {found}"
    return Difference(kind=Kind.DIFFERENT, file=dist.filename.text, message=message, cause=cause)


def _metadata(dist: Distribution, shown: ListedFile, before: ListedFile | None) -> str:
    """How the metadata that is shown is not that of the file; empty if it is, as far as told."""
    if dist.core_metadata and shown.core_metadata not in (None, dist.core_metadata):
        return (
            f"frozen with core metadata of sha256 {dist.core_metadata}, and shown with "
            f"{shown.core_metadata}"
        )
    if before and before.core_metadata and shown.core_metadata is None:
        return "shown with core metadata before, and without any now"
    told = shown.requires_python
    if before and before.requires_python and not told:
        return f"shown with Requires-Python {before.requires_python} before, and without any now"
    is_known = dist.metadata_version or dist.requires_python  # of a file that was taken over
    if told and is_known and not _is_same_range(dist.requires_python, told):
        frozen = dist.requires_python or "none"
        return f"frozen with Requires-Python {frozen}, and shown with {told}"
    return ""


def _is_same_range(frozen: str | None, told: str) -> bool:
    try:
        return SpecifierSet(frozen or "") == SpecifierSet(told)
    except InvalidSpecifier:
        return (frozen or "") == told

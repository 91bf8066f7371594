"""Looking: what the page of a project says now of the releases that are watched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from twine_stage.changes import GONE, Change, News, changes, gathered, sightings, status
from twine_stage.differences import Difference, Kind, differences
from twine_stage.environments import environments_for
from twine_stage.impact import impact, offered
from twine_stage.listings import Listing, Project
from twine_stage.looks import SeenProject, SeenRelease, Standing, shown
from twine_stage.manifest import Manifest
from twine_stage.operations.watched import Watched

_HIDING = frozenset(("gone", "quarantined"))
"""Of a project that stands so no file is shown, and none of them was deleted for that."""

ADDITIONS = frozenset((News.APPENDED.value, Kind.UNEXPECTED.value))
"""What a file that was not frozen is called, when it was seen to come and at the first look."""


def look(
    watched: Sequence[Watched],
    project: Project,
    seen: SeenProject | None,
    now: datetime,
    *,
    window: timedelta | None = None,
) -> tuple[SeenProject, tuple[Change, ...]]:
    """What is seen of a project now, and what changed.

    Args:
        watched: its releases that are watched.
        project: its page.
        seen: what was seen at the last look.
        now: the moment.
        window: how long after its first file the index takes files of a release.

    Raises:
        Damaged: a manifest or the state is not what was written.
    """
    word = project.status if project.is_known else "gone"
    is_hidden = word in _HIDING and not project.files
    found: list[Change] = []
    releases: dict[str, SeenRelease] = {}
    for one in watched:
        was = seen.releases.get(str(one.release)) if seen else None
        looking = _Looking.at(one, project, was, window)
        releases[str(one.release)] = looking.seen(is_hidden=is_hidden)
        found += looking.news(is_hidden=is_hidden)
    was_shown = seen is not None and any(one.shown for one in seen.releases.values())
    if seen and (was_shown or not {word, seen.status} & _HIDING):
        found[:0] = status(project.name, seen.status, word, reason=project.status_reason)
    now_seen = SeenProject(
        at=now, etag=project.etag, serial=project.serial, status=word, releases=releases
    )
    return now_seen, tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looking:
    """One release: what was frozen, what is shown, how that differs, and what was seen before."""

    watched: Watched
    manifest: Manifest
    listing: Listing
    standing: Sequence[Difference]
    was: SeenRelease | None

    @classmethod
    def at(
        cls, one: Watched, project: Project, was: SeenRelease | None, window: timedelta | None
    ) -> _Looking:
        manifest = one.manifest()
        return cls(
            watched=one,
            manifest=manifest,
            listing=project.listing(one.release),
            standing=differences(manifest, project, receipt=one.receipt, window=window),
            was=was,
        )

    def seen(self, *, is_hidden: bool) -> SeenRelease:
        """What is kept; of a project that hides its files, what was seen of them before."""
        is_kept = self.was is not None and is_hidden
        return SeenRelease(
            manifest=self.watched.digest,
            shown=self.was.shown if self.was and is_kept else shown(sightings(self.listing)),
            differences=tuple(
                Standing(kind=one.kind.value, file=one.file, message=one.message, cause=one.cause)
                for one in self.standing
            ),
            silent=self.was.silent if self.was else (),
        )

    def news(self, *, is_hidden: bool) -> tuple[Change, ...]:
        """What is new: at the first look what differs, later what changed."""
        if self.was is None:
            found = self._differing(self.standing)
        elif is_hidden:
            found = ()
        else:
            found = self._changed(self.was)
        return tuple(_explained(found, self.listing, self.standing))

    def _changed(self, was: SeenRelease) -> Sequence[Change]:
        known = {(one.kind, one.file) for one in was.differences}
        files = self.manifest.release.distributions
        frozen = {dist.filename.text: dist for dist in files}
        now = sightings(self.listing)
        found = [
            change
            for change in changes(str(self.manifest.id), was.sightings, now, frozen=frozen)
            if change.kind != News.APPEARED.value or _was_missed(change, known)
        ]
        found = [*self._without_respelled(found), *self._respelled(known)]
        if was.manifest == self.watched.digest:
            return found
        told = {name for change in found for name in change.files}
        return [
            *found,
            *self._differing(
                one
                for one in self.standing
                if (one.kind.value, one.file) not in known and one.file not in told
            ),
        ]

    def _moved(self) -> dict[str, Difference]:
        """The frozen files that are shown as they were, but for the spelling of their names."""
        swapped = {one.file for one in self.standing if one.kind is Kind.DIFFERENT}
        return {
            one.file: one
            for one in self.standing
            if one.kind is Kind.RESPELLED and one.file not in swapped
        }

    def _respelled(self, known: Collection[tuple[str, str]]) -> Sequence[Change]:
        """The files that are shown under another spelling than at the last look."""
        moved = self._moved().values()
        return self._differing(one for one in moved if (one.kind.value, one.file) not in known)

    def _without_respelled(self, found: Iterable[Change]) -> Iterator[Change]:
        """The changes without those that only tell that a file has another spelling."""
        moved = self._moved()
        files = self.manifest.release.distributions
        digests = {dist.sha256 for dist in files if dist.filename.text in moved}
        unexpected = {one.file for one in self.standing if one.kind is Kind.UNEXPECTED}
        again = {
            file.filename
            for file in self.listing.files
            if file.sha256 in digests and file.filename not in unexpected
        }
        for change in found:
            if change.kind == News.DELETED.value and moved.keys() & set(change.files):
                others = (name for name in change.files if name not in moved)
                yield from (replace(change, files=(one,), message=GONE) for one in others)
            elif change.kind != News.APPENDED.value or not again.issuperset(change.files):
                yield change

    def _differing(self, standing: Iterable[Difference]) -> Sequence[Change]:
        """Differences from the manifest that nobody was told of yet."""
        found = tuple(standing)
        added = {one.file for one in found if one.kind is Kind.UNEXPECTED}
        told = [
            Change(
                release=str(self.manifest.id),
                kind=one.kind.value,
                files=(one.file,) if one.file else (),
                message=one.message,
                cause=one.cause,
            )
            for one in found
            if not (one.kind is Kind.LATE and one.file in added)  # it is among the causes
        ]
        total = max(len(self.manifest.release.distributions), len(self.listing.files))
        return gathered(told, total=total)


def _was_missed(change: Change, known: Iterable[tuple[str, str]]) -> bool:
    """Whether it was told before that a file is missing; a new manifest may bring new files."""
    absent = (Kind.MISSING.value, Kind.RESPELLED.value)
    missed = {file for kind, file in known if kind in absent}
    return "" in missed or bool(missed.intersection(change.files))


def _explained(
    found: Sequence[Change], listing: Listing, standing: Sequence[Difference]
) -> Iterator[Change]:
    """The changes, deletions with their causes and additions with what they change."""
    causes = _causes(standing)
    added = {name for change in found if change.kind in ADDITIONS for name in change.files}
    after = offered(listing) if added else ()
    before = tuple(file for file in after if file.filename.text not in added)
    effects = impact(before, after, environments_for(after)) if added else ()
    for change in found:
        if change.kind in ADDITIONS:
            (name,) = change.files
            own = tuple(one for one in effects if one.file == name)
            cause = causes.get(name, change.cause)
            at = listing.by_name[name].uploaded_at
            yield replace(change, cause=cause, uploaded_at=at, impact=own)
        elif change.kind == News.DELETED.value:
            yield replace(change, cause=causes.get(change.files[0], ""))
        else:
            yield change


def _causes(standing: Sequence[Difference]) -> Mapping[str, str]:
    """What is to be said of files that came or went, by name."""
    causes: dict[str, list[str]] = defaultdict(list)
    for one in standing:
        if one.kind in (Kind.MISSING, Kind.UNEXPECTED):
            causes[one.file].append(one.cause)
        elif one.kind is Kind.LATE:
            causes[one.file].append(one.message)
    return {name: "; ".join(filter(None, told)) for name, told in causes.items()}

"""Thaw: turn a manifest that no index has received back into a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twine_stage.errors import WrongState
from twine_stage.operations.selection import releases
from twine_stage.operations.standing import way_out
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True)
class ThawedRelease:
    """A release that is a draft again, with the names of its files."""

    release: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThawReport:
    """The releases that are drafts again."""

    releases: tuple[ThawedRelease, ...]

    @property
    def exit_status(self) -> int:
        """0: what cannot be thawed is an error."""
        return 0


def thaw(store: Store, names: Sequence[str]) -> ThawReport:
    """Thaw releases; without names all that are frozen and that no index has received.

    Raises:
        WrongState: a release is not frozen, or an index may have received something of it.
    """
    chosen = releases(store, names, default=_can_thaw)
    return ThawReport(tuple(_thaw(store, release) for release in chosen))


def _can_thaw(record: Record) -> bool:
    return record.state == "frozen" and not (record.latest and record.has_sent(record.latest))


def _thaw(store: Store, release: ReleaseId) -> ThawedRelease:
    with store.lock(release, command="thaw"):
        record = store.record(release)
        manifest = record.latest
        if manifest is None or (record.draft is not None and record.has_sent(manifest)):
            raise WrongState(f"{release} is a draft: there is nothing to thaw")
        if record.has_sent(manifest):
            raise WrongState(
                f"{release}: an index may have received files of it, so it stays frozen",
                hint=way_out(record),
            )
        base = {dist.filename for dist in record.base.release.distributions} if record.base else ()
        mine = [
            dist
            for dist in manifest.release.distributions
            if dist.filename.text not in manifest.carried and dist.filename not in base
        ]
        with store.referencing():
            if record.draft is None:  # else a thaw was killed here, or a freeze at its end
                store.write_draft(release, mine)
            store.remove_manifest(manifest)
    return ThawedRelease(str(release), tuple(dist.filename.text for dist in mine))

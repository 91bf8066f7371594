"""Drop: take files or releases off the stage, and free what nothing refers to any more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from twine_stage.distributions import Distribution, Filename, kind_of
from twine_stage.errors import InvalidDistribution, WrongState
from twine_stage.operations.add import AddedFile, described
from twine_stage.operations.selection import releases
from twine_stage.operations.standing import way_out
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DropReport:
    """What is no longer staged; ``kept`` are documents that stay, ``freed`` is in bytes."""

    dropped: tuple[AddedFile, ...]
    kept: tuple[str, ...]
    freed: int

    @property
    def exit_status(self) -> int:
        """0: what cannot be dropped is an error."""
        return 0


def drop(store: Store, targets: Sequence[str]) -> DropReport:
    """Drop files by name, or releases; all that are named or none.

    A published release keeps its manifests, journals and receipts; its content goes.

    Args:
        store: the stage.
        targets: names of files, of which the folder is no matter, or releases.

    Raises:
        WrongState: something is not staged, is frozen, or is being published.
        UsageError: a name fits several versions.
    """
    files = [_filename(Path(target).name) for target in targets if kind_of(target)]
    names = [target for target in targets if not kind_of(target)]
    whole = set(releases(store, names, default=lambda _: True)) if names else set()
    touched = whole | {ReleaseId(name.project, name.version) for name in files}
    with ExitStack() as locks:
        for release in sorted(touched, key=lambda one: one.sort_key):
            locks.enter_context(store.lock(release, command="drop"))
        records = {release: store.record(release) for release in touched}
        singles = [_single(records[ReleaseId(one.project, one.version)], one) for one in files]
        for release in whole:
            _judge(records[release])
        with store.referencing():
            for one in singles:
                store.remove_entry(one)
            gone = [dist for release in whole for dist in _clear(store, records[release])]
            dropped = {dist.filename.text: dist for dist in (*singles, *gone)}
            freed = store.sweep({digest for dist in dropped.values() for digest in dist.contents})
    return DropReport(
        dropped=tuple(described(dist) for _, dist in sorted(dropped.items())),
        kept=tuple(
            _kept(records[release]) for release in sorted(whole, key=str) if records[release].base
        ),
        freed=freed,
    )


def _filename(text: str) -> Filename:
    try:
        return Filename.parse(text)
    except InvalidDistribution:  # no such name was ever staged
        raise _not_staged(text) from None


def _not_staged(name: str) -> WrongState:
    return WrongState(f"{name} is not staged", hint="stage status --verbose names what is.")


def _single(record: Record, filename: Filename) -> Distribution:
    """The distribution of a draft that is to go."""
    for dist in record.draft.distributions if record.draft else ():
        if dist.filename.text == filename.text:
            return dist
    if any(dist.filename.text == filename.text for dist in record.current.distributions):
        hint = (
            "A published file never changes; the whole release can be dropped, to free its content."
            if record.state == "published"
            else way_out(record)
            if record.latest and record.has_sent(record.latest)
            else f"Thaw it first: stage thaw {record.release}"
        )
        raise WrongState(f"{filename}: {record.release} is {record.state}", hint=hint)
    raise _not_staged(filename.text)


def _judge(record: Record) -> None:
    """Refuse to forget a publication that has begun and not ended."""
    for manifest in record.manifests:
        if record.has_sent(manifest) and not record.is_published(manifest):
            raise WrongState(
                f"{record.release} is half published: an index may have some of its files",
                hint=way_out(record),
            )


def _clear(store: Store, record: Record) -> list[Distribution]:
    """Take a release off the stage; what was published keeps its documents."""
    gone = list(record.current.distributions)
    for manifest in record.manifests:
        gone += manifest.release.distributions
        if not record.has_sent(manifest):
            store.remove_manifest(manifest)
    store.clear_draft(record.release)
    store.forget_scans(record.release)
    return gone


def _kept(record: Record) -> str:
    return f"{record.release}: manifests, journals and receipts"

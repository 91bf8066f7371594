"""Standing: what is meant to be public of a release, beside what an index shows of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from twine_stage.checks import Staged
from twine_stage.distributions import Distribution
from twine_stage.errors import Conflict, Refused, WrongState
from twine_stage.journal import Progress
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.store import Record


def expect_approved(manifest: Manifest, approved: str | None) -> None:
    """Somebody who approves says what: the digest of all files together."""
    digest = manifest.release.digest
    if approved is not None and approved.removeprefix("sha256:").lower() != digest:
        raise Refused(
            f"{manifest.id} has the release digest {digest}, and another one was approved: "
            f"{approved}",
            hint="Compare it with what stage publish --hold printed, and with what was built.",
        )


def expect_frozen(record: Record, approved: str | None) -> None:
    """What is approved was frozen before: an approval changes nothing."""
    if approved is not None and (record.draft is not None or record.latest is None):
        raise Refused(
            f"{record.release} is a draft, and only what is frozen and held can be approved",
            hint="Give the manifest of what is held: --manifest FILE",
        )


def meant(record: Record) -> tuple[Distribution, ...]:
    """What is meant to be public: the draft, upon what was published before."""
    files = {dist.filename.text: dist for dist in record.current.distributions}
    if record.base is not None:
        files = {dist.filename.text: dist for dist in record.base.release.distributions} | files
    return tuple(files[name] for name in sorted(files))


def extends(record: Record) -> bool:
    """Whether a draft adds to what was published before."""
    return record.draft is not None and record.base is not None


def progress_of(record: Record, manifest: Manifest, index: str, index_url: str) -> Progress | None:
    """What a journal of this very manifest proves of this very index."""
    progress = record.progress.get((manifest.revision, index))
    is_ours = progress is not None and progress.is_of(manifest.digest, index_url)
    return progress if is_ours else None


def staged(record: Record, names: Collection[str], index: str, index_url: str) -> Staged:
    """What a stage holds of a release, if files with these names were staged and published."""
    own = {dist.filename.text: dist.sha256 for dist in meant(record)}
    is_draft = record.draft is not None or not own.keys() >= set(names)
    frozen = None if is_draft else record.latest
    return Staged(
        files=own,
        is_begun=frozen is not None and bool(progress_of(record, frozen, index, index_url)),
        extends=is_draft and record.base is not None,
    )


def foreign(own: Sequence[Distribution], listing: Listing) -> tuple[ListedFile, ...]:
    """What an index shows beside our own."""
    names = {dist.filename.text for dist in own}
    return tuple(file for file in listing.files if file.filename not in names)


def carried_names(record: Record) -> frozenset[str]:
    """The names of the files that only an index has."""
    manifest = record.base if record.draft is not None else record.latest
    return manifest.carried if manifest else frozenset()


def expect_carried(record: Record, listing: Listing, index_url: str) -> None:
    """What was taken over from an index cannot be sent, neither there nor to another."""
    lost = sorted(carried_names(record) - listing.by_name.keys())
    if lost:
        raise WrongState(
            f"{record.release} takes over files that {index_url} does not show: {', '.join(lost)}",
            hint="Only the index that they were taken from has them; publish to others, or "
            "after they were removed, from a stage that holds all files.",
        )


def refuse_twins(own: Sequence[Distribution], others: Sequence[ListedFile]) -> None:
    """The same bytes under two names would be one file too many; no manifest can say it."""
    names: dict[str | None, str] = {dist.sha256: dist.filename.text for dist in own}
    for file in others:
        name = names.setdefault(file.sha256, file.filename)
        if name != file.filename:
            raise Conflict(
                f"{name}: the index serves the same bytes as {file.filename}",
                hint="If it is staged, drop it: it is public already, under the other name. Else "
                "one of the two has to go from the index.",
            )


def append_hint(release: ReleaseId) -> str:
    """How a person says that a public release is to grow."""
    return f'To append on purpose: --append {release} --reason "…"'


def way_out(record: Record) -> str:
    """What to do with a release of which an index may have something."""
    if record.state == "published":
        return "What is published never changes: raise the version."
    finish = f"stage publish {record.release} finishes it"
    if any(progress.session for progress in record.progress.values()):
        return f"{finish}; stage cancel {record.release} discards what the index holds of it."
    return f"{finish}."

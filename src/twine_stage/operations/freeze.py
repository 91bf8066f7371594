"""Freeze: turn a draft into a manifest that names every file by hash, and never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twine_stage import manifest as manifests
from twine_stage.checks import Destination
from twine_stage.distributions import Distribution
from twine_stage.errors import StageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.judging import Judgement, expect_sound
from twine_stage.operations.selection import releases
from twine_stage.operations.signing import Signing
from twine_stage.origins import Source
from twine_stage.releases import Release, ReleaseId, sha256sums
from twine_stage.store import Record, Store
from twine_stage.store.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenFile:
    """One file of a frozen release; ``size`` is in bytes."""

    filename: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenRelease:
    """A frozen release: ``digest`` is the release digest, ``manifest`` the manifest's SHA-256.

    ``bundle`` is where the signature over the manifest is, if there is one.
    """

    release: str
    revision: int
    digest: str
    manifest: str
    files: tuple[FrozenFile, ...]
    bundle: str | None = None


@dataclass(frozen=True, slots=True)
class FreezeReport:
    """The releases that are frozen now, or were before."""

    releases: tuple[FrozenRelease, ...]

    @property
    def exit_status(self) -> int:
        """0: what cannot be frozen is an error."""
        return 0


def freeze(
    store: Store,
    names: Sequence[str],
    *,
    output: Path | None = None,
    source: Source | None = None,
    judgement: Judgement | None = None,
    destination: Destination | None = None,
    signing: Signing | None = None,
) -> FreezeReport:
    """Freeze releases; one that is frozen already is told as it is.

    Args:
        store: the stage.
        names: of releases; none means all drafts, and to be signed all that are frozen.
        output: a folder that gets the manifests, their signatures and SHA256SUMS, too.
        source: what the files were built from.
        judgement: which rules count; by default all.
        destination: what the project expects of a release, wherever it goes; by default nothing.
        signing: how the manifests are signed, if they are to be.

    Raises:
        ChecksFailed: the rules found errors; they are in its ``report``.
        CredentialsMissing: nobody proves who signs; as with the next two, all is frozen by then.
        Refused: who signs is not accepted.
        Unreachable: Sigstore did not answer.
        WrongState: a draft adds to what was published, which only ``publish`` may freeze.
        StorageFailed: the disk refused.
    """

    def is_meant(record: Record) -> bool:
        return record.draft is not None or (signing is not None and record.state == "frozen")

    chosen = releases(store, names, default=is_meant)
    counting = judgement or Judgement()
    frozen = [_freeze(store, release, source, counting, destination) for release in chosen]
    if signing:
        _sign(store, frozen, signing)
    if output:
        _copy(store, frozen, output)
    return _report(store, frozen)


def _sign(store: Store, frozen: Sequence[Manifest], signing: Signing) -> None:
    try:
        for manifest in frozen:
            signing.sign(store, manifest)
    except StageError as error:
        error.report = _report(store, frozen)
        raise


def _copy(store: Store, frozen: Sequence[Manifest], output: Path) -> None:
    for manifest in frozen:
        files = store.manifest_files(manifest)
        write(output / f"{manifest.id.folder}.release.intoto.json", files.content())
        if bundle := files.bundle():
            write(output / f"{manifest.id.folder}.release.sigstore.json", bundle)
    dists = [dist for manifest in frozen for dist in manifest.release.distributions]
    sums = sha256sums((dist.filename.text, dist.sha256) for dist in dists)
    write(output / "SHA256SUMS", sums.encode())


def freeze_release(
    store: Store,
    record: Record,
    *,
    files: Sequence[Distribution] | None = None,
    carried: Sequence[Distribution] = (),
    reason: str | None = None,
    source: Source | None = None,
    is_rehearsal: bool = False,
) -> Manifest:
    """The manifest of a release whose files were judged; to be called under its lock.

    Args:
        store: the stage.
        record: what it holds of the release.
        files: those to freeze, where they are more than the draft's.
        carried: files that only the index has.
        reason: why they are appended to; makes this the next revision.
        source: what the files were built from.
        is_rehearsal: write nothing.
    """
    manifest = manifests.freeze(
        Release(record.release, tuple(files or record.current.distributions)),
        previous=record.latest if record.draft is None else record.base,
        carried=carried,
        reason=reason,
        source=source,
    )
    if not is_rehearsal:
        _write(store, record, manifest)
    return manifest


def _write(store: Store, record: Record, manifest: Manifest) -> None:
    with store.referencing():
        left = record.latest
        if left and record.draft is not None and not record.has_sent(left):
            store.remove_manifest(left)  # a killed freeze or thaw left it beside the draft
        store.write_manifest(manifest)
        store.clear_draft(record.release)


def _freeze(
    store: Store,
    release: ReleaseId,
    source: Source | None,
    judgement: Judgement,
    destination: Destination | None,
) -> Manifest:
    with store.lock(release, command="freeze"):
        record = store.record(release)
        if not record.current.distributions:  # dropped by another command since it was chosen
            raise WrongState(f"nothing of {release} is staged", hint="stage add FILE stages it.")
        if record.draft is not None and record.base is not None:
            raise WrongState(
                f"{release}: the draft adds to a release that was published",
                hint=f'stage publish --append {release} --reason "…" freezes the next revision.',
            )
        manifest = record.latest
        if record.draft is None and manifest is not None:
            return manifest
        judged = expect_sound(
            store,
            record,
            record.current.distributions,
            judgement=judgement,
            destination=destination,
        )
        manifest = freeze_release(store, record, source=source)
        judged.keep(store)
        return manifest


def _report(store: Store, frozen: Sequence[Manifest]) -> FreezeReport:
    return FreezeReport(tuple(_described(store, manifest) for manifest in frozen))


def _described(store: Store, manifest: Manifest) -> FrozenRelease:
    files = store.manifest_files(manifest)
    return FrozenRelease(
        release=str(manifest.id),
        revision=manifest.revision,
        digest=manifest.release.digest,
        manifest=manifest.digest,
        files=tuple(
            FrozenFile(filename=one.filename.text, sha256=one.sha256, size=one.size)
            for one in manifest.release.distributions
        ),
        bundle=str(files.signature) if files.bundle() else None,
    )

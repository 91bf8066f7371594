"""Preview: a release as an index will show it, before anybody else can see it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twine_stage import manifest as manifests
from twine_stage.distributions import Distribution
from twine_stage.errors import UsageError, WrongState
from twine_stage.indexes.base import Index, SessionState
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.indexes.uploads import Upload
from twine_stage.manifest import Manifest
from twine_stage.releases import Release, ReleaseId
from twine_stage.reporting import Reporter, Silent
from twine_stage.store import Record, Store
from twine_stage.store.writing import storing

_ALIVE = ("open", "processing", "error")
_PREFIX = "stage-preview-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a release was tried: ``step`` and ``said`` as in ``SmokeFailed``.

    ``kind`` is ``smoke`` for a smoke test, and ``command`` for a command that ran by itself.
    """

    kind: str
    command: str
    step: str = "command"
    status: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewReport:
    """Where a release can be seen.

    ``kind`` is ``local`` for one made here, ``index`` for the index's own, ``given`` for one of
    which only the URL is known. ``url`` is a simple URL, None where it is a secret or leads
    nowhere any more; ``folder`` what is left on this machine. ``index`` is the URL of the index,
    which keeps its preview until ``expires_at``.
    """

    release: str
    kind: str
    url: str | None = None
    folder: str | None = None
    index: str | None = None
    expires_at: datetime | None = None
    trial: Trial | None = None

    @property
    def exit_status(self) -> int:
        """0: what failed comes as an error that carries this report."""
        return 0


@contextmanager
def local(
    store: Store, what: Manifest | ReleaseId, *, reporter: Reporter | None = None
) -> Iterator[str]:
    """The simple URL of a preview in a temporary folder, which is removed afterwards.

    Raises as ``make`` does.
    """
    with temporary() as folder:
        make(store, what, folder, reporter=reporter)
        yield simple_url(folder)


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder for a preview, readable by nobody else, and removed afterwards."""
    folder = lasting()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lasting(parent: Path | None = None) -> Path:
    """A folder for a preview that stays; where temporary folders are, if nothing is said."""
    with storing("a temporary folder"):
        return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).resolve()


def simple_url(folder: Path) -> str:
    """What installers are given to see the preview in a folder."""
    return f"{folder.as_uri()}/simple/"


def make(
    store: Store, what: Manifest | ReleaseId, folder: Path, *, reporter: Reporter | None = None
) -> None:
    """Make a directory index of one release in a folder; no network is used.

    Args:
        store: has the contents.
        what: what is frozen, or a release as it is staged.
        folder: of the index.
        reporter: hears what is left out since only an index has it.

    Raises:
        Damaged: the stage lost content of the release, or has other content.
        StorageFailed: the disk refused.
        WrongState: nothing of the release is in the stage.
    """
    manifest = what if isinstance(what, Manifest) else _manifest(store.record(what))
    files = _at_hand(store, manifest, reporter or Silent())
    index = DirectoryIndex(folder, id="preview")
    with index.session(manifests.freeze(Release(manifest.id, files))) as session:
        for dist in files:
            session.upload(_upload(store, dist), lambda _count: None)
        session.publish()


def session_of(record: Record, *, id: str, url: str) -> str | None:  # noqa: A002 - as in Index
    """Where an index reports on the session that holds a release, if our journal knows of one."""
    if record.draft is not None or record.latest is None:
        return None
    progress = record.progress.get((record.latest.revision, id))
    is_ours = progress is not None and progress.is_of(record.latest.digest, url)
    is_waiting = is_ours and progress is not None and not progress.is_published
    return progress.session if is_waiting and progress is not None else None


def held(
    manifest: Manifest, index: Index, session: str, *, reporter: Reporter
) -> SessionState | None:
    """How the session that holds a manifest stands; None where it can be seen there no more.

    Raises:
        StageError: the index refused, or did not answer.
    """
    state = index.state(session)
    if state is None or state.status not in _ALIVE:
        reporter.note(f"the session on {index.url} is gone: the preview is made here")
        return None
    if state.preview is None:
        reporter.note(f"{index.url} has no preview of it: one is made here")
        return None
    names = {dist.filename.text for dist in manifest.release.distributions}
    if missing := sorted(names - state.files.keys()):
        reporter.warn(f"the session does not hold {', '.join(missing)}")
    return state


def given(release: str | None, url: str) -> ReleaseId:
    """The release that a preview is of, of which no more than the URL is known.

    Raises:
        UsageError: no release is named, or the URL is none.
    """
    if not url.startswith(("https://", "http://", "file:")):
        raise UsageError(
            "STAGE_PREVIEW_URL is no URL", hint="It is the simple URL of a preview, https://…"
        )
    if release is None:
        raise UsageError(
            "STAGE_PREVIEW_URL is set, but no release is named",
            hint="Name what is expected there, with its version: stage preview NAME==VERSION",
        )
    return ReleaseId.parse(release)


def _manifest(record: Record) -> Manifest:
    """A release as it is meant to be public; nothing is written."""
    if record.draft is None and record.latest is not None:
        return record.latest
    before = record.base.release.distributions if record.base else ()
    files = {dist.filename.text: dist for dist in (*before, *record.current.distributions)}
    if not files:
        raise WrongState(f"nothing of {record.release} is staged", hint="stage add FILE stages it.")
    return manifests.freeze(Release(record.release, tuple(files.values())))


def _at_hand(store: Store, manifest: Manifest, reporter: Reporter) -> tuple[Distribution, ...]:
    """The files whose content is in the stage; what was carried over only an index has."""
    everything = manifest.release.distributions
    files = tuple(
        dist for dist in everything if dist.core_metadata is not None and store.has(dist.sha256)
    )
    if not files:
        raise WrongState(
            f"no file of {manifest.id} is in the stage", hint="Stage them again: stage add FILE"
        )
    if left := [dist.filename.text for dist in everything if dist not in files]:
        reporter.warn(f"not in the stage, so not in the preview: {', '.join(left)}")
    return files


def _upload(store: Store, dist: Distribution) -> Upload:
    assert dist.core_metadata is not None  # noqa: S101 - _at_hand looked
    return Upload(
        distribution=dist,
        core_metadata=store.read(dist.core_metadata),
        chunks=lambda: store.chunks(dist.sha256),
    )

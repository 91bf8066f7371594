"""Nothing half, nothing twice, nothing else: publishing against an index that fails on cue."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import MemoryIndex, Remembering
from samples import content_of, write
from twine_stage.digests import sha256
from twine_stage.errors import StageError
from twine_stage.journal import Event
from twine_stage.manifest import Manifest
from twine_stage.operations.add import add
from twine_stage.operations.publish import publish
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent
from twine_stage.store import Journal, Store

RELEASE = ReleaseId.parse("spam==1.0")
FILENAMES = (
    "spam-1.0-cp311-cp311-win_amd64.whl",
    "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
    "spam-1.0-py3-none-any.whl",
    "spam-1.0.tar.gz",
)
MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own folder in memory
"""Where flushing to disk costs nothing; the kills here are of the process, not of the machine."""
FAULTS = ["none", "lost", "late", "strain", "refused", "taken", "hidden"]


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fuse:
    """Burns down with each event; whoever holds it when it ends is killed."""

    events: int
    is_after: bool = True

    def burn(self) -> None:
        self.events -= 1
        if self.events == 0:
            raise Killed


class DyingJournal(Journal):
    """A journal whose process is killed right before or after the fuse's last event."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        super().__init__(path)
        self.fuse = fuse

    def append(self, event: Event) -> None:
        if not self.fuse.is_after:
            self.fuse.burn()
        super().append(event)
        if self.fuse.is_after:
            self.fuse.burn()


class DyingStore(Store):
    """A store that hands out dying journals."""

    fuse: Fuse

    def journal(self, manifest: Manifest, index_id: str) -> Journal:
        return DyingJournal(super().journal(manifest, index_id).path, self.fuse)


@contextmanager
def staged() -> Iterator[DyingStore]:
    """A fresh stage with the release in a draft."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        store = DyingStore.create(folder)
        assert isinstance(store, DyingStore)
        store.fuse = Fuse(0)
        add(store, [str(path) for path in write(folder / "dist", *FILENAMES)], reporter=Silent())
        yield store


def run(store: DyingStore, index: MemoryIndex) -> bool:
    """One run of the program; whether it says that all is done."""
    options = PublishOptions(wait=30, jobs=3)
    try:
        report = publish(
            store, index, [RELEASE], options, clock=index.clock, reporter=Remembering()
        )
    except (StageError, Killed):
        return False
    return report.releases[0].outcome in {"published", "present"}


class TestPublish:
    """Killed after any event and failing in any way, publish ends with each file accepted once."""

    @settings(max_examples=150, deadline=None)
    @given(
        faults=st.lists(st.sampled_from(FAULTS), max_size=12),
        outages=st.lists(st.booleans(), max_size=6),
        fuses=st.lists(st.tuples(st.integers(1, 14), st.booleans()), max_size=4),
        shows_each_file=st.booleans(),
        takes_twice=st.booleans(),
    )
    def test_every_file_is_accepted_exactly_once(
        self,
        faults: list[str],
        outages: list[bool],
        fuses: list[tuple[int, bool]],
        *,
        shows_each_file: bool,
        takes_twice: bool,
    ) -> None:
        """Runs are repeated until one says that all is done; it then is, with the frozen bytes."""
        index = MemoryIndex(
            faults=faults,
            outages=outages,
            shows_each_file=shows_each_file,
            takes_twice=takes_twice,
        )
        with staged() as store:
            for events, is_after in fuses:
                store.fuse = Fuse(events, is_after)
                run(store, index)
            store.fuse = Fuse(0)
            runs = [run(store, index) for _ in range(len(faults) + len(outages) + 1)]
        assert runs[-1]
        assert index.accepted == dict.fromkeys(FILENAMES, 1)
        shown = {name: sha256(file.content) for name, file in index.stored.items()}
        assert shown == {name: sha256(content_of(name)) for name in FILENAMES}

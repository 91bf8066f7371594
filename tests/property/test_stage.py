"""The stage as a whole: what add, drop, freeze and thaw do in any order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from samples import content_of
from twine_stage.digests import sha256
from twine_stage.distributions import Filename
from twine_stage.errors import LocalError
from twine_stage.operations.add import add
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.status import status
from twine_stage.operations.thaw import thaw
from twine_stage.reporting import Silent
from twine_stage.store import Store

MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own folder in memory
RELEASES = ("eggs==2.0", "spam==1.0", "spam==1.1")
FILENAMES = tuple(
    f"{release.replace('==', '-')}{ending}"
    for release in RELEASES
    for ending in (".tar.gz", "-py3-none-any.whl", "-py2-none-any.whl")
)
VARIANTS = (b"one", b"two")

releases = st.sampled_from(RELEASES)
filenames = st.sampled_from(FILENAMES)


def release_of(name: str) -> str:
    """The release of a file."""
    parsed = Filename.parse(name)
    return f"{parsed.project}=={parsed.version}"


class Stage(RuleBasedStateMachine):
    """Whatever is done in whatever order, the stage holds what a plain table says, and no more."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.store = Store.create(self.folder)
        self.files: dict[str, bytes] = {}
        self.frozen: set[str] = set()
        self.is_swept = True

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def of(self, release: str) -> set[str]:
        """The names that the table has of a release."""
        return {name for name in self.files if release_of(name) == release}

    def attempt(self, act: Callable[[], object], *, is_allowed: bool) -> None:
        """Do what is allowed; what is not is refused."""
        try:
            act()
        except LocalError:
            assert not is_allowed
        else:
            assert is_allowed

    @rule(names=st.sets(filenames, min_size=1, max_size=4), variant=st.sampled_from(VARIANTS))
    def add(self, names: set[str], variant: bytes) -> None:
        contents = {name: content_of(name, members={f"{name}.txt": variant}) for name in names}
        paths = [self.folder / name for name in names]
        for path in paths:
            path.write_bytes(contents[path.name])
        is_allowed = all(
            release_of(name) not in self.frozen or self.files.get(name) == contents[name]
            for name in names
        )
        self.attempt(
            lambda: add(self.store, [str(path) for path in paths], reporter=Silent()),
            is_allowed=is_allowed,
        )
        if is_allowed:
            self.is_swept &= not any(
                self.files.get(name, contents[name]) != contents[name] for name in names
            )
            self.files |= contents
        else:
            self.is_swept = True

    @rule(name=filenames)
    def drop_file(self, name: str) -> None:
        is_allowed = name in self.files and release_of(name) not in self.frozen
        self.attempt(lambda: drop(self.store, [name]), is_allowed=is_allowed)
        if is_allowed:
            del self.files[name]
            self.is_swept = True

    @rule(names=st.sets(releases, min_size=1))
    def drop_releases(self, names: set[str]) -> None:
        is_allowed = all(self.of(release) for release in names)
        self.attempt(lambda: drop(self.store, sorted(names)), is_allowed=is_allowed)
        if is_allowed:
            self.files = {
                name: content
                for name, content in self.files.items()
                if release_of(name) not in names
            }
            self.frozen -= names
            self.is_swept = True

    @rule(release=releases)
    def freeze(self, release: str) -> None:
        is_allowed = bool(self.of(release))
        self.attempt(lambda: freeze(self.store, [release]), is_allowed=is_allowed)
        if is_allowed:
            self.frozen.add(release)

    @rule(release=releases)
    def thaw(self, release: str) -> None:
        is_allowed = release in self.frozen
        self.attempt(lambda: thaw(self.store, [release]), is_allowed=is_allowed)
        self.frozen.discard(release)

    @invariant()
    def status_agrees_with_the_table(self) -> None:
        shown = {
            file.filename: (release.release, release.state, file.sha256)
            for release in status(self.store).releases
            for file in release.files
        }
        assert shown == {
            name: (
                release_of(name),
                "frozen" if release_of(name) in self.frozen else "draft",
                sha256(content),
            )
            for name, content in self.files.items()
        }

    @invariant()
    def every_reference_leads_to_its_content(self) -> None:
        wanted = set()
        for release in self.store.releases():
            for one in self.store.record(release).current.distributions:
                wanted |= set(one.contents)
                assert b"".join(self.store.chunks(one.sha256)) == self.files[one.filename.text]
                assert self.store.read(one.core_metadata or "")
        stored = {path.name for path in self.store.root.glob("files/??/*")}
        assert stored >= wanted
        if self.is_swept:
            assert stored == wanted

    @invariant()
    def nothing_temporary_is_left(self) -> None:
        assert not list(self.store.root.rglob(".tmp-*"))


TestStage = Stage.TestCase
TestStage.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)

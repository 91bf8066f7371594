"""A year of changes to 200 projects: each is told once, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from packaging.utils import NormalizedName, canonicalize_name

from fakes import NOON, FakeClock
from twine_stage.digests import sha256
from twine_stage.operations.monitor import MonitorReport, monitor, read_state
from twine_stage.operations.watched import Watched
from watching import ChangingIndex, frozen, watch

PROJECTS, DAYS = 200, 365
Told = tuple[str, str, tuple[str, ...]]
"""A release or a project, the kind of a change, and the files."""
PLATFORMS = ("win_amd64", "macosx_11_0_arm64", "manylinux_2_28_x86_64")


class World:
    """The index, and all that happens to it; ``told`` is what a monitor has to tell of a day.

    What is touched on a day is let alone for the rest of it: two changes of one file between two
    looks would be one, or none.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - the same year each time
        self.index = ChangingIndex()
        self.now = NOON
        self.frozen: dict[str, tuple[str, ...]] = {}
        self.told: list[Told] = []
        self.touched: set[str] = set()
        for number in range(PROJECTS):
            for version in ("1.0", "2.0")[: 1 + number % 2]:
                stem = f"spam{number}-{version}"
                wheels = [f"{stem}-cp312-cp312-{name}.whl" for name in PLATFORMS[: 1 + number % 3]]
                names = (*wheels, f"{stem}.tar.gz")
                self.frozen[f"spam{number}=={version}"] = names
                for name in names:
                    self.index.show(name, self.now)

    def day(self) -> None:
        """One day passes, and up to six things happen on it."""
        self.now += timedelta(days=1)
        self.told, self.touched = [], set()
        for _ in range(self.random.randrange(7)):
            self.random.choice(self._happenings)()

    @property
    def _happenings(self) -> list[Callable[[], None]]:
        return [
            self._append,
            self._swap,
            self._delete,
            self._delete_release,
            self._recreate,
            self._yank,
            self._unyank,
            self._metadata,
            self._provenance,
            self._status,
        ]

    def shown(self, release: str) -> list[str]:
        """The files of a release that are on the index."""
        name, _, version = release.partition("==")
        files = self.index.files[canonicalize_name(name)]
        stem = f"{name}-{version}"
        return sorted(one for one in files if one.startswith((f"{stem}-", f"{stem}.tar")))

    def _choose(self) -> tuple[str, list[str]]:
        """A release that nothing happened to today, and its files; its project is as usual."""
        while True:
            release = self.random.choice(list(self.frozen))
            project = release.partition("==")[0]
            is_hidden = self.index.states.get(NormalizedName(project), "active") != "active"
            if project not in self.touched and not is_hidden:
                self.touched.add(project)
                return release, self.shown(release)

    def _tell(self, release: str, kind: str, *files: str) -> None:
        self.told.append((release, kind, files))

    def _append(self) -> None:
        release, _ = self._choose()
        name, _, version = release.partition("==")
        filename = f"{name}-{version}-cp3{self.random.randrange(13, 16)}-none-any.whl"
        is_new = filename not in self.shown(release)
        if is_new:
            self.index.show(filename, self.now)
            self._tell(release, "appended", filename)

    def _swap(self) -> None:
        release, files = self._choose()
        if files:
            name = self.random.choice(files)
            content = sha256(f"{name} {self.now}".encode())
            self.index.change(name, sha256=content, uploaded_at=self.now, core_metadata=content)
            self._tell(release, "swapped", name)

    def _delete(self) -> None:
        release, files = self._choose()
        if files:
            name = self.random.choice(files)
            self.index.remove(name)
            self._tell(release, "deleted", name)

    def _delete_release(self) -> None:
        release, files = self._choose()
        if files and self.random.random() < 0.2:
            self.index.remove(*files)
            self._tell(release, "deleted", *files)

    def _recreate(self) -> None:
        """What is missing comes back; if nothing is, all is deleted and made again."""
        release, files = self._choose()
        lost = sorted(set(self.frozen[release]) - set(files))
        if lost:
            for name in lost:
                self.index.show(name, self.now)
            together = [lost] if len(lost) == len(self.shown(release)) else [[one] for one in lost]
            for names in together:
                self._tell(release, "appeared", *names)
        elif files:
            for name in files:
                self.index.change(name, uploaded_at=self.now)
            self._tell(release, "recreated", *files)

    def _yank(self) -> None:
        self._mark("yanked", lambda shown: shown is None, "it is broken")

    def _unyank(self) -> None:
        self._mark("unyanked", lambda shown: shown is not None, None)

    def _mark(self, kind: str, is_meant: Callable[[str | None], bool], value: str | None) -> None:
        """As PyPI does: of the whole release."""
        release, files = self._choose()
        page = self.index.files[NormalizedName(release.partition("==")[0])]
        meant = [name for name in files if is_meant(page[name].yanked)]
        for name in meant:
            self.index.change(name, yanked=value)
        if meant and len(meant) == len(files):
            self._tell(release, kind, *meant)
        else:
            for name in meant:
                self._tell(release, kind, name)

    def _metadata(self) -> None:
        release, files = self._choose()
        if files:
            name = self.random.choice(files)
            self.index.change(name, requires_python=f">=3.{self.now.toordinal() % 997}")
            self._tell(release, "metadata", name)

    def _provenance(self) -> None:
        release, files = self._choose()
        if files:
            name = self.random.choice(files)
            page = self.index.files[NormalizedName(release.partition("==")[0])]
            self.index.change(
                name, provenance=None if page[name].provenance else "https://a.example"
            )
            self._tell(release, "provenance", name)

    def _status(self) -> None:
        project = NormalizedName(f"spam{self.random.randrange(PROJECTS)}")
        before = self.index.states.get(project, "active")
        is_shown = bool(self.index.files.get(project))
        if project not in self.touched and is_shown:
            self.touched.add(project)
            others = ("gone", "quarantined", "archived") if before == "active" else ("active",)
            self.index.states[project] = self.random.choice(others)
            self._tell(project, "status")


@pytest.mark.parametrize(
    ("days", "has_etags"),
    [(20, True), (8, False), pytest.param(DAYS, True, marks=pytest.mark.slow)],
)
def test_a_year(tmp_path: Path, days: int, *, has_etags: bool) -> None:
    """Every change is in the report of the next look, and in no other; quiet days are status 0."""
    world = World(seed=days)
    world.index.has_etags = has_etags
    watched = [watch(frozen(*names)) for names in world.frozen.values()]
    kinds: set[str] = set()
    quiet = 0
    assert _look(world.index, watched, tmp_path).exit_status == 0
    for day in range(days):
        world.day()
        report = _look(world.index, watched, tmp_path)
        found = [(one.release, one.kind, one.files) for one in report.changes]
        assert sorted(found) == sorted(world.told), f"day {day}"
        assert report.exit_status == (1 if world.told else 0)
        kinds |= {kind for _, kind, _ in found}
        quiet += not world.told
    assert days < DAYS or kinds == {
        *("appended", "appeared", "swapped", "deleted", "yanked", "unyanked"),
        *("metadata", "provenance", "recreated", "status"),
    }
    assert quiet
    _expect_standing(world, _look(world.index, watched, tmp_path))


def _look(index: ChangingIndex, watched: list[Watched], folder: Path) -> MonitorReport:
    path = folder / "state.json"
    state = read_state(path, url=index.url)
    return monitor(watched, index, state=state, path=path, clock=FakeClock())[0]


def _expect_standing(world: World, report: MonitorReport) -> None:
    """In the end all that differs is known, though nothing is new."""
    assert not report.changes
    assert report.exit_status == 0
    standing = {release.release for release in report.standing}
    for release, names in world.frozen.items():
        project = NormalizedName(release.partition("==")[0])
        page = {file.filename: file.sha256 for file in world.index.project(project).files}
        shown = {name: page[name] for name in world.shown(release) if name in page}
        if shown != {name: sha256(name.encode()) for name in names}:
            assert release in standing

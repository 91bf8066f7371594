"""What is compared: each function measures both sides in turn and returns rows of the table."""

from __future__ import annotations

import hashlib
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import files
from programs import (
    BIN,
    STAGE,
    Bench,
    Run,
    Server,
    serving,
    serving_pages,
    serving_sessions,
    stage_publish,
)

BARE = (sys.executable, str(Path(__file__).with_name("bare.py")), "first")
UNZIP = (sys.executable, str(Path(__file__).with_name("unzip.py")))
STARTS = 15
WHEELS = 100
FILES = 24
WATCHED = 50
PAGE_DELAY = 0.05
"""Seconds; what an index takes for a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison: ``ratio`` is ours over theirs (or a quantity), at most ``target`` wanted."""

    what: str
    ours: float
    theirs: float | None
    unit: str = "s"
    ratio: float | None
    target: float
    note: str = ""

    @property
    def is_reached(self) -> bool | None:
        """Whether the target is reached; None where a side could not be measured."""
        return None if self.ratio is None else self.ratio <= self.target


def compared(what: str, ours: float, theirs: float, target: float, note: str = "") -> Row:
    """A row of two times."""
    ratio = ours / theirs
    return Row(what=what, ours=ours, theirs=theirs, ratio=ratio, target=target, note=note)


def exposure(bench: Bench) -> Iterator[Row]:
    """How long a release is half there while it is published."""
    folder = bench.folder("exposure")
    dist = folder / "dist"
    dist.mkdir()
    files.release_of_24(dist)
    paths = sorted(str(path) for path in dist.iterdir())
    with serving(bench.delay) as server:

        def measured(*command: str) -> float:
            bench.run(*command, cwd=folder)
            return server.exposure(files=FILES)

        twine = measured(str(BIN / "twine"), "upload", *_twine(server), *paths)
        uv = measured(
            str(BIN / "uv"),
            "publish",
            "--trusted-publishing=never",
            f"--publish-url={server.upload()}",
            *paths,
        )
        bench.run(STAGE, "add", cwd=folder)
        bench.run(STAGE, "freeze", cwd=folder)
        ours = measured(*stage_publish(server.upload()), "spam")
        eight = measured(*stage_publish(server.upload()), "spam", "--jobs", "8")
    yield compared("exposure of 24 files / twine upload", ours, twine, 0.33)
    yield compared("exposure of 24 files / uv publish", ours, uv, 0.33)
    yield compared("the same with --jobs 8 / twine upload", eight, twine, 0.25)
    yield compared("the same with --jobs 8 / uv publish", eight, uv, 0.25)


def session(bench: Bench) -> Iterator[Row]:
    """A release over Upload 2.0: how long it takes, and how long it is half there."""
    folder = bench.folder("session")
    dist = folder / "dist"
    dist.mkdir()
    files.release_of_24(dist)
    bench.run(STAGE, "add", cwd=folder)
    bench.run(STAGE, "freeze", cwd=folder)
    with serving_sessions(folder, bench.delay) as server:
        command = stage_publish(server.url, simple_url=server.simple_url, api="2.0")
        ours = bench.run(*command, "spam", cwd=folder).seconds
        round_trips = server.round_trips()
        exposed = server.exposure(files=FILES)
    what = "Upload 2.0 of 24 files / the sum of its round trips"
    yield compared(what, ours, round_trips, 0.5)
    what = "exposure of 24 files over Upload 2.0, in seconds"
    yield Row(what=what, ours=exposed, theirs=None, ratio=exposed, target=0.0)


def large_publish(bench: Bench) -> Iterator[Row]:
    """One large wheel: how fast it leaves, and in how much memory."""
    folder = bench.folder("large")
    wheel = files.large(folder, bench.size)
    bench.run(STAGE, "add", str(wheel), cwd=folder)
    bench.run(STAGE, "freeze", cwd=folder)
    curl = shutil.which("curl")
    ours: list[Run] = []
    plain: list[float] = []
    twine: list[float] = []
    hashing: list[float] = []
    with serving(0) as server:
        for _ in range(bench.repeats):
            ours.append(bench.run(*stage_publish(server.upload()), "spam", cwd=folder))
            upload = (str(BIN / "twine"), "upload", *_twine(server), str(wheel))
            twine.append(bench.run(*upload, cwd=folder).seconds)
            hashing.append(digest_time(wheel, "sha256"))
            if curl:
                form = ("-F", f"content=@{wheel}")
                sent = bench.run(curl, "-sS", "--fail", *form, server.upload())
                plain.append(sent.seconds)
    wall = statistics.median(run.seconds for run in ours)
    peak = max(run.peak for run in ours)
    what = f"publish {bench.size >> 20} MiB"
    if curl:
        limit = statistics.median(plain) + 1.5 * statistics.median(hashing)
        yield compared(f"{what} / (curl -F + 1.5 SHA-256)", wall, limit, 1.0)
    else:
        note = "curl is not on this machine"
        yield Row(what=what, ours=wall, theirs=None, ratio=None, target=1.0, note=note)
    yield compared(f"{what} / twine upload", wall, statistics.median(twine), 0.8)
    memory = f"{what}, peak memory"
    yield Row(what=memory, ours=peak, theirs=None, unit="MiB", ratio=peak / 100, target=1.0)


def large_add(bench: Bench) -> Iterator[Row]:
    """One large wheel taken into the stage, beside a copy that is flushed and its digest."""
    folder = bench.folder("add")
    wheel = files.large(folder, bench.size)
    ours: list[float] = []
    copy: list[float] = []
    digests: list[float] = []
    script = f"cp '{wheel}' '{folder}/copy' && sync '{folder}/copy'"
    for _ in range(bench.repeats):
        digests.append(max(digest_time(wheel, "sha256"), digest_time(wheel, "blake2b")))
        # On a virtual machine new pages are dear and just freed ones are cheap, so each side
        # begins right after as much as it will write was removed.
        bench.run("sh", "-c", script)
        (folder / "copy").unlink()
        ours.append(bench.run(STAGE, "add", str(wheel), cwd=folder).seconds)
        shutil.rmtree(folder / ".stage")
        copy.append(bench.run("sh", "-c", script).seconds)
        (folder / "copy").unlink()
    limit = statistics.median(copy) + statistics.median(digests)
    what = f"add {bench.size >> 20} MiB / (cp && sync + slower digest)"
    yield compared(what, statistics.median(ours), limit, 1.0)


def checking(bench: Bench) -> Iterator[Row]:
    """Releases judged by every rule, beside a program that unzips and hashes their files."""
    yield _checked(bench, "of 1 MB", files.release_of_wheels)
    yield _checked(bench, "of 2,000 small modules", files.release_of_crowds)


def _checked(bench: Bench, what: str, write: Callable[[Path, int], None]) -> Row:
    folder = bench.folder(what.replace(" ", "-"))
    dist = folder / "dist"
    dist.mkdir()
    write(dist, WHEELS)
    ours: list[Run] = []
    theirs: list[float] = []
    for _ in range(bench.repeats + 1):
        theirs.append(bench.run(*UNZIP, str(dist), cwd=folder).seconds)
        ours.append(bench.run(STAGE, "check", "--profile", "pypi", cwd=folder))
    wall = statistics.median(run.seconds for run in ours[1:])  # the first run met a cold cache
    what = f"check {WHEELS} wheels {what} / unzip and hash them"
    return compared(what, wall, statistics.median(theirs[1:]), 2.0)


def starting(bench: Bench) -> Iterator[Row]:
    """What the program costs before it does anything, and with a full stage."""
    folder = bench.folder("starting")
    dist = folder / "dist"
    dist.mkdir()
    files.many(dist, bench.many // 2)
    bench.run(STAGE, "add", cwd=folder)
    bare: list[float] = []
    version: list[float] = []
    status: list[float] = []
    for _ in range(STARTS):
        bare.append(bench.run(*BARE).seconds)
        version.append(bench.run(STAGE, "--version", cwd=folder).seconds)
        status.append(bench.run(STAGE, "status", cwd=folder).seconds)
    theirs = statistics.median(bare)
    yield compared("--version / a bare typer program", statistics.median(version), theirs, 1.6)
    what = f"status of {bench.many // 2} files / the same"
    yield compared(what, statistics.median(status), theirs, 2.5)


def monitor(bench: Bench) -> Iterator[Row]:
    """Many releases watched: the first look, and one at pages that have not changed."""
    folder = bench.folder("monitor")
    (folder / "releases").mkdir()
    projects = bench.many // 2
    files.manifests(folder / "releases", projects, WATCHED)
    with serving_pages(PAGE_DELAY, files=WATCHED) as url:
        where = ("--repository-url", url, "--simple-url", f"{url}simple/", "--api", "legacy")
        command = (STAGE, "monitor", "releases", *where)
        first = bench.run(*command, cwd=folder).seconds
        second = bench.median(lambda: bench.run(*command, cwd=folder))
    what = f"{projects} projects of {WATCHED} files, in seconds"
    for name, ours, target in (("first look", first, 60.0), ("unchanged look", second, 6.0)):
        yield Row(what=f"{name} at {what}", ours=ours, theirs=None, ratio=ours, target=target)


def growth(bench: Bench) -> Iterator[Row]:
    """Time per file beside what one file takes, with few files and with ten times as many."""
    one, few, many = (_verbs(bench, count) for count in (1, bench.few, bench.many))
    for verb in ("add", "status", "freeze"):
        slope = (many[verb] - one[verb]) / (bench.many - 1)
        beside = (few[verb] - one[verb]) / (bench.few - 1)
        what = f"{verb}: a file of {bench.many} / a file of {bench.few}"
        yield Row(
            what=what,
            ours=slope * 1000,
            theirs=beside * 1000,
            unit="ms",
            ratio=slope / beside if beside > 0 else None,
            target=1.3,
        )


def _verbs(bench: Bench, count: int) -> dict[str, float]:
    folder = bench.folder(f"growth-{count}")
    dist = folder / "dist"
    dist.mkdir()
    files.many(dist, count)
    stage = folder / ".stage"

    def add() -> Run:
        if stage.exists():
            shutil.rmtree(stage)
        return bench.run(STAGE, "add", cwd=folder)

    def freeze() -> Run:
        frozen = bench.run(STAGE, "freeze", cwd=folder)
        bench.run(STAGE, "thaw", cwd=folder)
        return frozen

    return {
        "add": bench.median(add),
        "status": bench.median(lambda: bench.run(STAGE, "status", cwd=folder)),
        "freeze": bench.median(freeze),
    }


def digest_time(path: Path, algorithm: str) -> float:
    """Seconds that one digest of a file takes, reading it included."""
    begun = time.perf_counter()
    state = hashlib.new(algorithm)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            state.update(chunk)
    state.hexdigest()
    return time.perf_counter() - begun


def _twine(server: Server) -> tuple[str, ...]:
    quiet = ("--non-interactive", "--disable-progress-bar")
    return (*quiet, "--repository-url", server.upload())


ALL = {
    "exposure": exposure,
    "session": session,
    "publish": large_publish,
    "add": large_add,
    "check": checking,
    "start": starting,
    "monitor": monitor,
    "growth": growth,
}

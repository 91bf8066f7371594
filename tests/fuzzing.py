"""Distributions that nobody would make: mutations of well-formed ones, and what is said of them.

``python fuzzing.py SEED COUNT`` judges COUNT mutations in bounded memory, each in bounded time, and
prints how much that was.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import real_files
from mutations import MADE, Sample, mutated
from scanned import SDIST, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Finding
from twine_stage.contents import Contents
from twine_stage.errors import InvalidDistribution
from twine_stage.listings import ListedFile, Project
from twine_stage.policy import Openness, Verdict
from twine_stage.profiles import GENERIC, PYPI
from twine_stage.releases import ReleaseId

MIB = 1 << 20
SECONDS = 1.0
"""What judging one small file may take."""
SCANS = 2
"""How often it is judged: thoroughly, and not."""
MEMORY = 100 * MIB
"""By how much judging one small file may make the process grow."""

SPAM = ReleaseId.parse("spam==1.0")
UNKNOWN = Project(name=SPAM.project, is_known=False)
KNOWN = Project(
    name=SPAM.project,
    files=tuple(
        ListedFile(filename=name, url="", sha256="0" * 64, size=9, requires_python=">=3")
        for name in (SDIST, "spam-0.9-py3-none-any.whl", "nonsense")
    ),
)
DESTINATIONS = tuple(
    Destination(
        profile=profile,
        projects={SPAM.project: project},
        lookalikes={SPAM.project: ("spum",)},
        verdicts={SPAM: Verdict(openness=Openness.OLD, reason="it is a year old")},
        expected={">=1": ("*.tar.gz", "*-win_amd64.whl")},
    )
    for profile in (PYPI, GENERIC)
    for project in (UNKNOWN, KNOWN)
)
"""An index that does not know the project, and one that has it; by each profile."""


def judge(sample: Sample) -> list[Finding]:
    """Scan a file and check it, wherever it is meant to go, beside a sound one and alone.

    Nothing may come out but findings that can be shown.
    """
    found: list[Finding] = []
    for thorough in (True, False):
        contents: list[Contents] = [scanned(SDIST)] if thorough else []
        unreadable: list[InvalidDistribution] = []
        try:
            contents.append(scanned(sample.name, sample.content, thorough=thorough))
        except InvalidDistribution as error:
            unreadable.append(error)
        for destination in DESTINATIONS:
            found += checks.run(contents, destination=destination, unreadable=unreadable)
    for finding in found:
        assert finding.message.isprintable()
        assert finding.hint.isprintable()
    return found


def seeds() -> list[Sample]:
    """What is mutated: made samples, and small real files, if they are kept on this machine."""
    kept = [it for it in real_files.listed() if it.is_kept and it.path.stat().st_size < MIB // 8]
    return [*MADE, *(Sample(it.filename, it.path.read_bytes()) for it in kept[::4])]


def main(seed: int, count: int) -> None:
    """Judge many mutations; a crash, a slow one and one that takes too much end it at once."""
    samples = seeds()
    for sample in samples:
        judge(sample)  # what is imported and kept for good counts for nobody
    slowest, findings = 0.0, 0
    for number in range(count):
        random = Random(seed * 1_000_000 + number)  # noqa: S311 - the same in each run
        sample = mutated(random.choice(random.choice((MADE, samples))), random, samples)
        begun = time.process_time()
        try:
            with _memory(MEMORY):
                found = judge(sample)
            taken = time.process_time() - begun
            if any("MemoryError" in finding.message for finding in found):
                assert judge(sample) == found, "it needs more memory"
        except BaseException:
            print(f"number {number} of seed {seed}: {sample.name}", file=sys.stderr)  # noqa: T201
            raise
        if taken > SECONDS * SCANS:
            raise TimeoutError(f"number {number} of seed {seed} took {taken:.1f} s")
        slowest = max(slowest, taken)
        findings += len(found)
    print(f"{count} files, {findings} findings, {slowest:.2f} s at most")  # noqa: T201


@contextmanager
def _memory(more: int) -> Iterator[None]:
    """Let the process grow by so many bytes, and no further, for a while."""
    import resource  # noqa: PLC0415 - not on Windows, where the rest of this is used

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""Remarks: what a matrix of environments comes to, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from twine_stage.operations.explain import Choice, ExplainedEnvironment, ExplainedRelease
from twine_stage.render import amounts
from twine_stage.render.platform_names import words


@dataclass(frozen=True, slots=True)
class Remark:
    """A word, and a sentence about it."""

    label: str
    text: str


def remarks(release: ExplainedRelease) -> tuple[Remark, ...]:
    """What is worth saying of a release that has files."""
    return (
        *_changes(release),
        *_differences(release),
        *_nothing(release),
        *_idle(release),
        *_local(release),
    )


def _changes(release: ExplainedRelease) -> Iterator[Remark]:
    if all(one.before is None for one in release.environments):
        return
    changed = [one for one in release.environments if one.is_changed]
    if not changed:
        yield Remark("changes", "none: each environment gets the file that it gets now")
        return
    kinds = {one.filename: one.kind for one in release.files}
    counts = Counter(_replaced(one, kinds) for one in changed)
    what = [
        f"{counts[word]} got {word} before" for word in ("nothing", "the sdist", "another wheel")
    ]
    told = ", ".join(text for text in what if not text.startswith("0 "))
    yield Remark("changes", f"{_share(len(changed), release)} (before→after): {told}")


def _replaced(one: ExplainedEnvironment, kinds: dict[str, str]) -> str:
    """What is lost where a choice changes: the best of what the installers chose before."""
    before: Choice = one.before or {}
    lost = {kinds[name] for key, name in before.items() if name and one.chosen[key] != name}
    if "wheel" in lost:
        return "another wheel"
    return "the sdist" if lost else "nothing"


def _differences(release: ExplainedRelease) -> Iterator[Remark]:
    differing = [one for one in release.environments if len(set(one.chosen.values())) > 1]
    if differing:
        who = " and ".join(differing[0].chosen)
        cells = "/".join(differing[0].chosen)
        yield Remark(
            "differ", f"{who} choose different files in {_share(len(differing), release)} ({cells})"
        )


def _nothing(release: ExplainedRelease) -> Iterator[Remark]:
    count = sum(None in one.chosen.values() for one in release.environments)
    if count:
        yield Remark("·", f"nothing that could be installed, in {_share(count, release)}")


def _idle(release: ExplainedRelease) -> Iterator[Remark]:
    """Wheels that nobody gets: in the table they are for nothing."""
    yanked = sum(one.state == "yanked" for one in release.files)
    if 0 < yanked < len(release.files):
        yield Remark("yanked", f"{amounts.count(yanked, 'file')}, which installers pass over")
    idle = [
        one.filename
        for one in release.files
        if one.kind == "wheel" and one.state != "yanked" and not any(one.chosen.values())
    ]
    if idle:
        yield Remark("unused", f"no environment of the table gets {', '.join(idle)}")


def _local(release: ExplainedRelease) -> Iterator[Remark]:
    if (one := release.local) is not None:
        gets = " or ".join(name or "nothing" for name in dict.fromkeys(one.chosen.values()))
        yield Remark("here", f"{one.python} on {words(one.platform)} gets {gets}")


def _share(count: int, release: ExplainedRelease) -> str:
    return f"{count} of {amounts.count(len(release.environments), 'environment')}"

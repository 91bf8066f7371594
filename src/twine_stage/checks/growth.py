"""I5xx: whether releases that are public still take the files that they lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.policy import Openness, Verdict
from twine_stage.releases import ReleaseId


class _Answer(Enum):
    """What ``stage publish`` would say."""

    CLOSED_BY_INDEX = auto()
    REFUSED_BY_PROJECT = auto()
    ASKED = auto()
    GRANTED = auto()


@dataclass(frozen=True, slots=True)
class _Growth:
    """A public release that would get ``additions``; ``others`` are there that are not ours."""

    release: ReleaseId
    verdict: Verdict
    additions: Sequence[str]
    others: Sequence[str]

    @property
    def answer(self) -> _Answer:
        """Where all that is shown is ours, it may be our own unfinished publication."""
        is_closed = self.verdict.openness is Openness.CLOSED
        if self.verdict.is_final:
            return _Answer.CLOSED_BY_INDEX
        if self.others and (is_closed or self.verdict.append == "refuse"):
            return _Answer.REFUSED_BY_PROJECT
        if self.verdict.append == "allow" and not is_closed:
            return _Answer.GRANTED
        is_young = self.verdict.openness is Openness.YOUNG
        return _Answer.GRANTED if is_young and not self.others else _Answer.ASKED

    @property
    def sentence(self) -> str:
        """What is the matter with it, and what would be added."""
        if self.verdict.openness is Openness.CLOSED or not self.others:
            why = self.verdict.reason
        else:
            why = f"it is public with {', '.join(self.others)}"
        return f"{why}; this would add {', '.join(self.additions)}"


def _growing(subject: Subject) -> Iterator[_Growth]:
    """The releases that are public and lack a file; none where the index was not asked."""
    for release, contents in subject.releases.items():
        verdict, listing = subject.destination.verdicts.get(release), subject.listing(release)
        if verdict is None or listing is None or verdict.openness is Openness.NEW:
            continue
        own = {one.name: one.digests.sha256 for one in contents}
        additions = sorted(own.keys() - listing.by_name.keys())
        others = [
            file.filename
            for file in listing.files
            if file.filename not in own or file.sha256 not in (None, own[file.filename])
        ]
        if additions:
            yield _Growth(release, verdict, additions, others)


def _judge(answer: _Answer, expected: str, hint: str) -> Callable[[Subject], Iterator[Problem]]:
    def judge(subject: Subject) -> Iterator[Problem]:
        for growth in _growing(subject):
            if growth.answer is answer:
                message = f"expected {expected}, found that {growth.sentence}"
                yield Problem(str(growth.release), message, hint.format(growth.release))

    return judge


def _in_time(subject: Subject) -> Iterator[Problem]:
    for growth in _growing(subject):
        deadline = growth.verdict.deadline
        if deadline is not None:
            yield Problem(
                str(growth.release),
                f"it takes files {deadline.clause}",
                "Publish what it lacks before that.",
            )


RULES = (
    SetRule(
        code="I530",
        name="open-on-index",
        severity=Severity.ERROR,
        summary="The index takes files still of a release that is public",
        judge=_judge(
            _Answer.CLOSED_BY_INDEX,
            "a release of which the index takes files still",
            "Publish them in a new version.",
        ),
    ),
    SetRule(
        code="I531",
        name="open-by-policy",
        severity=Severity.ERROR,
        summary="The project adds files still to a release that is public",
        judge=_judge(
            _Answer.REFUSED_BY_PROJECT,
            "a release to which the project adds files",
            "Publish them in a new version; the rule stands in [tool.stage] of pyproject.toml.",
        ),
    ),
    SetRule(
        code="I532",
        name="no-append",
        severity=Severity.WARNING,
        summary="A release that is public is not added to",
        judge=_judge(
            _Answer.ASKED,
            "a new release, or the rest of one that this stage began to publish",
            'stage publish asks why; or say it at once: --append {} --reason "…"',
        ),
    ),
    SetRule(
        code="I533",
        name="no-deadline",
        severity=Severity.NOTICE,
        summary="A release that is half public can be completed at any time",
        judge=_in_time,
    ),
)

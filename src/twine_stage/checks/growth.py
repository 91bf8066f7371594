"""I5xx: whether releases that are public still take the files that they lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from twine_stage.checks.additions import is_append, named, others
from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.policy import Openness
from twine_stage.standings import Answer, Growth


def _growing(subject: Subject) -> Iterator[Growth]:
    """The releases that are public and lack a file; none where the index was not asked."""
    for release, contents in subject.releases.items():
        verdict, listing = subject.destination.verdicts.get(release), subject.listing(release)
        if verdict is None or listing is None or verdict.openness is Openness.NEW:
            continue
        additions = sorted({one.name for one in contents} - listing.by_name.keys())
        if additions:
            yield Growth(
                release=release,
                index_url=subject.destination.url,
                verdict=verdict,
                additions=additions,
                is_append=is_append(subject, release),
            )


def _refused(answer: Answer) -> Callable[[Subject], Iterator[Problem]]:
    """What ``stage publish`` refuses, in its words."""

    def judge(subject: Subject) -> Iterator[Problem]:
        for growth in _growing(subject):
            if growth.answer is answer:
                yield Problem(str(growth.release), growth.refusal, growth.way_out)

    return judge


def _asked(subject: Subject) -> Iterator[Problem]:
    for growth in _growing(subject):
        if growth.answer is not Answer.ASKED:
            continue
        public = others(subject, growth.release)
        why = f"it is public with {named(public)}" if public else growth.verdict.reason
        yield Problem(
            str(growth.release),
            "expected a new release, or the rest of one that this stage began to publish, found"
            f" that {why}; this would add {', '.join(growth.additions)}",
            f'stage publish asks why; or say it at once: --append {growth.release} --reason "…"',
        )


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
        judge=_refused(Answer.CLOSED_BY_INDEX),
    ),
    SetRule(
        code="I531",
        name="open-by-policy",
        severity=Severity.ERROR,
        summary="The project adds files still to a release that is public",
        judge=_refused(Answer.REFUSED_BY_PROJECT),
    ),
    SetRule(
        code="I532",
        name="no-append",
        severity=Severity.WARNING,
        summary="A release that is public is not added to",
        judge=_asked,
    ),
    SetRule(
        code="I533",
        name="no-deadline",
        severity=Severity.NOTICE,
        summary="A release that is half public can be completed at any time",
        judge=_in_time,
    ),
)

"""Policy, over all rules, times and versions: it tightens, and exactly when it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from twine_stage.listings import ListedFile, Project
from twine_stage.policy import NEWER, Openness, Policy, Verdict, judge
from twine_stage.releases import ReleaseId

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
TICK = timedelta(microseconds=1)
RELEASE = ReleaseId.parse("spam==1.1.2")
VERSIONS = ("1.0", "1.1", "1.1.2", "1.1.2.post1", "1.1.3", "1.1.4rc1", "1.2.3", "2", "1!0.1")
ORDER = list(Openness)

spans = st.integers(0, 400).map(lambda hours: timedelta(hours=hours))
limits = st.none() | spans
moments = spans.map(lambda span: START + span)
versions = st.sampled_from(VERSIONS)


def listed(version: str, number: int, at: datetime | None, *, is_yanked: bool) -> ListedFile:
    name = f"spam-{version}-{number}-py3-none-any.whl"
    yanked = "" if is_yanked else None
    return ListedFile(filename=name, url="https://example.org/", uploaded_at=at, yanked=yanked)


files = st.builds(listed, versions, st.integers(1, 9), st.none() | moments, is_yanked=st.booleans())
projects = st.lists(files, max_size=6).map(
    lambda found: Project(name=canonicalize_name("spam"), files=tuple(found))
)
policies = st.builds(
    Policy,
    prompt_after=spans,
    close_after_first=limits,
    close_after_last=limits,
    close_on_newer=st.sampled_from(NEWER),
)


def openness(verdict: Verdict) -> int:
    """The higher, the less open."""
    return ORDER.index(verdict.openness)


def tighter(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    """The stricter of two limits; None is none."""
    return min((limit for limit in (one, other) if limit is not None), default=None)


def stricter(one: Policy, other: Policy) -> Policy:
    """A policy that is in no point less strict than either."""
    return Policy(
        prompt_after=min(one.prompt_after, other.prompt_after),
        close_after_first=tighter(one.close_after_first, other.close_after_first),
        close_after_last=tighter(one.close_after_last, other.close_after_last),
        close_on_newer=max(one.close_on_newer, other.close_on_newer, key=NEWER.index),
    )


class TestTime:
    """As time passes a release comes to be less open, never more, and exactly when it was said."""

    @given(projects, policies, limits, moments, moments)
    def test_openness_only_tightens(
        self,
        project: Project,
        policy: Policy,
        window: timedelta | None,
        one: datetime,
        other: datetime,
    ) -> None:
        """What is closed stays so, and what is old is never young again."""
        earlier, later = (
            judge(project, RELEASE, policy, window=window, now=now) for now in sorted((one, other))
        )
        assert openness(earlier) <= openness(later)
        assert earlier.is_final <= later.is_final

    @given(projects, policies, limits, moments)
    def test_it_changes_at_the_moment_told(
        self, project: Project, policy: Policy, window: timedelta | None, now: datetime
    ) -> None:
        """Up to that moment it is as open as now, and right after it is not; else it never is."""
        verdict = judge(project, RELEASE, policy, window=window, now=now)

        def at(moment: datetime) -> Openness:
            return judge(project, RELEASE, policy, window=window, now=moment).openness

        if verdict.changes_at is None:
            assert at(now + timedelta(days=9999)) is verdict.openness
        else:
            assert verdict.changes_at >= now
            assert at(verdict.changes_at) is verdict.openness
            assert at(verdict.changes_at + TICK) is not verdict.openness

    @given(projects, policies, spans, moments)
    def test_the_deadline_is_when_the_index_closes_it(
        self, project: Project, policy: Policy, window: timedelta, now: datetime
    ) -> None:
        """Whatever the project wants: right after it, and only then, it is closed for good."""
        verdict = judge(project, RELEASE, policy, window=window, now=now)
        if verdict.deadline is None:
            never = judge(project, RELEASE, policy, window=window, now=now + timedelta(days=9999))
            assert verdict.is_final or not never.is_final
            return
        at = verdict.deadline.at
        assert verdict.deadline.left == at - now
        assert not judge(project, RELEASE, policy, window=window, now=at).is_final
        assert judge(project, RELEASE, policy, window=window, now=at + TICK).is_final


class TestStrictness:
    """All rules hold together: a stricter policy or index never leaves a release more open."""

    @given(projects, st.tuples(policies, policies), st.tuples(limits, limits), moments)
    def test_more_rules_are_never_more_open(
        self,
        project: Project,
        pair: tuple[Policy, Policy],
        windows: tuple[timedelta | None, timedelta | None],
        now: datetime,
    ) -> None:
        """All rules of two policies together are at least as strict as those of each."""
        both = judge(project, RELEASE, stricter(*pair), window=tighter(*windows), now=now)
        for policy, window in zip(pair, windows, strict=True):
            alone = judge(project, RELEASE, policy, window=window, now=now)
            assert openness(alone) <= openness(both)

    @given(projects, policies, moments)
    def test_nothing_is_closed_without_a_rule(
        self, project: Project, policy: Policy, now: datetime
    ) -> None:
        """A policy that only says when to ask never closes, nor does one without an index's."""
        asking = Policy(prompt_after=policy.prompt_after)
        assert judge(project, RELEASE, asking, window=None, now=now).openness is not Openness.CLOSED
        assert not judge(project, RELEASE, policy, window=None, now=now).is_final

    @given(projects, policies, limits, moments)
    def test_without_times_no_time_closes(
        self, project: Project, policy: Policy, window: timedelta | None, now: datetime
    ) -> None:
        """An index that tells none leaves all open but what a newer release closed."""
        timeless = replace(
            project, files=tuple(replace(file, uploaded_at=None) for file in project.files)
        )
        patient = replace(policy, close_on_newer="never")
        verdict = judge(timeless, RELEASE, patient, window=window, now=now)
        assert verdict.openness in (Openness.NEW, Openness.YOUNG)
        assert (verdict.changes_at, verdict.deadline) == (None, None)

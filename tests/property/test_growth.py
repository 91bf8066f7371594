"""The growth of public releases: what ``stage check`` says of it is what ``stage publish`` does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import event, given
from hypothesis import strategies as st

from samples import content_of, distribution
from scanned import SDIST, WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Finding, Staged
from twine_stage.errors import AppendRefused, StageError
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.guarding import Guard
from twine_stage.policy import APPENDING, NEWER, Openness, Policy, judge
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Silent
from twine_stage.standings import Append, stand

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
SPAM = ReleaseId.parse("spam==1.0")
URL = "https://example.org/legacy/"
OWN = (WHEEL, SDIST, "spam-1.0-cp313-cp313-win32.whl")
OTHERS = ("spam-1.0-py2-none-any.whl", "spam-1.1.tar.gz", "spam-2.0.tar.gz")
CONTENTS = {name: scanned(name) for name in OWN}
DISTRIBUTIONS = {name: distribution(name, content_of(name)) for name in OWN}

spans = st.integers(0, 100).map(lambda hours: timedelta(hours=hours))
limits = st.none() | spans
policies = st.builds(
    Policy,
    prompt_after=spans,
    close_after_first=limits,
    close_after_last=limits,
    close_on_newer=st.sampled_from(NEWER),
    append=st.sampled_from(APPENDING),
)


def listed(name: str, age: timedelta | None) -> ListedFile:
    digest = CONTENTS[name].digests.sha256 if name in OWN else "0" * 64
    uploaded = None if age is None else NOW - age
    return ListedFile(filename=name, url=URL, sha256=digest, uploaded_at=uploaded)


projects = st.dictionaries(st.sampled_from(OWN + OTHERS), st.none() | spans).map(
    lambda ages: Project(
        name=SPAM.project, files=tuple(listed(name, age) for name, age in sorted(ages.items()))
    )
)


class TestCheckAndPublish:
    """What publish would refuse for want of an append is an error of check, in the same words."""

    @given(
        projects,
        policies,
        limits,
        st.sets(st.sampled_from(OWN), min_size=1),
        st.sampled_from([Staged(), Staged(is_begun=True), Staged(extends=True)]),
    )
    def test_they_agree(
        self,
        project: Project,
        policy: Policy,
        window: timedelta | None,
        names: set[str],
        staged: Staged,
    ) -> None:
        """Refused is an error, asked for is a warning, and what goes is neither."""
        verdict = judge(project, SPAM, policy, window=window, now=NOW)
        destination = Destination(
            url=URL,
            projects={SPAM.project: project},
            verdicts={SPAM: verdict},
            staged={SPAM: staged},
        )
        found = checks.run(
            [CONTENTS[name] for name in sorted(names)], select=["I53"], destination=destination
        )
        standing = stand(
            [DISTRIBUTIONS[name] for name in sorted(names)],
            project.listing(SPAM),
            has_journal=staged.is_begun,
            now=NOW,
            prompt_after=policy.prompt_after,
            extends=staged.extends,
        )
        guard = Guard(index_url=URL, policy=policy, appends={}, reporter=Silent(), prompts=None)
        is_lacking = not names <= project.listing(SPAM).by_name.keys()
        try:
            guard.expect_open(SPAM, standing, verdict)
            if isinstance(standing, Append) and is_lacking:
                guard.granted(standing)
        except StageError as error:
            self.expect_refused(found, error, is_new=verdict.openness is Openness.NEW)
        else:
            assert [one.code for one in found if one.code != "I533"] == []

    def expect_refused(
        self, found: tuple[Finding, ...], error: StageError, *, is_new: bool
    ) -> None:
        codes = [one.code for one in found if one.code != "I533"]
        event(f"{codes}")
        if isinstance(error, AppendRefused) and error.hint.startswith("To append"):
            assert codes == ([] if is_new else ["I532"])
        else:
            assert [(one.message, one.hint) for one in found if one.severity.value == "error"] == [
                (error.message, error.hint)
            ]

"""Guarding: nothing public grows, and no project begins, unless index, project and person agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from twine_stage.errors import AppendRefused, Refused
from twine_stage.operations.prompts import Prompts
from twine_stage.operations.standing import append_hint
from twine_stage.policy import Openness, Policy, Verdict
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.standings import Answer, Append, Completion, Growth, Standing

ALLOWED = "allowed by pyproject.toml"
"""The reason that is recorded where a project lets releases grow unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Stands before one index, for one run.

    ``appends`` are the reasons why releases may be appended to, as a person gave them beforehand.
    """

    index_url: str
    policy: Policy
    appends: Mapping[ReleaseId, str]
    reporter: Reporter
    prompts: Prompts | None

    def expect_name(self, release: ReleaseId, *, is_public: bool) -> None:
        """Of a project that the index does not know, a person says that its name is meant.

        Where nobody can be asked it is said loudly: the first release of a project is no mistake
        most of the time, and a name that is taken by mistake stays taken. It is said only, too,
        where nothing comes to be public by this run.

        Raises:
            Refused: the answer was no.
        """
        self.reporter.warn(
            f"{self.index_url} has no project {release.project} yet: {release} would begin it; "
            "see that the name is spelled as it is meant"
        )
        if not is_public or self.prompts is None:
            return
        if not self.prompts.confirm_new_project(release, self.index_url):
            raise Refused(
                f"{release} was not published: it would have begun a new project, and the "
                "question was answered with no",
                hint="The name is that of the core metadata; -y answers it with yes.",
            )

    def expect_open(
        self,
        release: ReleaseId,
        standing: Standing,
        verdict: Verdict,
        *,
        proven: Collection[str] = (),
    ) -> None:
        """A release takes what is still to be sent; until when, is said.

        What the index closed takes nothing. What the project closed takes no append; our own
        unfinished publication is completed.

        Args:
            release: the one to publish.
            standing: how our files stand to what is shown of it.
            verdict: how open it is.
            proven: the names that need not be sent.

        Raises:
            Refused: it is closed.
            AppendRefused: the project refuses appends, whatever the command line says.
        """
        names = [name for name in _additions(standing) if name not in proven]
        if not names or verdict.openness is Openness.NEW:
            return
        growth = Growth(
            release=release,
            index_url=self.index_url,
            verdict=verdict,
            additions=names,
            is_append=isinstance(standing, Append),
        )
        if growth.answer is Answer.CLOSED_BY_INDEX:
            raise Refused(growth.refusal, hint=growth.way_out)
        if growth.answer is Answer.REFUSED_BY_PROJECT:
            raise AppendRefused(growth.refusal, hint=growth.way_out)
        is_asked = growth.answer is Answer.ASKED and self._asks_for(release)  # it has it, too
        if verdict.deadline is not None and not is_asked:
            tell = self.reporter.warn if verdict.deadline.is_near else self.reporter.note
            tell(f"{release} takes files {verdict.deadline.clause}")

    def _asks_for(self, release: ReleaseId) -> bool:
        """Whether a person is asked before this release is appended to."""
        return self.prompts is not None and release not in self.appends

    def granted(self, append: Append) -> str | None:
        """The reason why a public release may be appended to; None if a person is to be asked.

        Raises:
            AppendRefused: nobody granted it, and nobody can be asked.
        """
        reason = self.appends.get(append.release)
        if reason is None and self.policy.append == "allow":
            self.reporter.note(f"{append.sentence}, {ALLOWED}")
            reason = ALLOWED
        if reason is None and self.prompts is None:
            raise AppendRefused(append.sentence, hint=append_hint(append.release))
        return reason

    def asked(self, append: Append) -> str:
        """The reason that a person gives, who sees it all; nothing is left then to refuse it.

        Raises:
            AppendRefused: they grant nothing, or do not say why.
        """
        assert self.prompts is not None  # noqa: S101 - granted looked
        reason = self.prompts.append_reason(append, self.index_url)
        if not reason:
            why = "the question was answered with no" if reason is None else "no reason was given"
            hint = "" if reason is None else "It is kept in the manifest: one sentence will do."
            raise AppendRefused(f"{append.release} was not appended to: {why}", hint=hint)
        return reason


def _additions(standing: Standing) -> list[str]:
    """The names that an index lacks of a release that is public there."""
    match standing:
        case Completion(missing) | Append(additions=missing):
            return [dist.filename.text for dist in missing]
        case _:
            return []

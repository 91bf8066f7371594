"""Prompts: the questions that only a person may answer; no answer is no."""

from __future__ import annotations

from twine_stage.cli.surroundings import Surroundings
from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId
from twine_stage.render.terminal import append, plan
from twine_stage.standings import Append


class TerminalPrompts:
    """Asks on stderr and reads from stdin.

    Args:
        surroundings: where to ask.
        is_agreed: publishing was agreed to beforehand, also that of a new project; appending never
            is.
    """

    def __init__(self, surroundings: Surroundings, *, is_agreed: bool = False) -> None:
        self.surroundings = surroundings
        self.is_agreed = is_agreed

    def confirm_publish(self, release: ReleaseId, index_url: str, plan_: Plan) -> bool:
        """Whether to make this public, which cannot be taken back."""
        question = f"Publish {release} to {index_url} ({plan.summary(plan_)}) for good?"
        return self.is_agreed or self._confirm(question)

    def confirm_new_project(self, release: ReleaseId, index_url: str) -> bool:
        """Whether a name that the index does not know is no mistake."""
        question = f"Begin the project {release.project} on {index_url} with {release}?"
        return self.is_agreed or self._confirm(question)

    def append_reason(self, asked: Append, index_url: str) -> str | None:
        """Why a public release may be appended to; None for no, and empty if nothing was said."""
        self.surroundings.show(append.render(asked, index_url), self.surroundings.stderr)
        if not self._confirm("Append to it?"):
            return None
        return self.ask("Why? (kept in the manifest) ")

    def ask(self, question: str) -> str:
        """The answer to a question, stripped; empty where there is none."""
        answer = ""
        self.surroundings.stderr.write(question)
        self.surroundings.stderr.flush()
        try:
            answer = self.surroundings.stdin.readline()
        finally:
            if not answer.endswith("\n"):  # Ctrl-C and Ctrl-D leave the cursor in the line
                self.surroundings.stderr.write("\n")
        return answer.strip()

    def _confirm(self, question: str) -> bool:
        return self.ask(f"{question} [y/N] ").lower() in ("y", "yes")

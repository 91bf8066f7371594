"""Prompts: what only a person may answer."""

from __future__ import annotations

from typing import Protocol

from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId
from twine_stage.standings import Append


class Prompts(Protocol):
    """A person who can be asked; nothing is asked where there is none."""

    def confirm_publish(self, release: ReleaseId, index_url: str, plan: Plan) -> bool:
        """Whether to make this public, which cannot be taken back."""
        ...

    def confirm_new_project(self, release: ReleaseId, index_url: str) -> bool:
        """Whether to begin a project that the index does not know, with this release."""
        ...

    def append_reason(self, append: Append, index_url: str) -> str | None:
        """Why a public release may be appended to; None for no, and empty if nothing was said."""
        ...

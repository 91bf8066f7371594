"""Terms: what a command line and the project say of checks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated

import typer

from twine_stage import checks
from twine_stage.operations.destinations import Terms
from twine_stage.operations.judging import Judgement
from twine_stage.profiles import Profile
from twine_stage.settings import ProjectSettings

_CHECKS = "Checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions:
    """Which checks count."""

    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            rich_help_panel=_CHECKS,
            help="No checks whose code begins so; repeatable.",
        ),
    ] = None
    strict: Annotated[
        bool, typer.Option("--strict", rich_help_panel=_CHECKS, help="Warnings are errors.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingOptions(RuleOptions):
    """Which checks count, those of what an index shows among them."""

    allow_shadow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_CHECKS,
            help="Let installers choose this file instead of one that is public, whatever its "
            "folder; repeatable.",
        ),
    ] = None


def terms(checking: CheckingOptions, project: ProjectSettings, profile: Profile) -> Terms:
    """On which terms releases go to an index of some profile."""
    return Terms(
        profile=profile,
        policy=project.policy,
        expected=project.expected,
        allowed=frozenset(PurePath(path).name for path in checking.allow_shadow or ()),
    )


def judgement(checking: RuleOptions, project: ProjectSettings) -> Judgement:
    """Which checks count, by the command line and the project together.

    Raises:
        UsageError: a code fits no check.
    """
    ignore = (*project.ignore, *(checking.ignore or ()))
    checks.run((), ignore=ignore)  # a mistyped code is said before the work
    return Judgement(ignore=ignore, is_strict=checking.strict or project.is_strict)

"""Destinations: where releases are meant to go, and what is asked there before they are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from twine_stage import policy as policies
from twine_stage.checks import Destination
from twine_stage.errors import StageError
from twine_stage.listings import Project
from twine_stage.policy import Policy
from twine_stage.profiles import GENERIC, Profile
from twine_stage.project_names import lookalikes
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from twine_stage.indexes.base import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms on which releases go to an index.

    ``profile`` is what is known of the index, ``policy`` how long releases stay open, ``expected``
    the filename patterns that releases must have (by version specifier), ``allowed`` the names of
    files that may take the place of others in an installer's choice.
    """

    profile: Profile = GENERIC
    policy: Policy = field(default_factory=Policy)
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()


def unasked(terms: Terms) -> Destination:
    """What is known without asking the index anything."""
    return Destination(profile=terms.profile, expected=terms.expected, allowed=terms.allowed)


def asked(
    terms: Terms,
    index: Index,
    releases: Sequence[ReleaseId],
    *,
    now: datetime,
    reporter: Reporter,
    projects: Mapping[NormalizedName, Project] | None = None,
) -> Destination:
    """What is known of an index, and what it shows of the projects of some releases.

    Args:
        terms: what is known without asking.
        index: the one to ask.
        releases: those that are to be judged.
        now: aware.
        reporter: hears of what could not be found out.
        projects: what the index was asked already.

    Raises:
        Unreachable: no answer about a project, or none that is a listing.
    """
    known = dict(projects or {})
    for release in releases:
        if release.project not in known:
            known[release.project] = index.project(release.project)
    new = sorted(name for name, project in known.items() if not project.is_known)
    return Destination(
        profile=terms.profile,
        index=index.id,
        url=index.url,
        projects=known,
        lookalikes=_lookalikes(new, index, reporter) if terms.profile.is_pypi else {},
        verdicts={
            release: policies.judge(
                known[release.project],
                release,
                terms.policy,
                window=terms.profile.window,
                now=now,
            )
            for release in releases
        },
        expected=terms.expected,
        allowed=terms.allowed,
    )


def _lookalikes(
    new: Sequence[NormalizedName], index: Index, reporter: Reporter
) -> Mapping[NormalizedName, tuple[str, ...]]:
    """The names that an index has and that look like those of projects that are new to it."""
    if not new:
        return {}
    try:
        names = tuple(index.project_names())
    except StageError as error:  # the index will say no if it must
        reporter.warn(f"whether another project has a name like that is not known: {error.message}")
        return {}
    return {name: lookalikes(name, names) for name in new}

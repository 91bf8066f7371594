"""Releases that are explained: our files, and what an index shows, by nothing but their names."""

from __future__ import annotations

from collections.abc import Sequence

from samples import distribution
from showing import project
from twine_stage.environments import local
from twine_stage.listings import ListedFile
from twine_stage.operations.explain import Candidate, ExplainedRelease, ExplainReport, explain
from twine_stage.releases import ReleaseId
from twine_stage.resolution import Environment, Installer

INDEX = "https://example.org/legacy/"
SPAM = ReleaseId.parse("spam==1.0")
PURE = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
LINUX = "spam-1.0-cp312-abi3-manylinux_2_28_x86_64.whl"
MACOS = "spam-1.0-cp312-abi3-macosx_11_0_arm64.whl"
WINDOWS = "spam-1.0-cp312-cp312-win_amd64.whl"
TIES = ("spam-1.0-py2.py3-none-any.whl", PURE)
"""Equally good: pip takes the last, uv the first."""


def here(version: str = "3.12.1", *tags: str) -> Environment:
    """The environment that a test makes believe to run in, of which these are the platform's tags.

    A Linux with glibc 2.36 if none are given.
    """
    ours = tags or [f"manylinux_2_{minor}_x86_64" for minor in range(36, 16, -1)]
    return local(implementation="cpython", version=version, flags="", platform_tags=ours)


def report(
    *names: str,
    index: Sequence[ListedFile | str] | None = None,
    installers: Sequence[Installer] = tuple(Installer),
    local: Environment | None = None,
    requires_python: str | None = None,
) -> ExplainReport:
    """What is said of spam 1.0, of which we have some files, and an index may show others."""
    own = [
        Candidate(
            filename=distribution(name).filename,
            state="built",
            size=1000 + place,
            requires_python=requires_python,
        )
        for place, name in enumerate(names)
    ]
    listed = project(*(index or ()))
    return explain(
        {SPAM: own},
        index=None if index is None else INDEX,
        listing=None if index is None else listed.listing,
        installers=installers,
        local=local,
    )


def release(*names: str, **facts: object) -> ExplainedRelease:
    """The release of such a report."""
    [only] = report(*names, **facts).releases  # type: ignore[arg-type]
    return only

"""What an index shows, and files that are judged by it."""

from __future__ import annotations

from typing import Any

from packaging.utils import canonicalize_name

from twine_stage import checks
from twine_stage.checks import Destination, Finding
from twine_stage.contents import Contents
from twine_stage.listings import ListedFile, Project
from twine_stage.profiles import PYPI, Profile


def shown(name: str, **facts: Any) -> ListedFile:
    """A file on the index, under a digest that no other has."""
    return ListedFile(filename=name, url=f"https://example.org/{name}", **facts)


def project(*files: ListedFile | str, name: str = "spam", **facts: Any) -> Project:
    """A project as an index of these files shows it."""
    listed = [shown(file) if isinstance(file, str) else file for file in files]
    in_order = tuple(sorted(listed, key=lambda file: file.filename))
    return Project(name=canonicalize_name(name), files=in_order, **facts)


def judged(
    code: str,
    contents: list[Contents],
    *projects: Project,
    profile: Profile = PYPI,
    **facts: Any,
) -> tuple[Finding, ...]:
    """What one rule finds of files that are to go to an index with some projects."""
    known = {project.name: project for project in projects}
    destination = Destination(profile=profile, projects=known, **facts)
    return checks.run(contents, destination=destination, select=[code])

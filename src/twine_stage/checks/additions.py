"""Additions: what would come to an index, beside what it shows already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.utils import NormalizedName

from twine_stage.checks.base import Staged, Subject
from twine_stage.contents import Contents
from twine_stage.listings import Listing, Project
from twine_stage.releases import ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What would come to one release: the files that the index does not show, at least one.

    ``own`` are the names of all files of the release that are judged, shown or not.
    """

    project: Project
    listing: Listing
    files: tuple[Contents, ...]
    own: frozenset[str]

    @property
    def release(self) -> ReleaseId:
        """Which release it is."""
        return self.listing.release


def additions(subject: Subject) -> Iterator[Addition]:
    """What would come to each release of a project about which the index was asked."""
    for release, found in subject.releases.items():
        project = subject.destination.projects.get(release.project)
        if project is None:
            continue
        listing = project.listing(release)
        shown = listing.by_name
        files = tuple(contents for contents in found if contents.name not in shown)
        if files:
            own = frozenset(contents.name for contents in found)
            yield Addition(project=project, listing=listing, files=files, own=own)


def is_append(subject: Subject, release: ReleaseId) -> bool:
    """Whether a public release would be more than the rest of our own unfinished publication."""
    verdict = subject.destination.verdicts.get(release)
    staged = subject.destination.staged.get(release, Staged())
    is_meant = staged.is_begun or (verdict is not None and verdict.is_recent)
    return staged.extends or not is_meant or bool(others(subject, release))


def others(subject: Subject, release: ReleaseId) -> list[str]:
    """The files that the index shows of a release and that are not ours.

    One of which the index tells no digest is believed to be what its name says.
    """
    listing = subject.listing(release)
    staged = subject.destination.staged.get(release, Staged())
    judged = {one.name: one.digests.sha256 for one in subject.releases[release]}
    own = {**staged.files, **judged}
    return [
        file.filename
        for file in (listing.files if listing else ())
        if file.filename not in own or file.sha256 not in (None, own[file.filename])
    ]


def by_project(
    found: Iterable[Addition],
) -> Iterator[tuple[Project, list[Contents]]]:
    """What would come to each project, of whichever release."""
    files: dict[NormalizedName, list[Contents]] = defaultdict(list)
    projects: dict[NormalizedName, Project] = {}
    for addition in found:
        projects[addition.project.name] = addition.project
        files[addition.project.name] += addition.files
    for name, project in projects.items():
        yield project, files[name]


def named(names: Iterable[str], *, most: int = 5) -> str:
    """Some names, in order, as a sentence can hold them: the first ones, and how many follow."""
    first = sorted(names)
    told = ", ".join(first[:most])
    return told if len(first) <= most else f"{told} and {len(first) - most} more"

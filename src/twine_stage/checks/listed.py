"""I5xx: the files against what an index shows."""

from __future__ import annotations

from collections.abc import Iterator

from twine_stage.checks.base import Problem, SetRule, Severity, Subject
from twine_stage.digests import SHORT
from twine_stage.releases import ReleaseId


def _no_conflict(subject: Subject) -> Iterator[Problem]:
    for contents in subject.contents:
        if contents.filename is None:
            continue
        name = ReleaseId(contents.filename.project, contents.filename.version)
        listing = subject.listings.get(name)
        listed = listing.by_name.get(contents.name) if listing else None
        if listed and listed.sha256 and listed.sha256 != contents.digests.sha256:
            yield Problem(
                contents.name,
                f"the index serves other bytes under this name: expected SHA-256"
                f" {contents.digests.sha256[:SHORT]}, found {listed.sha256[:SHORT]}",
                "A published file never changes: build the change as a new version.",
            )


RULES = (
    SetRule(
        code="I501",
        name="no-conflict",
        severity=Severity.ERROR,
        summary="The index serves no other content under the same name",
        judge=_no_conflict,
    ),
)

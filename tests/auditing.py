"""Projects that are audited: files of spam, of which the days are told on which they came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from packaging.utils import NormalizedName

from fakes import NOON, FakeClock, MemoryIndex
from showing import project, shown
from twine_stage.histories import Terms
from twine_stage.listings import ListedFile, Project
from twine_stage.operations.audit import AuditReport, audit
from twine_stage.policy import Policy

SDIST = "spam-1.0.tar.gz"
PURE = "spam-1.0-py3-none-any.whl"
NEXT = "spam-1.1.tar.gz"
DAY = timedelta(days=1)
PYPI = Terms(Policy(), 14 * DAY)


@dataclass
class Showing(MemoryIndex):
    """An index that shows prepared projects."""

    projects: dict[str, Project] = field(default_factory=dict)

    def project(self, name: NormalizedName) -> Project:
        self._look()
        return self.projects.get(name, Project(name=name, is_known=False))


def audited(
    *files: ListedFile | str,
    names: Sequence[str] = ("spam",),
    terms: Terms = PYPI,
    publishers: Mapping[str, str] | None = None,
    **facts: Any,
) -> AuditReport:
    """What is said of spam, and of other projects that there are not, at noon.

    ``publishers`` are the workflows from which files are, by the URLs of their provenance; without
    any, nobody asks who published what.
    """
    documents = {url: provenance(workflow) for url, workflow in (publishers or {}).items()}
    index = Showing(projects={"spam": project(*files, **facts)}, documents=documents)
    reads = publishers is not None
    return audit(names, index, terms, clock=FakeClock(NOON), reads_publishers=reads)


def provenance(workflow: str) -> bytes:
    """A provenance object of a file that a workflow published; damaged where that has no name."""
    publisher = {"kind": "GitHub", "workflow": workflow} if workflow else {}
    return json.dumps(
        {"attestation_bundles": [{"publisher": publisher, "attestations": []}]}
    ).encode()


def at(name: str, days_ago: float, **facts: Any) -> ListedFile:
    """A file that came so long ago."""
    return shown(name, uploaded_at=NOON - days_ago * DAY, **facts)

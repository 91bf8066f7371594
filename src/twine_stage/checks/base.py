"""What a rule is, what it judges, and what it finds.

A code is a letter for the family and three digits. It never changes its meaning and is never used
again: people write it into their configuration.

====== =========================================================================
F1xx   the filename: its grammar, and whether the core metadata agree with it
M2xx   the core metadata and the README in them
A3xx   the archive, and what is in it
S4xx   the set of files that make a release
I5xx   what the index shows
P6xx   the provenance: attestations that lie beside the files
====== =========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from packaging.utils import NormalizedName

from twine_stage.attestations import Statement
from twine_stage.contents import Contents
from twine_stage.errors import InvalidDistribution
from twine_stage.listings import Listing, Project
from twine_stage.policy import Verdict
from twine_stage.profiles import GENERIC, Profile
from twine_stage.releases import ReleaseId


class Severity(Enum):
    """How much a finding matters; only an error makes a check fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found.

    ``file`` is a filename, or a release (``spam==1.0``) or a project for what concerns several
    files. ``message`` says in one sentence, without a full stop, what was expected and found;
    ``hint`` is the way out.
    """

    code: str
    severity: Severity
    file: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding as the rule tells it: without the rule's own code and severity."""

    file: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What a stage holds of a release that is judged.

    ``files`` are the digests of all files that are meant to be public, by name. ``is_begun`` says
    that the stage began to publish just these on the index; ``extends`` that they are more than
    what it published before.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    is_begun: bool = False
    extends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where files are meant to go: what is known of the index, and what the project wants.

    ``index`` is its id and ``url`` where uploads to it go, if it was asked. ``projects`` is what it
    shows, for each project about which it was asked; ``lookalikes`` the names it has that are
    easily taken for the name of a project that is new to it; ``verdicts`` whether releases may
    still be appended to; ``completions`` those releases of which nothing is public but what we
    began to publish; ``staged`` what a stage holds of releases. ``expected`` are the filename
    patterns that a release must have, by version specifier (``[tool.stage.expect]``). ``allowed``
    are the names of files that may take the place of others in an installer's choice.
    """

    profile: Profile = GENERIC
    index: str = ""
    url: str = ""
    projects: Mapping[NormalizedName, Project] = field(default_factory=dict)
    lookalikes: Mapping[NormalizedName, tuple[str, ...]] = field(default_factory=dict)
    verdicts: Mapping[ReleaseId, Verdict] = field(default_factory=dict)
    completions: frozenset[ReleaseId] = frozenset()
    staged: Mapping[ReleaseId, Staged] = field(default_factory=dict)
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is judged together.

    ``unreadable`` are the files that have no contents, because they could not be read.
    ``attestations`` are the statements of attestation files, or what was met instead of one.
    """

    contents: Sequence[Contents]
    destination: Destination = field(default_factory=Destination)
    unreadable: Sequence[InvalidDistribution] = ()
    attestations: Sequence[Statement | InvalidDistribution] = ()

    @property
    def releases(self) -> Mapping[ReleaseId, Sequence[Contents]]:
        """The files by release; one whose name follows no grammar belongs to none."""
        releases: dict[ReleaseId, list[Contents]] = {}
        for contents in self.contents:
            if contents.filename:
                name = ReleaseId(contents.filename.project, contents.filename.version)
                releases.setdefault(name, []).append(contents)
        return releases

    def listing(self, release: ReleaseId) -> Listing | None:
        """What the index shows of a release; None where it was not asked."""
        project = self.destination.projects.get(release.project)
        return None if project is None else project.listing(release)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """A rule that judges each file by itself; ``summary`` says what holds where it is silent.

    One that ``is_of_pypi`` runs only where PyPI's rules hold.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    judge: Callable[[Contents], Iterator[Problem]]
    is_of_pypi: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRule:
    """A rule that judges all files together.

    One that ``is_of_pypi`` runs only where PyPI's rules hold; one that is not ``is_optional`` runs
    whatever is selected or ignored.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    judge: Callable[[Subject], Iterator[Problem]]
    is_of_pypi: bool = False
    is_optional: bool = True


Rule = FileRule | SetRule

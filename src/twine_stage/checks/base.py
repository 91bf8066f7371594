"""What a rule is, what it judges, and what it finds.

A code is a letter for the family and three digits. It never changes its meaning and is never used
again: people write it into their configuration.

====== =========================================================================
F1xx   the filename: its grammar, and whether the core metadata agree with it
M2xx   the core metadata and the README in them
A3xx   the archive
S4xx   the set of files that make a release
I5xx   what the index shows
P6xx   the provenance: attestations that lie beside the files
====== =========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from twine_stage.attestations import Statement
from twine_stage.contents import Contents
from twine_stage.errors import InvalidDistribution
from twine_stage.listings import Listing
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


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is judged together.

    ``listings`` is what an index shows of the releases, where one was asked; ``unreadable`` are
    the files that have no contents, because they could not be read. ``attestations`` are the
    statements of attestation files, or what was met instead of one.
    """

    contents: Sequence[Contents]
    listings: Mapping[ReleaseId, Listing] = field(default_factory=dict)
    unreadable: Sequence[InvalidDistribution] = ()
    attestations: Sequence[Statement | InvalidDistribution] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """A rule that judges each file by itself; ``summary`` says what holds where it is silent."""

    code: str
    name: str
    severity: Severity
    summary: str
    judge: Callable[[Contents], Iterator[Problem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRule:
    """A rule that judges all files together.

    One that is not ``is_optional`` runs whatever is selected or ignored.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    judge: Callable[[Subject], Iterator[Problem]]
    is_optional: bool = True


Rule = FileRule | SetRule

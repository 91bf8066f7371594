"""The table of all rules: what is not in it does not exist."""

from __future__ import annotations

from twine_stage.checks import (
    archive,
    attested,
    choices,
    completeness,
    core_metadata,
    fields,
    filenames,
    growth,
    impact,
    listed,
    projects,
    readmes,
    references,
    sets,
    spelling,
    versions,
    wheels,
)
from twine_stage.checks.archive import UNREADABLE
from twine_stage.checks.base import Rule

ALL: tuple[Rule, ...] = (
    *filenames.RULES,
    *spelling.RULES,
    *core_metadata.RULES,
    *readmes.RULES,
    *fields.RULES,
    *references.RULES,
    UNREADABLE,
    *archive.INTACT,
    *archive.DIST_INFO,
    *wheels.RULES,
    archive.NO_STAGE,
    *archive.STRUCTURE,
    *sets.RULES,
    *completeness.RULES,
    *choices.RULES,
    *listed.OF_CONTENT,
    *projects.RULES,
    *listed.OF_RELEASE,
    *versions.RULES,
    *growth.RULES,
    *impact.RULES,
    *attested.RULES,
)
"""Every rule, by code."""

STAGING: tuple[Rule, ...] = (
    *filenames.RULES,
    core_metadata.PRESENT,
    *archive.INTACT,
    *archive.DIST_INFO,
)
"""What a file must pass to be staged at all: without it nobody knows what the file is."""

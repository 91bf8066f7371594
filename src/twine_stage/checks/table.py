"""The table of all rules: what is not in it does not exist."""

from __future__ import annotations

from twine_stage.checks import archive, attested, core_metadata, filenames, listed, readmes, sets
from twine_stage.checks.archive import UNREADABLE
from twine_stage.checks.base import Rule

ALL: tuple[Rule, ...] = (
    *filenames.RULES,
    *core_metadata.RULES,
    *readmes.RULES,
    UNREADABLE,
    *archive.INTACT,
    *archive.DIST_INFO,
    archive.NO_STAGE,
    *sets.RULES,
    *listed.RULES,
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

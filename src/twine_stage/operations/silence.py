"""Silence: which addresses of the receipts no longer answer, and which answer again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from twine_stage.changes import Change, News, gathered
from twine_stage.errors import Unreachable
from twine_stage.indexes.base import Index
from twine_stage.listings import ListedFile
from twine_stage.looks import SeenProject, SeenRelease
from twine_stage.operations import asking
from twine_stage.operations.watched import Watched


def silence(
    watched: Sequence[Watched], index: Index, projects: Mapping[str, SeenProject]
) -> tuple[dict[str, SeenProject], list[Change], Mapping[str, Unreachable]]:
    """Projects that were seen, with what became of the addresses of their receipts.

    And which addresses did not say anything, by filename: why.
    """
    wanted: dict[tuple[str, str], list[ListedFile]] = {
        (one.release.project, str(one.release)): [file for file in one.receipt.files if file.url]
        for one in watched
        if one.receipt and one.release.project in projects
    }
    answers = asking.addresses(index, {file for files in wanted.values() for file in files})
    found = dict(projects)
    changes: list[Change] = []
    for (name, release), files in wanted.items():
        seen = found[name].releases[release]
        silent = tuple(
            file.filename
            for file in files
            if not answers.known.get(file, file.filename not in seen.silent)
        )
        changes += _silenced(release, seen, silent, total=len(files))
        releases = {**found[name].releases, release: replace(seen, silent=silent)}
        found[name] = replace(found[name], releases=releases)
    unknown = {file.filename: error for file, error in answers.unknown.items()}
    return found, changes, unknown


def _silenced(
    release: str, seen: SeenRelease, silent: Sequence[str], *, total: int
) -> tuple[Change, ...]:
    told = (
        (News.UNREACHABLE, set(silent) - set(seen.silent), "its address no longer answers"),
        (News.REACHABLE, set(seen.silent) - set(silent), "its address answers again"),
    )
    found = [
        Change(release=release, kind=kind.value, files=(name,), message=message)
        for kind, names, message in told
        for name in sorted(names)
    ]
    return gathered(found, total=total)

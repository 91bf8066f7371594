"""Export: a frozen release, in a format that other tools read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from twine_stage.archives.boms import read_boms
from twine_stage.errors import UsageError
from twine_stage.exports import FORMATS, Bom, Exported, ExportedFile, Format
from twine_stage.operations.reading import ContentSource
from twine_stage.reporting import Reporter
from twine_stage.store.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was exported: the ``document`` itself, or the file that it was written to."""

    format: str
    releases: tuple[str, ...]
    output: str | None
    document: str | None

    @property
    def exit_status(self) -> int:
        """Always 0: there is a document."""
        return 0


def format_of(name: str) -> Format:
    """The format of a name.

    Raises:
        UsageError: there is none.
    """
    if name not in FORMATS:
        raise UsageError(
            f"expected a format, one of {', '.join(FORMATS)}, found {name!r}",
            hint="For example: stage export requirements spam==1.2.3",
        )
    return FORMATS[name]


def export(
    form: Format,
    releases: Sequence[Exported],
    *,
    output: Path | None,
    contents: ContentSource | None,
    reporter: Reporter,
) -> ExportReport:
    """Make the document of some releases, and write it to a file if one is named.

    Args:
        form: the format.
        releases: those of one project, or the only one where the format is of one.
        output: the file to write.
        contents: where the content of files is looked for, if the format wants to see it.
        reporter: hears what could not be looked into.

    Raises:
        StorageFailed: the disk refused.
    """
    if form.gathers:
        releases = [_gathered(release, contents, reporter) for release in releases]
    document = form.write(releases)
    if output is not None:
        write(output, document.encode())
    return ExportReport(
        format=form.name,
        releases=tuple(str(release.id) for release in releases),
        output=None if output is None else str(output),
        document=document if output is None else None,
    )


def _gathered(release: Exported, contents: ContentSource | None, reporter: Reporter) -> Exported:
    """The release with the bills of materials that its wheels hold."""
    files = tuple(_opened(file, contents) for file in release.files)
    closed = [file.name for file in files if file.boms is None]
    if closed:
        reporter.warn(
            f"{release.id}: what is in {_some(closed)} is not told: the stage does not have the "
            "content, or it cannot be read; the document says that it is unknown"
        )
    return replace(release, files=files)


def _opened(file: ExportedFile, contents: ContentSource | None) -> ExportedFile:
    if not file.is_wheel:
        return file
    digest = file.distribution.sha256
    if contents is None or not contents.has(digest):
        return replace(file, boms=None)
    with contents.content(digest) as content:
        size = content.seek(0, os.SEEK_END)
        found = read_boms(content, name=file.name, size=size)
    boms = None if found is None else tuple(Bom(path, bom) for path, bom in found)
    return replace(file, boms=boms)


def _some(names: Sequence[str], *, most: int = 3) -> str:
    """The first names of many."""
    shown: Iterable[str] = names[:most]
    rest = len(names) - most
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")

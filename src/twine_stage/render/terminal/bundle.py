"""The face of ``stage bundle``."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.operations.bundle import BundleExportReport, BundleImportReport
from twine_stage.render import amounts
from twine_stage.render.document import Block, Span, Style, Table
from twine_stage.render.terminal import files


def render(report: BundleExportReport | BundleImportReport) -> Sequence[Block]:
    """A line per file, and what they are in now."""
    return _exported(report) if isinstance(report, BundleExportReport) else _imported(report)


def _exported(report: BundleExportReport) -> Sequence[Block]:
    rows = [
        files.row("exported", one.filename, size=one.size, sha256=one.sha256)
        for one in report.files
    ]
    rows += [files.row("ignored", name) for name in report.left_out]
    counted = [amounts.count(len(report.files), "file")]
    if report.attestations:
        counted.append(amounts.count(report.attestations, "attestation"))
    summary = f"{report.bundle}: {', '.join(counted)}, {amounts.size(report.size)}"
    blocks: list[Block] = [Table(rows=tuple(rows), right=(0, 1)), (Span(summary, Style.STRONG),)]
    if report.left_out:
        blocks.append((Span("what is ignored is on the index alone, not in the stage"),))
    return blocks


def _imported(report: BundleImportReport) -> Sequence[Block]:
    groups = (("added", report.added), ("unchanged", report.unchanged))
    rows = [
        files.row(what, one.filename, size=one.size, sha256=one.sha256)
        for what, group in groups
        for one in group
    ]
    rows += [
        files.row("missing", f"{one.pattern} of {one.release}, which {one.specifier!r} expects")
        for one in report.missing
    ]
    counts = ", ".join(f"{len(group)} {what}" for what, group in groups if group)
    releases = ", ".join(sorted({one.release for _, group in groups for one in group}))
    summary = (Span(f"{counts}: {releases}", Style.STRONG),)
    return [Table(rows=tuple(rows), right=(0, 1)), summary]

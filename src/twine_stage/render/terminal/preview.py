"""The face of ``stage preview``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from twine_stage.operations.preview import PreviewReport, Trial
from twine_stage.render import amounts
from twine_stage.render.document import Block, Entry, Span, Style, Table
from twine_stage.render.terminal import files

_KINDS = {
    "local": "made on this machine",
    "index": "the preview of the index",
    "given": "the preview of STAGE_PREVIEW_URL",
}


def render(report: PreviewReport) -> Sequence[Block]:
    """Where the release can be seen and how it is installed from there, or how it was tried."""
    if report.trial:
        return _tried(report.release, report.trial)
    name = Span(report.release, Style.STRONG)
    where = f" on {report.index}" if report.index else ""
    head = (files.word("preview"), Span(" of "), name, Span(f": {_KINDS[report.kind]}{where}"))
    if report.kind == "local" and report.url is None:
        return [(*head, Span(", and removed again"))]
    facts = []
    if report.expires_at:
        facts.append(("until", amounts.moment(report.expires_at)))
    if report.url:
        facts.append(("url", report.url))
    if report.folder:
        facts.append(("folder", f"{report.folder}, which stays until you remove it"))
    rows = tuple((Span(key, Style.FAINT), Span(fact)) for key, fact in facts)
    return [head, Table(rows=rows, indent=4), *installing(report.release, report.url)]


def installing(release: str, url: str | None) -> Sequence[Block]:
    """The command lines that install from a preview; those that need no URL where it is secret."""
    target = shlex.quote(release)
    shielded = f"stage preview {target} -- "
    if url is None:
        lines = [f"{shielded}{tool} install --no-deps {target}" for tool in ("pip", "uv pip")]
    else:
        index = f"--index-url {shlex.quote(url)} --no-deps {target}"
        lines = [
            f"pip install --no-cache-dir {index}",
            f"uv pip install --no-cache {index}",
        ]
    blocks: list[Block] = [(Span(f"    {line}"),) for line in lines]
    if url is not None:
        said = f"{shielded}pip install … keeps out all other indexes that pip is configured for."
        blocks.append(Entry(Span("hint:", Style.STRONG), said))
    return blocks


def _tried(release: str, trial: Trial) -> Sequence[Block]:
    """How a smoke test ended; what a command of its own had to say, it said itself."""
    if trial.kind == "command":
        return []
    word = "failed" if trial.status else "passed"
    step = f" at {trial.step}, status {trial.status}" if trial.status else ""
    said = Span(f"{step}: {trial.command}")
    return [(files.word(word), Span(" "), Span(release, Style.STRONG), said)]

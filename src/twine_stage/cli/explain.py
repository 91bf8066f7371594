"""``stage explain``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.cli.targets import to_preview
from twine_stage.errors import UsageError
from twine_stage.operations import selection
from twine_stage.operations.explain import Candidate, ExplainReport, built, here, staged
from twine_stage.operations.explain import explain as operation
from twine_stage.releases import ReleaseId
from twine_stage.resolution import Installer
from twine_stage.store.writing import write

EXAMPLE = (
    "$ stage explain spam==1.2.3\n"
    "$ stage explain dist/* --html explain.html\n"
    "$ stage explain spam==1.2.3 -r pypi"
)


@command
def explain(
    call: Call,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS_OR_RELEASES",
            help="Files, or releases; the only unpublished release if none is given, or dist/* "
            "where there is no stage.",
            autocompletion=completion.releases,
        ),
    ] = None,
    *,
    installer: Annotated[
        str | None,
        typer.Option(metavar="pip|uv", help="Only what this installer chooses."),
    ] = None,
    html: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Write the same as one HTML page, which needs nothing else."
        ),
    ] = None,
    index: IndexOptions,
) -> Report:
    """Show which file pip and uv choose, on every Python and platform.

    No network is used unless -r or --repository-url names an index; then it is shown what it
    offers now, and what the files here would change.
    """
    installers = _installers(installer)
    if html is not None and not _can_be_replaced(call.folder / html):
        raise UsageError(f"--html: expected the name of a file, found something else at {html}")
    candidates = _candidates(call, targets or [], is_asking=index.is_named)
    report = _explained(call, candidates, installers, index)
    if html is not None:
        from twine_stage.render.html.explain import render  # noqa: PLC0415 - for who asks

        write(call.folder / html, render(report).encode())
        with call.reporter() as reporter:
            reporter.note(f"the page is in {call.folder / html}")
    return report


def _can_be_replaced(path: Path) -> bool:
    """A page takes the place of what is there, which must not happen to a device or a pipe."""
    return path.is_file() or path.is_dir() or not path.exists()


def _installers(name: str | None) -> Sequence[Installer]:
    known = {one.value: one for one in Installer}
    if name is not None and name not in known:
        raise UsageError(f"--installer: expected one of {', '.join(known)}, found {name!r}")
    return tuple(known.values()) if name is None else (known[name],)


def _candidates(
    call: Call, targets: Sequence[str], *, is_asking: bool
) -> Mapping[ReleaseId, Sequence[Candidate]]:
    """Our files of the releases that are meant; of what is not staged only an index knows."""
    store = call.find_store()
    paths = [target for target in targets if selection.is_path(target)]
    names = [target for target in targets if target not in paths]
    if store is None and not targets:
        paths = ["dist/*"]
    found = built(selection.expand(paths).paths) if paths else {}
    if not names and not paths:
        names = [str(to_preview(call.store(), None, command="explain"))]
    releases = selection.anywhere(store, names) if is_asking else ()
    if names and not is_asking:
        releases = selection.releases(call.store(), names, default=bool)
    for release in releases:
        ours = staged(store.record(release)) if store else ()
        found[release] = (*ours, *found.get(release, ()))
    return found


def _explained(
    call: Call,
    candidates: Mapping[ReleaseId, Sequence[Candidate]],
    installers: Sequence[Installer],
    options: IndexOptions,
) -> ExplainReport:
    local = here()
    if not options.is_named:
        return operation(candidates, installers=installers, local=local)
    meant = connecting.settings(call, options)
    with (
        call.reporter() as reporter,
        connecting.index(call, options, meant, reporter=reporter) as asked,
    ):
        return operation(
            candidates,
            index=asked.url,
            listing=asked.listing,
            installers=installers,
            local=local,
        )

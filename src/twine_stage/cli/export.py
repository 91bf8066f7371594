"""``stage export``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import completion, connecting
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions
from twine_stage.errors import UsageError
from twine_stage.exports import FORMATS, Exported, Format
from twine_stage.operations import exporting
from twine_stage.operations.export import export as operation
from twine_stage.operations.export import format_of
from twine_stage.operations.manifest_files import manifest_at, place_of
from twine_stage.operations.receipt_files import read_receipt
from twine_stage.reporting import Reporter
from twine_stage.store import Store

EXAMPLE = (
    "$ stage export requirements spam==1.2.3\n"
    "$ stage export versions spam -r pypi --output versions.json"
)


@command
def export(
    call: Call,
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=f"{', '.join(FORMATS)}.",
            show_default=False,
            autocompletion=lambda: list(FORMATS),
        ),
    ],
    release: Annotated[
        str | None,
        typer.Argument(
            metavar="RELEASE",
            help="NAME==VERSION, or NAME; the only frozen one if none is given. Of versions and "
            "redirects: NAME means all its releases.",
            autocompletion=completion.releases,
        ),
    ] = None,
    *,
    manifest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE_OR_URL", help="A manifest to export; needs no stage; repeatable."
        ),
    ] = None,
    receipt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="With --manifest: the receipt that has the addresses; repeatable.",
        ),
    ] = None,
    repository: Annotated[
        str | None,
        typer.Option(
            "-r",
            "--repository",
            metavar="NAME",
            help="The index whose receipt has the addresses; the only one if nothing is said.",
        ),
    ] = None,
    repository_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The same index, by its upload URL or folder."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the document there, and not to stdout."),
    ] = None,
) -> Report:
    """Print names, hashes and addresses of a release in a format that other tools read.

    Nothing is asked of an index: addresses are those of the receipt that publishing wrote.
    """
    chosen = format_of(form)
    store = call.find_store()
    named = IndexOptions(repository=repository, repository_url=repository_url)
    with call.reporter() as reporter:
        if manifest or receipt:
            _expect_files_alone(manifest, release, named)
            releases = _from_files(call, chosen, manifest or [], receipt or [])
        else:
            releases = _from_stage(call, chosen, release, named, reporter)
        return operation(
            chosen,
            releases,
            output=call.folder / output if output else None,
            contents=store,
            reporter=reporter,
        )


def _expect_files_alone(
    manifests: list[str] | None, release: str | None, named: IndexOptions
) -> None:
    if not manifests:
        raise UsageError(
            "--receipt: expected --manifest beside it, found none",
            hint="Without them, manifest and receipt are those of the stage.",
        )
    if release is not None or named.is_named:
        raise UsageError(
            "--manifest: expected no release and no index beside it",
            hint="Addresses are then those of --receipt FILE.",
        )


def _from_files(
    call: Call, form: Format, manifests: list[str], receipts: list[str]
) -> tuple[Exported, ...]:
    return exporting.from_files(
        [manifest_at(place_of(text, call.folder)) for text in manifests],
        [read_receipt(call.folder / text) for text in receipts],
        form,
    )


def _from_stage(
    call: Call, form: Format, release: str | None, named: IndexOptions, reporter: Reporter
) -> tuple[Exported, ...]:
    store = call.store()
    index, option = _index(call, store, named) if named.is_named else (None, "")
    return exporting.from_stage(
        store,
        release,
        form,
        index=index,
        publishing=f"stage publish{option}",
        reporter=reporter,
    )


def _index(call: Call, store: Store, named: IndexOptions) -> tuple[str, str]:
    """What the receipts of an index are kept under, and how ``publish`` is told of it.

    An id is taken for a name here, though ``publish`` knows no index by it.
    """
    try:
        meant = connecting.settings(call, named)
    except UsageError:
        index = named.repository or ""
        url = exporting.receipt_urls(store).get(index)
        if url is None:
            raise
        return index, f" --repository-url {url}"
    is_by_url = named.repository_url is not None
    return meant.id, f" --repository-url {meant.url}" if is_by_url else f" -r {named.repository}"

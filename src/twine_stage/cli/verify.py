"""``stage verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from twine_stage.cli import completion, connecting, downloads
from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report, command
from twine_stage.cli.options import IndexOptions, ProgressOptions
from twine_stage.cli.signatures import SignatureOptions, prove
from twine_stage.operations.clock import SystemClock
from twine_stage.operations.manifest_files import place_of
from twine_stage.operations.verify import manifests_of, published_to, receipts_of
from twine_stage.operations.verify import verify as operation

EXAMPLE = "$ stage verify spam==1.2.3\n$ stage verify --manifest spam-1.2.3.json --deep"


@command
def verify(
    call: Call,
    releases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RELEASES_OR_FILES",
            help="NAME==VERSION, or NAME; all that are frozen if none is given. Or downloaded "
            "files, folders or patterns, to be compared with manifests alone.",
            autocompletion=completion.releases,
        ),
    ] = None,
    *,
    manifest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE_OR_URL",
            help="A manifest to compare with; needs no stage; repeatable.",
        ),
    ] = None,
    receipt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="A receipt to compare with, of a manifest that is given; by default the one in "
            "the stage; repeatable.",
        ),
    ] = None,
    all_expected: Annotated[
        bool,
        typer.Option("--all", help="Of files: each one that the manifests name must be there."),
    ] = False,
    wait: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            show_default=False,
            help="How long to wait for files to appear; not at all if nothing is said.",
        ),
    ] = 0.0,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Download every file and hash it, trusting no listing; read metadata files and "
            "provenance, and ask for what is no longer listed.",
        ),
    ] = False,
    signature: SignatureOptions,
    index: IndexOptions,
    progress: ProgressOptions,
) -> Report:
    """Prove that the index serves exactly what was frozen, nothing less and nothing else.

    Of FILES, that they are what a manifest names; for that neither a stage nor an index is needed.
    """
    if downloads.are_meant(releases or [], all_expected=all_expected):
        downloads.expect_alone(index, wait=wait, deep=deep, receipt=receipt)
        return downloads.verify(
            call,
            releases or [],
            manifest or [],
            all_expected=all_expected,
            signature=signature,
            index=index,
            progress=progress,
        )
    files = [place_of(path, call.folder) for path in manifest or ()]
    cert = downloads.certificates(call, index)
    frozen = manifests_of(call.find_store(), releases or [], files, cert=cert)
    meant = connecting.settings(call, index)
    with (
        call.reporter(progress) as reporter,
        connecting.index(call, index, meant, reporter=reporter, must_exist=True) as asked,
    ):
        prove(call, signature, frozen, files, reporter)
        paths = [call.folder / path for path in receipt or ()]
        return operation(
            frozen,
            asked,
            receipts=receipts_of(call.find_store(), frozen, asked, paths, reporter=reporter),
            published=published_to(call.find_store(), frozen, asked),
            window=meant.profile.window,
            wait=wait,
            deep=deep,
            clock=SystemClock(),
            reporter=reporter,
        )

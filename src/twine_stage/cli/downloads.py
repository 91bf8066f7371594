"""Downloads: the way of ``stage verify`` for files, which needs no stage and no index."""

from __future__ import annotations

from collections.abc import Sequence

from twine_stage.cli.call import Call
from twine_stage.cli.commands import Report
from twine_stage.cli.options import IndexOptions, ProgressOptions
from twine_stage.cli.signatures import SignatureOptions, prove
from twine_stage.errors import UsageError
from twine_stage.operations.file_verification import is_file, verify_files
from twine_stage.operations.manifest_files import manifest_at, place_of

_OF_INDEX = (
    "repository",
    "repository_url",
    "simple_url",
    "api",
    "username",
    "password",
    "client_cert",
    "config_file",
    "trusted_publishing",
)
"""The options that say which index, and how it is reached."""


def are_meant(arguments: Sequence[str], *, all_expected: bool) -> bool:
    """Whether a command line is about files, and not about releases on an index.

    Raises:
        UsageError: it is about both, or about neither and expects all files.
    """
    files = [argument for argument in arguments if is_file(argument)]
    if files and len(files) < len(arguments):
        other = next(argument for argument in arguments if argument not in files)
        raise UsageError(
            f"expected files alone or releases alone, found {files[0]} and {other}",
            hint="Ask about the files first: stage verify FILES --manifest FILE",
        )
    if all_expected and not files:
        raise UsageError(
            "expected files with --all, found none",
            hint="Leave it out: of a release on an index all files are compared.",
        )
    return bool(files)


def expect_alone(index: IndexOptions, **given: object) -> None:
    """Refuse options that are about an index, by their names, where files are meant.

    The certificates to trust are not: a manifest may be fetched.

    Raises:
        UsageError: one is given.
    """
    given |= {name: getattr(index, name) for name in _OF_INDEX}
    named = ", ".join(f"--{name.replace('_', '-')}" for name, value in given.items() if value)
    if named:
        raise UsageError(
            f"expected files without {named}",
            hint="Files are compared with manifests alone; no index is asked.",
        )


def certificates(call: Call, index: IndexOptions) -> str | None:
    """The certificates to trust where a manifest is fetched; None for the usual ones."""
    return index.cert or call.surroundings.environ.get("TWINE_CERT") or None


def verify(
    call: Call,
    arguments: Sequence[str],
    manifests: Sequence[str],
    *,
    all_expected: bool,
    signature: SignatureOptions,
    index: IndexOptions,
    progress: ProgressOptions,
) -> Report:
    """Compare files with manifests, which may be URLs.

    Raises:
        UsageError: no manifest is named.
    """
    if not manifests:
        raise UsageError(
            f"expected a manifest to compare {arguments[0]} with, found none",
            hint="Name it: stage verify FILES --manifest FILE_OR_URL",
        )
    cert = certificates(call, index)
    places = [place_of(text, call.folder) for text in manifests]
    frozen = [manifest_at(place, cert=cert) for place in places]
    with call.reporter(progress, names_files=False) as reporter:
        prove(call, signature, frozen, places, reporter)
        return verify_files(frozen, arguments, all_expected=all_expected, reporter=reporter)

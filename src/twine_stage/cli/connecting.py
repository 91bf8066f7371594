"""Connecting: from the flags of a command line to the index that they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from getpass import getpass

from twine_stage.cli.call import Call
from twine_stage.cli.options import IndexOptions
from twine_stage.cli.prompts import TerminalPrompts
from twine_stage.indexes.base import Index
from twine_stage.indexes.discovery import connect
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.settings import (
    Flags,
    IndexSettings,
    load_index,
    load_project,
)
from twine_stage.twine_bridge import known_indexes


def settings(call: Call, options: IndexOptions) -> IndexSettings:
    """The index that a command line means, as it is configured.

    Raises:
        UsageError: the options, variables and files do not name one.
    """
    store = call.find_store()
    return load_index(
        flags(options),
        environ=call.surroundings.environ,
        project=load_project(call.folder),
        local=store.index_folder if store else None,
    )


@contextmanager
def index(
    call: Call,
    options: IndexOptions,
    meant: IndexSettings,
    *,
    reporter: Reporter,
    must_exist: bool = False,
) -> Iterator[Index]:
    """The index itself, for one run; a person is asked for credentials where one sits there.

    It ``must_exist`` for commands that look at what was published; for others a folder that is not
    there yet is a new index.
    """
    connected = connect(meant, ask=ask(call, options), reporter=reporter, must_exist=must_exist)
    with closing(connected):
        yield connected


def tell_pages(meant: IndexSettings, releases: Iterable[ReleaseId], reporter: Reporter) -> None:
    """Say where a person looks at releases, where that can be known."""
    if not meant.is_pypi:
        return
    known = known_indexes().values()  # not where the command line says it is read: a mirror, say
    simple = next(one.simple_url for one in known if one.has(meant.url))
    site = simple.removesuffix("simple/")
    for release in releases:
        reporter.note(f"view at {site}project/{release.project}/{release.version}/")


def flags(options: IndexOptions) -> Flags:
    """What the command line says of an index; None where it is silent."""
    return Flags(
        repository=options.repository,
        repository_url=options.repository_url,
        simple_url=options.simple_url,
        api=options.api,
        username=options.username,
        password=options.password,
        cert=options.cert,
        client_cert=options.client_cert,
        config_file=options.config_file,
        non_interactive=options.non_interactive,
        trusted_publishing=options.trusted_publishing,
    )


def ask(call: Call, options: IndexOptions) -> Callable[[str], str] | None:
    """How to ask for a credential, unseen if it is secret; None where nobody can be asked."""
    if not is_interactive(call, options):
        return None
    seen = TerminalPrompts(call.surroundings).ask
    return lambda question: (seen if question.startswith("User name") else getpass)(question)


def prompts(call: Call, options: IndexOptions, *, is_agreed: bool) -> TerminalPrompts | None:
    """Who answers the questions of ``publish``; None where nobody can be asked."""
    if not is_interactive(call, options):
        return None
    return TerminalPrompts(call.surroundings, is_agreed=is_agreed)


def is_interactive(call: Call, options: IndexOptions) -> bool:
    """Whether a person sits there, and wants to be asked."""
    return call.surroundings.is_interactive and not options.non_interactive

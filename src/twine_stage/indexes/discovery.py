"""Discovery: which kind of index is it, and how is it spoken to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from twine_stage.indexes.base import Index
from twine_stage.reporting import Reporter
from twine_stage.settings import IndexSettings

if TYPE_CHECKING:
    from twine_stage.credentials import Login

_NEWER, _OLDER = "2.0", "legacy"


def connect(
    settings: IndexSettings,
    *,
    ask: Callable[[str], str] | None,
    reporter: Reporter,
    must_exist: bool = False,
) -> Index:
    """The index that the settings describe; nothing is asked of it yet.

    A URL whose last segment is ``2.0`` speaks Upload 2.0; beside one whose last segment is
    ``legacy`` it is looked for; no other URL ever gets a request of it, unless the settings say so.

    Args:
        settings: which index, and how it is reached.
        ask: puts a question to a person and returns the answer; None where nobody is there.
        reporter: hears where credentials came from.
        must_exist: a folder without an index does not answer, and is not a new one.
    """
    if settings.directory is not None:
        from twine_stage.indexes.directory import DirectoryIndex  # noqa: PLC0415 - as below

        return DirectoryIndex(settings.directory, id=settings.id, must_exist=must_exist)

    return _over_http(settings, ask, reporter)


def root_of(url: str) -> str:
    """The root of Upload 2.0 that belongs to an upload URL: its sibling ``2.0/``, or itself."""
    base, last = _split(url)
    return f"{base}/{_NEWER}/" if last == _OLDER else url


def _over_http(
    settings: IndexSettings, ask: Callable[[str], str] | None, reporter: Reporter
) -> Index:
    # Requests costs 0.1 s to import, and most commands meet no index.
    from twine_stage.credentials import obtain  # noqa: PLC0415 - see above
    from twine_stage.indexes.authority import Authority  # noqa: PLC0415 - see above
    from twine_stage.indexes.legacy import LegacyIndex  # noqa: PLC0415 - see above
    from twine_stage.indexes.negotiation import NegotiatedIndex  # noqa: PLC0415 - see above
    from twine_stage.indexes.over_http import utc_now  # noqa: PLC0415 - see above
    from twine_stage.indexes.simple import SimpleReader  # noqa: PLC0415 - see above
    from twine_stage.indexes.tokens import TokenGate  # noqa: PLC0415 - see above
    from twine_stage.indexes.upload2 import Upload2Index  # noqa: PLC0415 - see above
    from twine_stage.transport import Transport  # noqa: PLC0415 - see above
    from twine_stage.twine_bridge import site_of  # noqa: PLC0415 - see above

    def credentials() -> Login | None:
        return obtain(settings, ask=None if settings.non_interactive else ask, reporter=reporter)

    host = site_of(settings.url) if settings.is_pypi else None
    gate = TokenGate(settings.url, host, utc_now) if host else None
    authority = Authority(settings.url, credentials)
    transport = Transport(ca_bundle=settings.ca_bundle, client_cert=settings.client_cert)
    reader = SimpleReader(
        url=settings.simple_url,
        upload_url=settings.url,
        transport=transport,
        authority=authority,
        reporter=reporter,
    )
    older = LegacyIndex(
        id=settings.id,
        url=settings.url,
        transport=transport,
        authority=authority,
        reader=reader,
        gate=gate,
    )
    newer = Upload2Index(
        id=settings.id,
        url=settings.url,
        root=root_of(settings.url),
        transport=transport,
        authority=authority,
        reader=reader,
        gate=gate,
        reporter=reporter,
    )
    _, last = _split(settings.url)
    match settings.api:
        case "2.0":
            return newer
        case "auto" if last == _NEWER:
            return newer
        case "auto" if last == _OLDER:
            return NegotiatedIndex(newer, older)
        case _:
            return older


def _split(url: str) -> tuple[str, str]:
    """A URL before its last segment, and that segment; a slash at the end is no matter."""
    base, _, last = url.rstrip("/").rpartition("/")
    return base, last

"""Discovery: which kind of index is it, and how is it spoken to."""

from __future__ import annotations

from collections.abc import Callable

from twine_stage.credentials import Credentials, obtain
from twine_stage.indexes.base import Index
from twine_stage.reporting import Reporter
from twine_stage.settings import IndexSettings


def connect(
    settings: IndexSettings, *, ask: Callable[[str], str] | None, reporter: Reporter
) -> Index:
    """The index that the settings describe; nothing is asked of it yet.

    Args:
        settings: which index, and how it is reached.
        ask: puts a question to a person and returns the answer; None where nobody is there.
        reporter: hears where credentials came from.
    """
    if settings.directory is not None:
        from twine_stage.indexes.directory import DirectoryIndex  # noqa: PLC0415 - as below

        return DirectoryIndex(settings.directory, id=settings.id)

    return _legacy(settings, ask, reporter)


def _legacy(settings: IndexSettings, ask: Callable[[str], str] | None, reporter: Reporter) -> Index:
    # Requests costs 0.1 s to import, and most commands meet no index.
    from twine_stage.indexes.authority import Authority  # noqa: PLC0415 - see above
    from twine_stage.indexes.legacy import LegacyIndex  # noqa: PLC0415 - see above
    from twine_stage.indexes.simple import SimpleReader  # noqa: PLC0415 - see above
    from twine_stage.transport import Transport  # noqa: PLC0415 - see above

    def credentials() -> Credentials | None:
        return obtain(settings, ask=None if settings.non_interactive else ask, reporter=reporter)

    authority = Authority(settings.url, credentials)
    transport = Transport(ca_bundle=settings.ca_bundle, client_cert=settings.client_cert)
    reader = SimpleReader(
        url=settings.simple_url,
        upload_url=settings.url,
        transport=transport,
        authority=authority,
        reporter=reporter,
    )
    return LegacyIndex(
        id=settings.id,
        url=settings.url,
        transport=transport,
        authority=authority,
        reader=reader,
    )

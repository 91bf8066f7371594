"""Publications as the stage remembers them, without an index: journals written by hand."""

from __future__ import annotations

from fakes import NOON
from staging import SPAM
from twine_stage.journal import Event, Opened, Published, Sending
from twine_stage.manifest import Manifest
from twine_stage.operations.freeze import freeze
from twine_stage.releases import ReleaseId
from twine_stage.store import Store


def opened(store: Store, release: ReleaseId = SPAM) -> Manifest:
    """A publication began; nothing was sent."""
    return _journaled(store, release)


def sent(store: Store, release: ReleaseId = SPAM) -> Manifest:
    """An index may have a file of the release, which is frozen first if it is a draft."""
    return _journaled(store, release, Sending(at=NOON, filename="spam", attempt=1))


def published(store: Store, release: ReleaseId = SPAM) -> Manifest:
    """An index was told to make the release public."""
    return _journaled(store, release, Published(at=NOON))


def _journaled(store: Store, release: ReleaseId, *events: Event) -> Manifest:
    if store.record(release).latest is None:
        freeze(store, [str(release)])
    manifest = store.record(release).latest
    assert manifest is not None
    journal = store.journal(manifest, "pypi")
    first = Opened(
        at=NOON,
        release=str(release),
        manifest=manifest.digest,
        index="pypi",
        url="https://example.org/",
        api="legacy",
    )
    for event in (first, *events):
        journal.append(event)
    return manifest

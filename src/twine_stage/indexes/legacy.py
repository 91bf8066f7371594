"""The legacy upload API: one form a file, public the moment it is accepted; what PyPI speaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from requests import RequestException, Session

from twine_stage import twine_bridge
from twine_stage.indexes.answers import judge
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.base import Answer, Capabilities, Unclear, Upload
from twine_stage.indexes.bodies import Body
from twine_stage.indexes.simple import SimpleReader
from twine_stage.listings import ListedFile, Listing
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.transport import Transport, anonymous, explain
from twine_stage.transport.failures import is_about_trust, unreachable

_ACCEPT = "application/json;q=0.9, text/plain;q=0.8, */*;q=0.1"
"""Makes PyPI tell its sentence as JSON: over HTTP/2 the status line has no room for it."""

_ACTION = ((":action", "file_upload"), ("protocol_version", "1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyIndex:
    """An index that speaks the legacy upload API.

    Args:
        id: its short name.
        url: where uploads go.
        transport: how requests are made.
        authority: who we are to it.
        reader: the reading side.
    """

    id: str
    url: str
    transport: Transport
    authority: Authority
    reader: SimpleReader

    @property
    def api(self) -> str:
        """The name of the API."""
        return "legacy"

    @property
    def capabilities(self) -> Capabilities:
        """What every index of this kind can do, as far as one can tell beforehand."""
        return Capabilities(shows_each_file=True, takes_attestations=True, is_permanent=True)

    def listing(self, release: ReleaseId) -> Listing:
        """What the index shows of a release now; see ``base.Index``."""
        return self.reader.listing(release)

    def fetch(self, file: ListedFile) -> Iterator[bytes]:
        """The content of a file that the index shows; see ``base.Index``."""
        return self.reader.fetch(file)

    def authorize(self) -> None:
        """Obtain credentials, once; see ``base.Index``."""
        self.authority.credentials()

    @contextmanager
    def session(self, manifest: Manifest) -> Iterator[LegacySession]:  # noqa: ARG002 - a session is of no release
        """Begin to publish; see ``base.Index``."""
        self.authorize()
        session = LegacySession(self)
        try:
            yield session
        finally:
            session.close()


class LegacySession:
    """One publication; each thread sends over a connection of its own."""

    def __init__(self, index: LegacyIndex) -> None:
        self._index = index
        self._local = threading.local()
        self._opened: list[Session] = []

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        """Send one file, once; see ``base.Session``."""
        fields = twine_bridge.form_fields(
            upload.distribution, upload.core_metadata, upload.attestations
        )
        body = Body((*_ACTION, *fields), upload.distribution, upload.chunks(), sent)
        authority = self._index.authority
        try:
            answered = self._index.transport.post(
                self._connection(),
                self._index.url,
                body=body,
                headers={"Accept": _ACCEPT, "Content-Type": body.content_type},
                auth=authority.auth(self._index.url) or anonymous,
            )
        except RequestException as error:
            if is_about_trust(error):
                raise unreachable(error, self._index.url) from error
            return Unclear(message=explain(error))
        return judge(answered, secrets=authority.secrets)

    def publish(self) -> None:
        """Nothing to do: each file was public at once."""

    def close(self) -> None:
        """Close all connections."""
        for connection in self._opened:
            connection.close()

    def _connection(self) -> Session:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._index.transport.session()
            self._opened.append(self._local.connection)
        connection: Session = self._local.connection
        return connection

"""The legacy upload API: one form a file, public the moment it is accepted; what PyPI speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from requests import RequestException

from twine_stage import twine_bridge
from twine_stage.indexes.answers import judge
from twine_stage.indexes.base import Capabilities, SessionState
from twine_stage.indexes.bodies import form
from twine_stage.indexes.connections import Connections
from twine_stage.indexes.over_http import HttpIndex
from twine_stage.indexes.sessionless import Sessionless
from twine_stage.indexes.uploads import Answer, Unclear, Upload
from twine_stage.journal import Progress
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.transport import anonymous, explain
from twine_stage.transport.failures import is_about_trust, unreachable

_ACCEPT = "application/json;q=0.9, text/plain;q=0.8, */*;q=0.1"
"""Makes PyPI tell its sentence as JSON: over HTTP/2 the status line has no room for it."""

LEGACY = Capabilities(shows_each_file=True, takes_attestations=True, is_permanent=True)
"""What every index of this kind can do, as far as one can tell beforehand."""

_ACTION = ((":action", "file_upload"), ("protocol_version", "1"))


@dataclass(frozen=True, kw_only=True)
class LegacyIndex(HttpIndex):
    """An index that speaks the legacy upload API."""

    @property
    def api(self) -> str:
        """The name of the API."""
        return "legacy"

    def rehearse(self) -> tuple[str, Capabilities]:
        """Nothing needs to be found out; see ``base.Index``."""
        return self.api, LEGACY

    @contextmanager
    def session(
        self,
        manifest: Manifest,  # noqa: ARG002 - a session is of no release
        *,
        progress: Progress | None = None,  # noqa: ARG002 - as above
        missing: frozenset[str] = frozenset(),  # noqa: ARG002 - as above
    ) -> Iterator[LegacySession]:
        """Begin to publish; see ``base.Index``."""
        self.authorize()
        session = LegacySession(self)
        try:
            yield session
        finally:
            session.connections.close()

    def state(self, url: str) -> SessionState | None:  # noqa: ARG002 - the index keeps no sessions
        """None: the index keeps no sessions."""
        return None

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:  # noqa: ARG002 - as above
        """None: the index keeps no sessions."""
        return None


class LegacySession(Sessionless):
    """One publication; each thread sends over a connection of its own."""

    api = "legacy"

    def __init__(self, index: LegacyIndex) -> None:
        self._index = index
        self.connections = Connections(index.transport)

    @property
    def capabilities(self) -> Capabilities:
        """As of every index of this kind; PyPI takes attestations from jobs that it knows alone."""
        is_known = self._index.authority.is_trusted_publisher
        takes = is_known or self._index.gate is None
        return replace(LEGACY, expects_attestations=is_known, takes_attestations=takes)

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        """Send one file, once; see ``base.Session``."""
        fields = twine_bridge.form_fields(
            upload.distribution, upload.core_metadata, upload.attestations
        )
        body = form((*_ACTION, *fields), upload.distribution, upload.chunks(), sent)
        authority = self._index.authority
        try:
            answered = self._index.transport.send(
                self.connections.own(),
                "POST",
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

    def publish(self, *, discard: bool = False) -> None:
        """Nothing to do: each file was public at once."""

"""Expiry: what would end before it is done is extended, or a person is warned."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from twine_stage.errors import StageError
from twine_stage.indexes.endpoints import Endpoints, NoAnswer
from twine_stage.indexes.session_documents import FileDocument, SessionDocument
from twine_stage.transport import Answered

_SPARE = timedelta(minutes=5)

_PACE = 1 << 17
"""Bytes a second: what could not be sent at this pace before the end is extended."""

_EXTENSION = 3600
"""Seconds that an extension asks for, at least."""

Read = Callable[[Answered], FileDocument | SessionDocument]


@dataclass(kw_only=True)
class Expiry:
    """When sessions end; may be used from any thread."""

    endpoints: Endpoints
    now: Callable[[], datetime]
    _ends: dict[str, datetime] = field(default_factory=dict, repr=False)
    _final: set[str] = field(default_factory=set, repr=False)
    _is_told: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def outlast(self, document: FileDocument | SessionDocument, read: Read, *, size: int) -> None:
        """See that a session does not end before so many bytes are sent.

        Args:
            document: the session, as it was handed out.
            read: reads such a document.
            size: how many bytes there are to send.
        """
        needed = _SPARE + timedelta(seconds=size / _PACE)
        with self._lock:
            end = self._ends.get(document.url, document.expires_at)
            is_final = document.url in self._final
            if end is None or is_final or end - self.now() >= needed:
                return
            end = self._extended(document, read, needed) or end
            self._ends[document.url] = end
            if end - self.now() >= needed:
                return
            self._final.add(document.url)
            if not self._is_told:
                self._is_told = True
                self.endpoints.reporter.warn(
                    f"the index ends the session at {end:%Y-%m-%d %H:%M} UTC and extends it no "
                    "further; what is not sent by then must be sent again"
                )

    def _extended(
        self, document: FileDocument | SessionDocument, read: Read, needed: timedelta
    ) -> datetime | None:
        """The later end that the index grants; None where it grants none."""
        if "extend" not in document.links:
            return None
        seconds = max(_EXTENSION, int(needed.total_seconds()))
        with suppress(StageError, NoAnswer):
            answered = self.endpoints.post(document.links["extend"], **{"extend-for": seconds})
            if 200 <= answered.status < 300:  # noqa: PLR2004 - success
                return read(answered).expires_at
        return None

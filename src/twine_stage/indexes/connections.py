"""Connections: one for each thread that speaks to an index, all closed together."""

from __future__ import annotations

import threading

from requests import Session

from twine_stage.transport import Transport


class Connections:
    """The connections of one publication; requests does not promise that one serves several."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._local = threading.local()
        self._opened: list[Session] = []

    def own(self) -> Session:
        """The connection of this thread."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._transport.session()
            self._opened.append(self._local.connection)
        connection: Session = self._local.connection
        return connection

    def close(self) -> None:
        """Close all of them."""
        for connection in self._opened:
            connection.close()

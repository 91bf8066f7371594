"""Endpoints of Upload 2.0: requests to the root and to the links that an index hands out.

Credentials go to each of them, wherever the index placed it, but never over a weaker scheme than
the root's and never behind a redirect; pre-signed URLs and previews get none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from requests import RequestException

from twine_stage.errors import Refused
from twine_stage.indexes.authority import Authority, origin
from twine_stage.indexes.connections import Connections
from twine_stage.indexes.session_documents import API_VERSION
from twine_stage.reporting import Reporter
from twine_stage.transport import (
    PROBLEMS,
    UPLOAD,
    Answered,
    Content,
    Transport,
    anonymous,
    clean,
    explain,
)
from twine_stage.transport.failures import host, is_about_trust, unreachable

_ACCEPT = ", ".join((UPLOAD, *PROBLEMS[:1]))
_HEADERS = {"Accept": _ACCEPT, "Content-Type": UPLOAD}

_LARGEST = 1 << 24
"""Bytes of a document; a session of ten thousand files has a fifth of it."""


class NoAnswer(Exception):
    """A request got no answer: the index may have acted upon it or not."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Heard:
    """What an index said in one run: each is told once, and its secrets are kept to the end."""

    origins: set[object] = field(default_factory=set)
    notices: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """How an index that speaks Upload 2.0 is asked; may be used from any thread.

    ``root`` is where sessions are created; ``heard`` is the same for a whole run.
    """

    root: str
    transport: Transport
    authority: Authority
    reporter: Reporter
    connections: Connections
    heard: Heard = field(default_factory=Heard, repr=False)

    def read(self, url: str) -> Answered:
        """GET a document, again if need be.

        Raises:
            Unreachable: no answer.
            Refused: the link is not one to send credentials to.
        """
        self._judge(url)
        auth = self.authority.lend()
        return self.transport.get(url, headers=_HEADERS, auth=auth, follows=False, limit=_LARGEST)

    def post(self, url: str, **members: Any) -> Answered:  # noqa: ANN401 - JSON
        """POST a document, once.

        Raises:
            NoAnswer: the index may have acted upon it or not.
            StageError: the request could not be made, or must not.
        """
        document = {"meta": {"api-version": API_VERSION}, **members}
        return self._send("POST", url, json.dumps(document).encode(), _HEADERS)

    def delete(self, url: str) -> Answered:
        """DELETE a session or a file, once; raises as ``post`` does."""
        return self._send("DELETE", url, b"", _HEADERS)

    def options(self, url: str) -> Answered:
        """Ask what can be done at a URL, without doing it; raises as ``post`` does.

        Without credentials a stranger asks: a rehearsal needs none.
        """
        return self._send("OPTIONS", url, b"", {"Accept": _ACCEPT}, needs_login=False)

    def transfer(
        self,
        url: str,
        body: Content,
        content_type: str,
        *,
        method: str = "POST",
        is_presigned: bool = False,
    ) -> Answered:
        """Send what a mechanism has to send; a pre-signed URL gets no credentials.

        Raises:
            NoAnswer: the index may have it or not.
            StageError: the request could not be made, or must not; or the body is not the frozen.
        """
        headers = {"Accept": _ACCEPT, "Content-Type": content_type}
        return self._send(method, url, body, headers, is_presigned=is_presigned)

    def sentence(self, answered: Answered) -> str:
        """What an answer says, without anything secret."""
        return answered.sentence(secrets=self.secrets)

    def clean(self, text: str) -> str:
        """What the index wrote, without anything secret."""
        return clean(text, secrets=self.secrets)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown, should the index repeat it."""
        return (*self.authority.secrets, *self.heard.secrets)

    def tell(self, notice: str) -> None:
        """Show what the index wants to be shown, once."""
        text = self.clean(notice)
        if text not in self.heard.notices:
            self.heard.notices.add(text)
            self.reporter.note(f"the index says: {text}")

    def warn(self, message: str) -> None:
        """Warn a person, once."""
        if message not in self.heard.notices:
            self.heard.notices.add(message)
            self.reporter.warn(message)

    def conceal(self, *secrets: str | None) -> None:
        """Show some texts never again, here and in the logs of CI."""
        for secret in filter(None, secrets):
            if secret not in self.heard.secrets:
                self.heard.secrets.add(secret)
                self.reporter.conceal(secret)

    def _send(
        self,
        method: str,
        url: str,
        body: Content,
        headers: Mapping[str, str],
        *,
        is_presigned: bool = False,
        needs_login: bool = True,
    ) -> Answered:
        self._judge(url, is_presigned=is_presigned)
        connection = self.connections.own()
        if is_presigned:  # our certificate is a credential, too
            connection = replace(self.transport, client_cert=None).session()
        try:
            return self.transport.send(
                connection,
                method,
                url,
                body=body,
                headers=headers,
                auth=anonymous if is_presigned else self.authority.lend(is_needed=needs_login),
                limit=_LARGEST,
            )
        except RequestException as error:
            if is_about_trust(error):
                raise unreachable(error, url) from error
            raise NoAnswer(explain(error)) from error
        finally:
            if is_presigned:
                connection.close()

    def is_weaker(self, url: str) -> bool:
        """Whether others could read on the way what they cannot on the way to the root."""
        return urlsplit(self.root).scheme == "https" and url.lower().startswith("http:")

    def _judge(self, url: str, *, is_presigned: bool = False) -> None:
        """Whether a link may be used; that it leads elsewhere is said once."""
        try:
            target = origin(url)
        except ValueError:
            target = ("", None, None)
        if target[0] not in ("http", "https") or "@" in urlsplit(url).netloc:
            raise Refused("the index handed out a link that is no URL of http or https")
        home = origin(self.root)
        if self.is_weaker(url):
            raise Refused(
                f"the index handed out a link to {host(url)} that is not https, as its root is: "
                "no credentials go there",
                hint="Tell the operators of the index.",
            )
        if target != home and target not in self.heard.origins:
            self.heard.origins.add(target)
            what = "no credentials go there" if is_presigned else "credentials go there, too"
            self.reporter.note(f"the index handed out links to {host(url)}; {what}")

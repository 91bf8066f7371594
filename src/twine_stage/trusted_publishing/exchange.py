"""The exchange: an identity is turned into an upload token, and the token is burned at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from requests import RequestException

from twine_stage.errors import Refused, StageError, Unreachable
from twine_stage.reporting import Reporter
from twine_stage.settings import Secret
from twine_stage.transport import Answered, Transport, anonymous
from twine_stage.transport.failures import host, is_about_trust, unreachable
from twine_stage.trusted_publishing.identities import Detect, Identity, prove
from twine_stage.trusted_publishing.offers import Offer, is_plain, is_strained, json_object

ASSUMED = 900.0
"""Seconds; how long a token lives if the index does not say (PEP 807)."""

_LONGEST = 6 * 3600.0
_ATTEMPTS = 3
_PAUSE = 1.0
_AGAIN = "Running the same command again is safe."


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An upload token, and when it came and ends, in seconds as ``time.time`` tells them."""

    secret: Secret
    began: float
    ends: float


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """How tokens of an index are had.

    Args:
        offer: what the index offers.
        transport: how it is asked.
        hurried: the same within short time limits.
        detect: finds our identity.
        reporter: hears who we are, and of every token before it is used.
        now: the time in seconds.
        secrets: every token and identity that there was.
    """

    offer: Offer
    transport: Transport
    hurried: Transport
    detect: Detect
    reporter: Reporter
    now: Callable[[], float] = time.time
    secrets: list[str] = field(default_factory=list, repr=False)

    def mint(self) -> tuple[Token, Identity]:
        """A new token, and for whom it is; each attempt proves anew who we are.

        Raises:
            CredentialsMissing: the identity cannot be had.
            Refused: the index does not take it; the message tells what it says of this job.
            Unreachable: no answer, or none that tells.
        """
        left = _ATTEMPTS
        while True:
            left -= 1
            identity = prove(self.offer.audience, detect=self.detect, conceal=self._conceal)
            began = self.now()
            try:
                return self._token(self._ask(identity), identity, began), identity
            except _Strained:
                if not left:
                    raise
                self.transport.sleep(_PAUSE * (_ATTEMPTS - left))

    def burn(self, token: Token) -> bool:
        """Have the index forget a token; whether it answered at all."""
        if self.offer.burn is None:
            return False
        try:
            self._post(self.hurried, self.offer.burn, {"token": token.secret.value})
        except (RequestException, StageError):
            return False
        return True

    def _ask(self, identity: Identity) -> Answered:
        document: dict[str, Any] = {"token": identity.token.value}
        if self.offer.features:
            document["features"] = self.offer.features
        url = self.offer.mint
        try:
            answered = self._post(self.transport, url, document)
        except RequestException as error:
            lost = unreachable(error, url)
            if is_about_trust(error):
                raise lost from error
            raise _Strained(lost.message, hint=lost.hint) from error
        if is_strained(answered):
            said = answered.sentence(secrets=tuple(self.secrets))
            raise _Strained(f"{host(url)} mints no token: {said}", hint=_AGAIN)
        return answered

    def _post(self, transport: Transport, url: str, document: Mapping[str, Any]) -> Answered:
        headers = {"Accept": self.offer.accept, "Content-Type": "application/json"}
        body = json.dumps(document).encode()
        with closing(transport.session()) as session:
            return transport.send(session, "POST", url, body=body, headers=headers, auth=anonymous)

    def _token(self, answered: Answered, identity: Identity, began: float) -> Token:
        where = host(self.offer.mint)
        if not 200 <= answered.status < 300:  # noqa: PLR2004 - the class of HTTP statuses
            said = answered.sentence(secrets=tuple(self.secrets))
            told = identity.told.replace("\n", "\n    ")
            raise Refused(
                f"{where} gives this job no token: {said}\nthe job says of itself\n    {told}",
                hint="Each of these has to be what the trusted publisher on the index expects.",
            )
        document = json_object(answered.body)
        token = document.get("token")
        if not isinstance(token, str) or not is_plain(token):
            raise Unreachable(f"{where} answers the request for a token without one", hint=_AGAIN)
        self._conceal(token)
        return Token(secret=Secret(token), began=began, ends=_end(document.get("expires"), began))

    def _conceal(self, secret: str) -> None:
        self.reporter.conceal(secret)
        self.secrets.append(secret)


class _Strained(Unreachable):
    """No answer now; a little later there may be one."""


def _end(expires: object, began: float) -> float:
    """When a token ends; where that was before it began, one of the clocks is wrong."""
    if not isinstance(expires, int) or isinstance(expires, bool) or expires <= began:
        return began + ASSUMED
    return min(float(expires), began + _LONGEST)

"""Upload tokens for one run: renewed before they end, used once where they must be, burned."""

from __future__ import annotations

import threading

from twine_stage.errors import CredentialsMissing, Refused, StageError
from twine_stage.settings import Secret
from twine_stage.trusted_publishing.exchange import Exchange, Token

_EARLY = 300.0
"""Seconds before its end at which a token is renewed: an upload that begins has to get through."""

_PART = 1 / 3
"""Of its life, for a token that lives shorter than an index should let it."""

_PAUSE = 60.0
"""Seconds from a renewal that failed to the next attempt, while the old token is good."""


class Tokens:
    """The tokens of one run; may be asked from any thread.

    Args:
        exchange: how they are had.
        patience: seconds for which the end of a run waits for a renewal in another thread.
    """

    def __init__(self, exchange: Exchange, *, patience: float = 5.0) -> None:
        self._exchange = exchange
        self._patience = patience
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._unburned: list[Token] = []
        self._waits_until = 0.0
        self._is_told = False
        self._is_closed = False

    def prepare(self) -> None:
        """Have a token at hand; raises as ``take`` does."""
        with self._lock:
            self._current()

    def take(self) -> Secret:
        """The token for one request.

        Raises:
            CredentialsMissing: the identity cannot be had, or the run is over.
            Refused: the index gives none, and the last has ended.
            Unreachable: the index does not answer, and the last has ended.
        """
        with self._lock:
            token = self._current()
            if self._exchange.offer.is_single_use:
                self._token = None
                self._unburned.remove(token)  # used is as good as burned
            return token.secret

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every token and identity of this run."""
        return tuple(self._exchange.secrets)

    def close(self) -> None:
        """Burn what is still good, where the index can; raises nothing."""
        is_locked = self._lock.acquire(timeout=self._patience)
        self._is_closed = True
        self._token = None
        left, self._unburned = self._unburned, []
        if is_locked:
            self._lock.release()
        for token in left:
            if self._exchange.now() < token.ends and not self._exchange.burn(token):
                break

    def _current(self) -> Token:
        self._expect_open()
        held, now = self._token, self._exchange.now()
        if held is not None and now < min(held.ends, max(_renewal(held), self._waits_until)):
            return held
        try:
            token, identity = self._exchange.mint()
        except StageError as error:
            if held is None:
                raise
            return self._still(held, error)
        if self._is_closed:  # meanwhile; nobody else will burn it
            self._exchange.burn(token)
        self._expect_open()
        if not self._is_told:
            self._exchange.reporter.note(f"credentials: trusted publishing as {identity.name}")
            self._is_told = True
        self._token, self._waits_until = token, 0.0
        self._unburned.append(token)
        return token

    def _expect_open(self) -> None:
        if self._is_closed:
            raise CredentialsMissing("the run is over, and its tokens are burned")

    def _still(self, held: Token, error: StageError) -> Token:
        """The old token, as long as it is good: some identities are good for one token only."""
        now = self._exchange.now()
        if now >= held.ends:
            again = "Run the job again: it proves anew who it is, and nothing is sent twice."
            raise type(error)(
                f"the upload token has ended, and there is no other: {error.message}",
                hint=again if isinstance(error, Refused) else error.hint,
            ) from error
        if not self._waits_until:
            self._exchange.reporter.note(
                "the upload token cannot be renewed, and is good for "
                f"{held.ends - now:.0f} seconds more: {error.message.splitlines()[0]}"
            )
        self._waits_until = now + _PAUSE
        return held


def _renewal(token: Token) -> float:
    """When a token is renewed."""
    return token.ends - min(_EARLY, (token.ends - token.began) * _PART)

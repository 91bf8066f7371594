"""The beginning of trusted publishing: is it offered, who are we, and the first token."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from twine_stage.errors import Refused
from twine_stage.reporting import Reporter
from twine_stage.settings import IndexSettings
from twine_stage.settings.addresses import is_private
from twine_stage.settings.identities import PLACES
from twine_stage.transport import Timeouts, Transport, clean
from twine_stage.trusted_publishing.exchange import Exchange
from twine_stage.trusted_publishing.identities import Detect, ambient, is_of_others
from twine_stage.trusted_publishing.offers import NotOffered, find
from twine_stage.trusted_publishing.tokens import Tokens

_TIMEOUTS = Timeouts(connect=10, read=15, send=15, answer=30, page=30)
_HURRY = Timeouts(connect=5, read=5, send=5, answer=5, page=5)


def begin(
    settings: IndexSettings,
    reporter: Reporter,
    *,
    detect: Detect = ambient,
    transport: Transport | None = None,
    now: Callable[[], float] = time.time,
) -> Tokens | NotOffered:
    """The upload tokens for an index, the first of them minted; or why there are none.

    Nothing is asked of an index where no identity can be had.

    Args:
        settings: the index.
        reporter: hears who we are, and what must not be shown.
        detect: finds the identity of this job for an audience.
        transport: how the index is asked; by default as the settings say, within short time limits.
        now: the time in seconds, as ``time.time`` tells it.

    Raises:
        CredentialsMissing: the identity that there should be cannot be had.
        Refused: the index does not take it, or asks for what no index should.
        Unreachable: no answer.
    """
    if not settings.has_identity:
        return NotOffered(f"this is no job of {PLACES}")
    if not is_private(settings.url):
        return NotOffered("the index is not reached by https")
    transport = transport or Transport(
        ca_bundle=settings.ca_bundle, client_cert=settings.client_cert, timeouts=_TIMEOUTS
    )
    offer = find(settings.url, transport)
    if isinstance(offer, NotOffered):
        return offer
    if not settings.is_pypi and is_of_others(offer.audience):
        raise Refused(
            f"{settings.url}: the index asks for an identity that is meant for "
            f"{clean(offer.audience)}, and could use it there: it gets none",
            hint="Give a token or password, with --trusted-publishing never.",
        )
    exchange = Exchange(
        offer=offer,
        transport=transport,
        hurried=replace(transport, timeouts=_HURRY),
        detect=detect,
        reporter=reporter,
        now=now,
    )
    tokens = Tokens(exchange)
    tokens.prepare()
    return tokens

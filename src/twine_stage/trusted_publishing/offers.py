"""What an index offers: trusted publishing as PEP 807 describes it, or as PyPI began it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from twine_stage.errors import Refused, StageError, Unreachable
from twine_stage.settings.addresses import is_private
from twine_stage.transport import Answered, Transport, clean, without_query
from twine_stage.transport.failures import host

ACCEPT = "application/vnd.pypi.pytp.v1+json"
"""What is asked for by PEP 807; a server may refuse any other."""

_PYPI_ACCEPT = "application/json"
_PYPI_AUDIENCE, _PYPI_MINT, _PYPI_BURN = (
    f"/_/oidc/{name}" for name in ("audience", "mint-token", "burn-token")
)
_MANY, _ONE = "multi-use-token", "single-use-token"
_LINKS = ("audience-endpoint", "token-mint-endpoint")
_LARGEST = 1 << 16
_INSTEAD = "Tell the operators of the index; --trusted-publishing never does without."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How an index turns an identity into upload tokens.

    ``audience`` is whom the identity has to be meant for; tokens are minted at ``mint`` and burned
    at ``burn``, where that is possible; ``features`` are asked for, and a token ``is_single_use``
    where the index makes no others; ``accept`` is the media type to ask for.
    """

    audience: str
    mint: str
    burn: str | None = None
    features: tuple[str, ...] = ()
    is_single_use: bool = False
    accept: str = ACCEPT


@dataclass(frozen=True, slots=True)
class NotOffered:
    """There is no trusted publishing here, and ``why``: part of a sentence."""

    why: str


def find(url: str, transport: Transport) -> Offer | NotOffered:
    """How the index of an upload URL does trusted publishing, if it does.

    What is no description of it, a web page or a refusal, say, counts as none; one that breaks the
    rules of PEP 807 is an error, since nobody should be sent where it leads.

    Raises:
        Unreachable: no answer, or none that tells.
        Refused: the description leads where no identity may go.
    """
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    place = f"{base}/.well-known/pytp?discover={quote_plus(parts.path)}"
    described = _document(_read(place, transport, ACCEPT))
    if any(key in described for key in _LINKS):
        return _described(described, url, transport)
    answered = _read(f"{base}{_PYPI_AUDIENCE}", transport, _PYPI_ACCEPT)
    audience = _audience(answered)
    if audience is None:
        said = answered.sentence()
        return NotOffered(f"the index does not offer it: {said} at {without_query(answered.url)}")
    return Offer(
        audience=audience,
        mint=f"{base}{_PYPI_MINT}",
        burn=f"{base}{_PYPI_BURN}",
        accept=_PYPI_ACCEPT,
    )


def _described(document: Mapping[str, Any], url: str, transport: Transport) -> Offer:
    where, mint = (_link(document, key, url) for key in _LINKS)
    answered = _read(where, transport, ACCEPT)
    audience = _audience(answered)
    if audience is None:
        raise Refused(
            f"{host(url)}: the index offers trusted publishing, and does not say for whom the "
            f"identity has to be: {answered.sentence()}",
            hint=_INSTEAD,
        )
    offered = _words(document.get("features"))
    default = _words(document.get("default-features", [_MANY]))
    return Offer(
        audience=audience,
        mint=mint,
        burn=_burn(mint),
        features=(_MANY,) if _MANY in offered else (),
        is_single_use=_ONE in default and _MANY not in offered,
    )


def _link(document: Mapping[str, Any], key: str, url: str) -> str:
    """A URL that the description hands out.

    Raises:
        Refused: it is no URL that an identity may be sent to.
    """
    link = document.get(key)
    if not isinstance(link, str):
        raise _broken(url, f"{key} is missing")
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - it is judged only when it is asked for
        is_http = is_plain(link) and "@" not in parts.netloc and parts.scheme.startswith("http")
        is_own = parts.hostname == urlsplit(url).hostname
    except ValueError:
        is_http = is_own = False
    shown = clean(without_query(link))
    if not (is_http and is_private(link)):
        raise _broken(url, f"{key} is no URL of https: {shown}")
    if not is_own:
        raise _broken(url, f"{key} leads to another host: {shown}")
    return link


def _broken(url: str, problem: str) -> StageError:
    return Refused(
        f"{host(url)}: the index describes its trusted publishing wrongly (PEP 807): {problem}",
        hint=_INSTEAD,
    )


def _burn(mint: str) -> str | None:
    """Where tokens are burned: PEP 807 does not say, so only beside what looks like PyPI's."""
    parts = urlsplit(mint)
    if not parts.path.endswith(_PYPI_MINT):
        return None
    path = parts.path.removesuffix(_PYPI_MINT) + _PYPI_BURN
    return parts._replace(path=path, query="", fragment="").geturl()


def _read(url: str, transport: Transport, accept: str) -> Answered:
    answered = transport.get(url, headers={"Accept": accept}, follows=False, limit=_LARGEST)
    if is_strained(answered):
        raise Unreachable(
            f"{without_query(url)}: {answered.sentence_and_status()}",
            hint="Running the same command again is safe.",
        )
    return answered


def is_strained(answered: Answered) -> bool:
    """Whether the same request may well have another answer a little later."""
    return answered.status == 429 or answered.status >= 500  # noqa: PLR2004 - too many requests


def _document(answered: Answered) -> Mapping[str, Any]:
    """The JSON object of an answer; empty where it is none, or no success."""
    return json_object(answered.body) if answered.status == 200 else {}  # noqa: PLR2004 - OK


def json_object(content: bytes) -> Mapping[str, Any]:
    """A JSON object; empty for everything else."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _audience(answered: Answered) -> str | None:
    audience = _document(answered).get("audience")
    return audience if isinstance(audience, str) and is_plain(audience) else None


def is_plain(text: str) -> bool:
    """Whether a text has a beginning, and no character that is not to be seen."""
    return bool(text) and text.isprintable()


def _words(value: object) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()

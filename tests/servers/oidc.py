"""Trusted publishing on this machine: an issuer as GitHub has one, and an index that trusts it.

By itself: ``with OidcServer() as server: ... server.base``. Beside an upload index:
``LegacyServer(beside=trusting.answer, admits=trusting.admits)``.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from servers.running import Hosted

PYTP = "application/vnd.pypi.pytp.v1+json"
JSON = "application/json"
REQUEST_TOKEN = "recognisable-request-token"
TOKEN = "recognisable-upload-token"
"""What every token that is minted begins with."""

CLAIMS = {
    "sub": "repo:owner/repo:environment:release",
    "repository": "owner/repo",
    "workflow_ref": "owner/repo/.github/workflows/release.yml@refs/tags/v1",
    "job_workflow_ref": "owner/repo/.github/workflows/release.yml@refs/tags/v1",
    "environment": "release",
    "ref": "refs/tags/v1",
}
ISSUER = "/issuer/token"
PYPI = "/_/oidc"
OWN = "/trust"
"""Where the endpoints of an index are that PEP 807 describes."""

_PROBLEMS = {
    "publisher": ("invalid-publisher", "valid token, but no corresponding publisher"),
    "reused": ("invalid-reuse-token", "invalid token: already used"),
    "audience": ("invalid-token", "malformed or invalid token"),
}

Answer = tuple[int, str, bytes]


def jwt(audience: str, claims: Mapping[str, Any], *, number: int = 0) -> str:
    """A token that nobody signed."""
    payload = {"aud": audience, "jti": str(number), **claims}
    parts = ({"alg": "none"}, payload)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join((*(part.rstrip("=") for part in encoded), "recognisable-signature"))


@dataclass
class Minted:
    """An upload token; ``ends`` is by the clock of the machine."""

    ends: float
    is_burned: bool = False
    uses: int = 0


@dataclass(kw_only=True)
class Trusting:
    """Issuer and index; ``answer`` is their whole interface.

    ``described`` serves PEP 807, with ``features`` and ``default_features``; else the endpoints are
    where PyPI has them, unless ``offered`` is False. ``refusals`` are taken one a mint:
    ``publisher``, ``reused``, ``audience``, ``500``, ``odd`` (no token in the answer); all
    else is none. Tokens live for ``lifetime`` seconds, which the answer tells if ``tells_end``.
    """

    offered: bool = True
    described: bool = False
    audience: str = "house"
    features: list[str] | None = None
    default_features: list[str] | None = None
    links: dict[str, Any] = field(default_factory=dict)
    """What the description says besides, or instead."""
    claims: dict[str, Any] = field(default_factory=lambda: dict(CLAIMS))
    permits: bool = True
    lifetime: float = 900.0
    tells_end: bool = True
    admits_once: bool = False
    refusals: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    """Answers by path, before all others."""

    tokens: dict[str, Minted] = field(default_factory=dict)
    identities: list[str] = field(default_factory=list)
    """Every identity that was issued."""
    seen: list[tuple[str, str, Mapping[str, str], Any]] = field(default_factory=list)
    """Method, target, headers and JSON of each request."""
    judged: list[bool] = field(default_factory=list)
    guard: threading.RLock = field(default_factory=threading.RLock)

    @property
    def root(self) -> str:
        """The path below which the endpoints are."""
        return OWN if self.described else PYPI

    @property
    def mints(self) -> list[Any]:
        """What the requests for a token held."""
        return [document for _, target, _, document in self.seen if target.endswith("mint-token")]

    def environment(self, base: str) -> dict[str, str]:
        """The variables of a job of GitHub, whose issuer is at ``base``."""
        return {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{base}{ISSUER}?api-version=2",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN,
        }

    def identify(self, audience: str) -> str:
        """A new identity of the job."""
        with self.guard:
            self.identities.append(jwt(audience, self.claims, number=len(self.identities)))
            return self.identities[-1]

    def admits(self, authorization: str | None) -> bool:
        """Whether a request comes with a token that is good now."""
        shown = base64.b64decode((authorization or "").removeprefix("Basic ")).decode()
        user, _, token = shown.partition(":")
        with self.guard:
            minted = self.tokens.get(token)
            is_good = (
                user == "__token__"
                and minted is not None
                and not minted.is_burned
                and time.time() < minted.ends
                and not (self.admits_once and minted.uses)
            )
            if minted:
                minted.uses += 1
            self.judged.append(is_good)
            return is_good

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | None:
        """What is answered to a request; None if it is not ours."""
        parts = urlsplit(target)
        document = json.loads(body) if body else None
        places = {
            ("GET", "/.well-known/pytp"): self._description,
            ("GET", ISSUER): self._identity,
            ("GET", f"{self.root}/audience"): self._audience,
            ("POST", f"{self.root}/mint-token"): self._mint,
            ("POST", f"{PYPI}/burn-token"): self._burn,
        }
        place = places.get((method, parts.path))
        if place is None and parts.path not in self.answers:
            return None
        with self.guard:
            self.seen.append((method, target, headers, document))
            scripted = self.answers.get(parts.path)
            if scripted is not None or place is None:
                return scripted
            return place(parse_qs(parts.query), headers, document)

    def _description(
        self, query: Mapping[str, list[str]], headers: Mapping[str, str], document: Any
    ) -> Answer:
        if headers.get("accept") != PYTP:
            return _json(406, {"title": "Not Acceptable"})
        if not self.described or "discover" not in query:
            return _json(404, {"title": "Not Found"})
        base = f"http://{headers['host']}{OWN}"
        description: dict[str, Any] = {
            "audience-endpoint": f"{base}/audience",
            "token-mint-endpoint": f"{base}/mint-token",
        }
        if self.features is not None:
            description["features"] = self.features
        if self.default_features is not None:
            description["default-features"] = self.default_features
        return _json(200, {**description, **self.links}, kind=PYTP)

    def _identity(
        self, query: Mapping[str, list[str]], headers: Mapping[str, str], document: Any
    ) -> Answer:
        if not self.permits or headers.get("authorization") != f"bearer {REQUEST_TOKEN}":
            return _json(403, {"message": f"no identity for {headers.get('authorization')}"})
        return _json(200, {"value": self.identify(query["audience"][0])})

    def _audience(
        self, query: Mapping[str, list[str]], headers: Mapping[str, str], document: Any
    ) -> Answer:
        return _json(200, {"audience": self.audience}) if self.offered else _json(404, {})

    def _mint(
        self, query: Mapping[str, list[str]], headers: Mapping[str, str], document: Any
    ) -> Answer:
        identity = document["token"]
        refusal = self.refusals.pop(0) if self.refusals else ""
        mints = [earlier for earlier in self.mints[:-1] if earlier["token"] == identity]
        if refusal == "500":
            return _json(500, {"title": "Internal Server Error"})
        if refusal == "odd":
            return _json(200, {"success": True})
        if not refusal and mints:
            refusal = "reused"
        if not refusal and f'"aud": "{self.audience}"' not in _payload(identity):
            refusal = "audience"
        if refusal in _PROBLEMS:
            code, description = _PROBLEMS[refusal]
            error = {"code": code, "description": f"{description} ({identity})"}
            return _json(422, {"message": "Token request failed", "errors": [error]})
        token = f"{TOKEN}-{len(self.tokens)}"
        ends = time.time() + self.lifetime
        self.tokens[token] = Minted(ends)
        told = {"expires": int(ends)} if self.tells_end else {}
        return _json(200, {"success": True, "token": token, **told})

    def _burn(
        self, query: Mapping[str, list[str]], headers: Mapping[str, str], document: Any
    ) -> Answer:
        self.tokens[document["token"]].is_burned = True
        return 202, JSON, b""


class OidcServer(Hosted):
    """Issuer and index on a host of their own."""

    def __init__(self, trusting: Trusting | None = None) -> None:
        self.trusting = trusting or Trusting()

    def __enter__(self) -> OidcServer:  # noqa: PYI034 - Self is of Python 3.11
        trusting = self.trusting

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as its base
                """Be silent."""

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = trusting.answer(self.command, self.path, headers, body)
                status, kind, content = answer or _json(404, {})
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._host(Handler)
        return self

    @property
    def url(self) -> str:
        """Where uploads would go."""
        return f"{self.base}/legacy/"


def _json(status: int, document: Mapping[str, Any], *, kind: str = JSON) -> Answer:
    return status, kind, json.dumps(document).encode()


def _payload(token: str) -> str:
    payload = token.split(".")[1]
    return base64.urlsafe_b64decode(f"{payload}==").decode()

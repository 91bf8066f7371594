"""Failures of the network, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from twine_stage.errors import Unavailable

_AGAIN = "Check the network and the URL; running the same command again is safe."
_CERTIFICATES = "Name the certificates to trust with --cert FILE, or in REQUESTS_CA_BUNDLE."


def unreachable(error: Exception, url: str) -> Unavailable:
    """The error for a request that got no answer; never what the library says, which has URLs."""
    return Unavailable(
        f"{host(url)}: {explain(error)}", hint=_CERTIFICATES if is_about_trust(error) else _AGAIN
    )


def host(url: str) -> str:
    """The host and port of a URL, without user info; that of what has none is not known."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "the index"
    except ValueError:
        return "the index"


def is_about_trust(error: Exception) -> bool:
    """Whether TLS failed, which does not mend itself."""
    return any(type(cause).__name__ == "SSLError" for cause in causes(error))


def is_timeout(error: Exception) -> bool:
    """Whether the time ran out."""
    return any("Timeout" in type(cause).__name__ for cause in causes(error))


def explain(error: Exception) -> str:
    """What went wrong with a request, as part of a sentence."""
    # The names are those of requests, urllib3, http.client and the standard library.
    names = {type(cause).__name__ for cause in causes(error)}
    reasons = (
        ("ProxyError", "the proxy cannot be reached"),
        ("SSLError", "the TLS connection cannot be trusted"),
        ("NameResolutionError", "the host name is not known"),
        ("ConnectionRefusedError", "the connection was refused"),
        ("ConnectTimeout", "no connection within the time limit"),
        ("ReadTimeout", "no answer within the time limit"),
        ("TimeoutError", "the connection stalled"),
        ("ReadTimeoutError", "the answer stalled"),
        ("RemoteDisconnected", "the connection was closed without an answer"),
        ("ConnectionResetError", "the connection was reset"),
        ("BrokenPipeError", "the connection was closed"),
        ("IncompleteRead", "the answer broke off"),
        ("DecodeError", "the answer cannot be decoded"),
        ("BadStatusLine", "the answer is not HTTP"),
        ("InvalidURL", "the URL cannot be understood"),
        ("LocationParseError", "the URL cannot be understood"),
        ("InvalidProxyURL", "the URL of the proxy cannot be understood"),
        ("InvalidSchema", "the URL, or that of the proxy, is not one of HTTP"),
        ("ProtocolError", "the answer broke off"),
    )
    return next(
        (reason for name, reason in reasons if name in names),
        f"the request failed ({type(error).__name__})",
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and all that stands behind it; urllib3 keeps some as ``reason`` or argument."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and found not in seen:
            seen.append(found)
            yield found
            waiting += [found.__cause__, found.__context__, getattr(found, "reason", None)]
            waiting += found.args

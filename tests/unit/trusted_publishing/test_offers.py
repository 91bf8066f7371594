"""What an index offers: where it is looked for, what is believed, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from servers.oidc import OWN, PYPI, PYTP, OidcServer, Trusting
from twine_stage.errors import Refused, Unreachable
from twine_stage.transport import Timeouts, Transport
from twine_stage.trusted_publishing.offers import NotOffered, Offer, find

BOTH = ["single-use-token", "multi-use-token"]
SHORT = Timeouts(connect=2, read=2, send=2, answer=2, page=2)


def transport() -> Transport:
    return Transport(timeouts=SHORT, sleep=lambda _: None)


def found(trusting: Trusting, path: str = "/legacy/") -> Offer | NotOffered:
    with OidcServer(trusting) as server:
        return find(f"{server.base}{path}", transport())


def offer(trusting: Trusting, path: str = "/legacy/") -> Offer:
    result = found(trusting, path)
    assert isinstance(result, Offer)
    return result


class TestPyPI:
    def test_the_endpoints_are_on_the_host_of_the_index(self) -> None:
        """Where PEP 807 is unknown, they are where PyPI began to have them."""
        trusting = Trusting()
        result = offer(trusting)
        assert result.audience == "house"
        assert result.mint.endswith(f"{PYPI}/mint-token")
        assert result.burn is not None
        assert result.burn.endswith(f"{PYPI}/burn-token")
        assert (result.features, result.is_single_use) == ((), False)
        targets = [target for _, target, _, _ in trusting.seen]
        assert targets == ["/.well-known/pytp?discover=%2Flegacy%2F", f"{PYPI}/audience"]

    @pytest.mark.parametrize(
        "answer",
        [
            (404, "text/plain", b"nothing here"),
            (401, "application/json", b'{"audience": "house"}'),
            (200, "text/html", b"<title>Welcome</title>"),
            (200, "application/json", b"[]"),
            (200, "application/json", b'{"audience": 1}'),
            (200, "application/json", b'{"audience": ""}'),
            (200, "application/json", b'{"audience": "a\\u0000"}'),
            (200, "application/json", b"[" * 100_000),
            (307, "text/plain", b""),
        ],
    )
    def test_all_else_is_no_offer(self, answer: tuple[int, str, bytes]) -> None:
        """Web pages, refusals and other documents; the reason tells what was answered, and where.

        An index that answers every path is not one that has trusted publishing.
        """
        trusting = Trusting(answers={"/.well-known/pytp": answer, f"{PYPI}/audience": answer})
        result = found(trusting)
        assert isinstance(result, NotOffered)
        assert result.why.startswith("the index does not offer it: ")
        assert result.why.endswith(f"{PYPI}/audience")

    @pytest.mark.parametrize("path", ["/.well-known/pytp", f"{PYPI}/audience"])
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_an_index_in_trouble_tells_nothing(self, path: str, status: int) -> None:
        """To go on without would be to ask for a password that nobody has."""
        trusting = Trusting(answers={path: (status, "text/plain", b"Later")})
        with pytest.raises(Unreachable, match=rf"{path}: Later \(status {status}\)"):
            found(trusting)

    def test_no_answer(self) -> None:
        """Nor does one that is not there."""
        with pytest.raises(Unreachable):
            find("http://127.0.0.1:9/legacy/", transport())


class TestDescribed:
    def test_the_description_tells_the_endpoints(self) -> None:
        """Nothing is asked of PyPI's then; each request asks for the media type of PEP 807."""
        trusting = Trusting(described=True)
        result = offer(trusting)
        assert result.audience == "house"
        assert result.mint.endswith(f"{OWN}/mint-token")
        assert {headers["accept"] for _, _, headers, _ in trusting.seen} == {PYTP}
        assert [target for _, target, _, _ in trusting.seen][1] == f"{OWN}/audience"

    @pytest.mark.parametrize(
        ("path", "key"),
        [("", ""), ("/", "%2F"), ("/a%20b/c+d/", "%2Fa%2520b%2Fc%2Bd%2F"), ("/é/", "%2F%C3%A9%2F")],
    )
    def test_the_key_is_the_path(self, path: str, key: str) -> None:
        """As it stands in the URL, encoded once more."""
        trusting = Trusting(described=True, answers={"/.well-known/pytp": (404, "x/y", b"")})
        found(trusting, path)
        assert trusting.seen[0][1] == f"/.well-known/pytp?discover={key}"

    @pytest.mark.parametrize(
        ("features", "default", "expected"),
        [
            (None, None, ((), False)),
            (BOTH, ["multi-use-token"], (("multi-use-token",), False)),
            (BOTH, ["single-use-token"], (("multi-use-token",), False)),
            (["single-use-token"], None, ((), False)),
            (["single-use-token"], ["single-use-token"], ((), True)),
            (None, ["single-use-token"], ((), True)),
            (["novel", 1], ["novel"], ((), False)),
        ],
    )  # fmt: skip
    def test_features(
        self, features: list[str] | None, default: list[str] | None, expected: object
    ) -> None:
        """Tokens for many uses are asked for where they are on offer; without a word they are."""
        trusting = Trusting(described=True, features=features, default_features=default)
        result = offer(trusting)
        assert (result.features, result.is_single_use) == expected

    def test_features_that_are_none(self) -> None:
        """What is no list says nothing."""
        odd = {"features": "multi-use-token", "default-features": "single-use-token"}
        result = offer(Trusting(described=True, links=odd))
        assert (result.features, result.is_single_use) == ((), False)

    @pytest.mark.parametrize(
        ("links", "problem"),
        [
            ({"audience-endpoint": None}, "audience-endpoint is missing"),
            ({"token-mint-endpoint": 7}, "token-mint-endpoint is missing"),
            ({"token-mint-endpoint": "https://example.org/mint"},
             r"token-mint-endpoint leads to another host: https://example\.org/mint"),
            ({"audience-endpoint": "https://localhost/audience"}, "leads to another host"),
            ({"token-mint-endpoint": "http://example.org/mint"}, "is no URL of https"),
            ({"token-mint-endpoint": "//127.0.0.1/mint"}, "is no URL of https"),
            ({"token-mint-endpoint": "file://127.0.0.1/mint"}, "is no URL of https"),
            ({"token-mint-endpoint": "https://me@127.0.0.1/mint"}, "is no URL of https"),
            ({"token-mint-endpoint": "https://127.0.0.1:99999/mint"}, "is no URL of https"),
            ({"token-mint-endpoint": "https://[/mint"}, "is no URL of https"),
            ({"token-mint-endpoint": "https://127.0.0.1/\nmint"}, "is no URL of https"),
        ],
    )  # fmt: skip
    def test_links_stay_on_the_host(self, links: dict[str, Any], problem: str) -> None:
        """An identity is sent nowhere else, nor in clear text; nothing is asked there."""
        trusting = Trusting(described=True, links=links)
        with pytest.raises(Refused, match=problem) as caught:
            found(trusting)
        assert "PEP 807" in caught.value.message
        assert len(trusting.seen) == 1

    def test_another_port_is_the_same_host(self) -> None:
        """PEP 807 speaks of the host alone; beside PyPI's layout there is a place to burn."""
        with OidcServer(Trusting(described=True)) as server:
            link = "http://127.0.0.1:9/x/_/oidc/mint-token?a=b"
            server.trusting.links = {"token-mint-endpoint": link}
            result = find(server.url, transport())
        assert isinstance(result, Offer)
        assert result.mint == link
        assert result.burn == "http://127.0.0.1:9/x/_/oidc/burn-token"

    def test_no_place_to_burn(self) -> None:
        """Elsewhere than in PyPI's layout nobody says where."""
        assert offer(Trusting(described=True)).burn is None

    @pytest.mark.parametrize("status", [200, 403, 404])
    def test_an_audience_there_must_be(self, status: int) -> None:
        """An index that describes it, and then tells no audience, is broken."""
        answer = (status, "application/problem+json", b'{"title": "No audience today"}')
        trusting = Trusting(described=True, answers={f"{OWN}/audience": answer})
        with pytest.raises(Refused, match=r"does not say for whom .*: No audience today"):
            found(trusting)

"""Upload tokens: when they are renewed, how often they are used, and how they end."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes import Remembering
from servers.oidc import CLAIMS, OWN, PYPI, PYTP, TOKEN, OidcServer, Trusting, jwt
from servers.scripted import HANG, RESET, Scripted
from twine_stage.errors import CredentialsMissing, Refused, StageError, Unreachable
from twine_stage.settings import IndexSettings
from twine_stage.transport import Timeouts, Transport
from twine_stage.trusted_publishing import NotOffered, Tokens, begin
from twine_stage.trusted_publishing.exchange import Exchange
from twine_stage.trusted_publishing.offers import Offer, find

SHORT = Timeouts(connect=2, read=2, send=2, answer=0.2, page=2)
NOON = 1_800_000_000.0


@dataclass
class Job:
    """A job of CI, its time, and the index that trusts it."""

    trusting: Trusting = field(default_factory=Trusting)
    reporter: Remembering = field(default_factory=Remembering)
    time: float = NOON
    pauses: list[float] = field(default_factory=list)
    detect: Callable[[str], str | None] | None = None
    is_pypi: bool = False

    def begin(self, url: str) -> Tokens | NotOffered:
        return begin(
            IndexSettings(id="house", url=url, has_identity=True, is_pypi=self.is_pypi),
            self.reporter,
            detect=self.detect or self.trusting.identify,
            transport=Transport(timeouts=SHORT, sleep=self.pauses.append),
            now=lambda: self.time,
        )

    def tokens(self, server: OidcServer) -> Tokens:
        tokens = self.begin(server.url)
        assert isinstance(tokens, Tokens)
        return tokens

    def refused(self) -> StageError:
        with OidcServer(self.trusting) as server, pytest.raises(StageError) as caught:
            self.begin(server.url)
        return caught.value

    @property
    def burned(self) -> list[str]:
        return [name for name, token in self.trusting.tokens.items() if token.is_burned]


@pytest.fixture
def job() -> Job:
    # The index tells no end: its clock is not that of the job.
    return Job(Trusting(tells_end=False))


@pytest.fixture
def tokens(job: Job) -> Iterator[Tokens]:
    with OidcServer(job.trusting) as server:
        yield job.tokens(server)


def taken(tokens: Tokens) -> str:
    return tokens.take().value


class TestBeginning:
    def test_who_we_are_is_told(self, job: Job, tokens: Tokens) -> None:
        """Once, and the token never; what must not show is concealed in the order it came."""
        (note,) = job.reporter.notes
        assert note == (
            "credentials: trusted publishing as owner/repo, workflow release.yml, "
            "environment release"
        )
        assert job.reporter.concealed == [job.trusting.identities[0], f"{TOKEN}-0"]
        assert tokens.secrets == tuple(job.reporter.concealed)
        assert "recognisable" not in f"{tokens!r} {vars(tokens)['_token']!r} {job.reporter.notes}"

    def test_no_job_asks_nothing(self) -> None:
        """On a laptop no index hears of it."""
        result = begin(IndexSettings(id="i", url="https://example.invalid/"), Remembering())
        assert isinstance(result, NotOffered)
        assert "no job of GitHub Actions" in result.why

    def test_no_clear_text(self) -> None:
        """An identity is sent in clear text to this machine only; nothing is asked of others."""
        settings = IndexSettings(id="i", url="http://example.invalid/", has_identity=True)
        result = begin(settings, Remembering())
        assert result == NotOffered("the index is not reached by https")

    def test_not_offered(self) -> None:
        """An index without it gets no identity."""
        job = Job(Trusting(offered=False))
        with OidcServer(job.trusting) as server:
            assert isinstance(job.begin(server.url), NotOffered)
        assert job.trusting.identities == []

    def test_an_identity_for_others(self) -> None:
        """An index that wants to be given what opens PyPI gets nothing; PyPI itself does."""
        job = Job(Trusting(audience="pypi"))
        error = job.refused()
        assert isinstance(error, Refused)
        assert "meant for pypi, and could use it there" in error.message
        assert job.trusting.identities == []
        with OidcServer(job.trusting) as server:
            assert isinstance(Job(job.trusting, is_pypi=True).begin(server.url), Tokens)

    def test_no_identity(self) -> None:
        """Nothing is minted without one."""
        job = Job(detect=lambda _: None)
        assert isinstance(job.refused(), CredentialsMissing)
        assert job.trusting.mints == []


class TestMinting:
    @pytest.mark.parametrize("described", [True, False])
    def test_what_is_sent(self, described: bool) -> None:  # noqa: FBT001 - both ways
        """The identity, and features where there are any; as JSON, without other credentials."""
        offered = ["multi-use-token"] if described else None
        job = Job(Trusting(described=described, features=offered))
        with OidcServer(job.trusting) as server:
            job.tokens(server)
        sent: dict[str, Any] = {"token": job.trusting.identities[0]}
        assert job.trusting.mints == [{**sent, "features": offered} if offered else sent]
        _, target, headers, _ = job.trusting.seen[-1]
        assert target == f"{OWN if described else PYPI}/mint-token"
        assert headers["accept"] == (PYTP if described else "application/json")
        assert headers["content-type"] == "application/json"
        assert "authorization" not in headers

    def test_refused(self) -> None:
        """The index's own words, and what the job says of itself; never the identity."""
        error = Job(Trusting(refusals=["publisher"])).refused()
        assert isinstance(error, Refused)
        assert "Token request failed: valid token, but no corresponding publisher (****" in (
            error.message
        )
        assert "\n    repository: owner/repo\n" in error.message
        assert "\n    environment: release\n" in error.message
        assert "trusted publisher on the index" in error.hint
        assert "recognisable" not in f"{error.message} {error.hint}"

    def test_a_moment_of_weakness(self) -> None:
        """It is tried again, with a new identity, some are good but once."""
        job = Job(Trusting(refusals=["500", "500"]))
        with OidcServer(job.trusting) as server:
            tokens = job.tokens(server)
            assert taken(tokens) == f"{TOKEN}-0"
        assert len(set(job.trusting.identities)) == 3
        assert job.pauses == [1.0, 2.0]

    def test_trouble_that_lasts(self) -> None:
        """Nothing was sent yet, so running again is safe."""
        job = Job(Trusting(refusals=["500"] * 3))
        error = job.refused()
        assert isinstance(error, Unreachable)
        assert "mints no token: 500 Internal Server Error" in error.message

    def test_no_token_in_the_answer(self) -> None:
        """A success without a token is none."""
        error = Job(Trusting(refusals=["odd"])).refused()
        assert isinstance(error, Unreachable)
        assert "without one" in error.message

    @pytest.mark.parametrize("token", ["", 7, "a\nb", "\ud800"])
    def test_what_is_no_token(self, token: object) -> None:
        """Nothing is taken for a token that could not stand in a header."""
        answer = (200, "application/json", json.dumps({"token": token}).encode())
        error = Job(Trusting(answers={f"{PYPI}/mint-token": answer})).refused()
        assert isinstance(error, Unreachable)

    @pytest.mark.parametrize("answer", [RESET, HANG])
    def test_no_answer(self, answer: bytes) -> None:
        """After three attempts it is said what went wrong, without the URL."""
        with Scripted(answer) as scripted:
            links = {"token-mint-endpoint": f"{scripted.base}mint"}
            job = Job(Trusting(described=True, links=links))
            error = job.refused()
        assert isinstance(error, Unreachable)
        assert len(job.pauses) == 2
        assert "recognisable" not in error.message

    def test_distrust(self) -> None:
        """A host that cannot prove who it is gets the identity at no attempt."""
        with OidcServer() as plain:
            link = f"{plain.base}/mint".replace("http://", "https://")
            job = Job(Trusting(described=True, links={"token-mint-endpoint": link}))
            error = job.refused()
        assert isinstance(error, Unreachable)
        assert "cannot be trusted" in error.message
        assert job.pauses == []


class TestRenewal:
    def test_one_token_serves_until_shortly_before_its_end(self, job: Job, tokens: Tokens) -> None:
        """Fifteen minutes where the index does not say; renewed five minutes before."""
        job.time += 599
        assert {taken(tokens), taken(tokens)} == {f"{TOKEN}-0"}
        job.time += 2
        assert taken(tokens) == f"{TOKEN}-1"
        assert len(job.reporter.notes) == 1
        assert len(set(job.trusting.identities)) == 2

    @pytest.mark.parametrize(
        ("expires", "good", "renewed"),
        [
            (NOON + 3600, 3299, 3301),
            (NOON + 90, 59, 61),
            (NOON - 5, 599, 601),
            (NOON + 1e9, 21299, 21301),
            (True, 599, 601),
            ("soon", 599, 601),
        ],
    )
    def test_the_end_that_the_index_tells(
        self, expires: object, good: float, renewed: float
    ) -> None:
        """It counts, unless it lies in the past or beyond six hours: then a clock is wrong.

        A token that lives shorter than it should is renewed when a third of its life is left.
        """
        told = int(expires) if isinstance(expires, float) else expires
        document = json.dumps({"token": "t", "expires": told}).encode()
        job = Job(Trusting(answers={f"{PYPI}/mint-token": (200, "application/json", document)}))
        with OidcServer(job.trusting) as server:
            tokens = job.tokens(server)
            job.time = NOON + good
            tokens.take()
            assert len(job.trusting.mints) == 1
            job.time = NOON + renewed
            tokens.take()
            assert len(job.trusting.mints) == 2

    def test_an_identity_that_is_good_for_one_token(self) -> None:
        """As GitLab's: the old token is used to its end, which is said once."""
        identity = jwt("house", CLAIMS)
        job = Job(Trusting(tells_end=False), detect=lambda _: identity)
        with OidcServer(job.trusting) as server:
            tokens = job.tokens(server)
            for moment in (601, 630, 690, 899):
                job.time = NOON + moment
                assert taken(tokens) == f"{TOKEN}-0"
            assert len(job.trusting.mints) == 4  # a minute lies between two attempts
            notes = job.reporter.notes[1:]
            job.time = NOON + 900
            with pytest.raises(Refused) as caught:
                tokens.take()
        assert len(notes) == 1
        assert "cannot be renewed, and is good for 299 seconds more: " in notes[0]
        assert "already used" in notes[0]
        assert "\n" not in notes[0]
        message = caught.value.message
        assert "has ended, and there is no other: " in message
        assert "repository: owner/repo" in message
        assert "Run the job again" in caught.value.hint
        assert "recognisable" not in f"{notes} {message}"

    def test_a_renewal_that_fails_once(self, job: Job, tokens: Tokens) -> None:
        """The next attempt has a new token."""
        job.trusting.refusals = ["500"] * 3
        job.time += 700
        assert taken(tokens) == f"{TOKEN}-0"
        job.time += 61
        assert taken(tokens) == f"{TOKEN}-1"
        job.time += 899
        job.trusting.refusals = ["500"] * 3
        assert taken(tokens) == f"{TOKEN}-1"
        assert len([note for note in job.reporter.notes if "renewed" in note]) == 2

    def test_an_index_that_is_gone_at_the_end(self, job: Job, tokens: Tokens) -> None:
        """It may come back: the error is one of those after which running again is safe."""
        job.trusting.refusals = ["500"] * 3
        job.time += 900
        with pytest.raises(Unreachable, match=r"there is no other: .*mints no token") as caught:
            tokens.take()
        assert "safe" in caught.value.hint

    def test_one_renewal_at_a_time(self, job: Job, tokens: Tokens) -> None:
        """However many threads want a token."""
        job.time += 700
        found: list[str] = []
        threads = [threading.Thread(target=lambda: found.append(taken(tokens))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [f"{TOKEN}-1"] * 8
        assert len(job.trusting.mints) == 2

    def test_once_each(self) -> None:
        """Where a token serves but one request, each gets its own; all are known as secrets."""
        job = Job(Trusting(described=True, default_features=["single-use-token"]))
        with OidcServer(job.trusting) as server:
            tokens = job.tokens(server)
            assert len(job.trusting.mints) == 1
            found = [taken(tokens) for _ in range(3)]
        assert found == [f"{TOKEN}-{number}" for number in range(3)]
        assert set(found) < set(tokens.secrets)
        assert len(job.reporter.notes) == 1


class TestEnd:
    def test_what_is_good_is_burned(self, job: Job, tokens: Tokens) -> None:
        """Also what was renewed; what has ended needs no fire."""
        job.time += 650
        tokens.take()
        job.time += 600
        tokens.take()
        tokens.close()
        assert job.burned == [f"{TOKEN}-1", f"{TOKEN}-2"]
        assert len(job.reporter.notes) == 1
        tokens.close()
        with pytest.raises(CredentialsMissing, match="the run is over"):
            tokens.take()
        assert f"{TOKEN}-0" in tokens.secrets

    def test_what_was_used_once(self) -> None:
        """Only one that was never used is left."""
        links = {"default-features": ["single-use-token"]}
        job = Job(Trusting(described=True, links=links))
        with OidcServer(job.trusting) as server:
            job.trusting.links["token-mint-endpoint"] = f"{server.base}{OWN}/x{PYPI}/mint-token"
            minted = (200, "application/json", b'{"token": "one"}')
            job.trusting.answers = {f"{OWN}/x{PYPI}/mint-token": minted}
            tokens = job.tokens(server)
            tokens.take()
            tokens.close()
        assert job.trusting.seen[-1][1].endswith("mint-token")

    def test_nowhere_to_burn(self) -> None:
        """PEP 807 knows no such place."""
        job = Job(Trusting(described=True))
        with OidcServer(job.trusting) as server:
            tokens = job.tokens(server)
            tokens.close()
        assert job.burned == []

    def test_an_index_that_is_gone(self, job: Job) -> None:
        """Nothing is said of it, and the rest is not tried: a token ends by itself."""
        with OidcServer(job.trusting) as server:
            tokens = job.tokens(server)
            job.time += 650
            tokens.take()
        tokens.close()
        assert job.burned == []
        assert job.reporter.warnings == []

    def test_a_renewal_that_hangs(self, job: Job) -> None:
        """The end of a run does not wait for it; what comes of it later is burned unused."""
        began, goes_on = threading.Event(), threading.Event()

        def detect(audience: str) -> str:
            began.set()
            goes_on.wait()
            return job.trusting.identify(audience)

        errors: list[StageError] = []

        def take() -> None:
            try:
                slow.take()
            except StageError as error:
                errors.append(error)

        with OidcServer(job.trusting) as server:
            transport = Transport(timeouts=SHORT)
            offer = find(server.url, transport)
            assert isinstance(offer, Offer)
            exchange = Exchange(
                offer=offer,
                transport=transport,
                hurried=transport,
                detect=detect,
                reporter=job.reporter,
            )
            slow = Tokens(exchange, patience=0.01)
            thread = threading.Thread(target=take)
            thread.start()
            began.wait()
            slow.close()
            goes_on.set()
            thread.join()
        assert job.burned == [f"{TOKEN}-0"]
        assert [error.message for error in errors] == ["the run is over, and its tokens are burned"]

"""The index of the tests over plain HTTP: what it tells, and what it does not let pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from samples import content_of
from servers.session_rooms import later
from servers.session_states import FILE_UPLOAD, PUBLISHING
from servers.upload2 import Raw, Upload2Server

UPLOAD = "application/vnd.pypi.upload.v2+json"
SIMPLE = "application/vnd.pypi.simple.v1+json"
META = {"meta": {"api-version": "2.0"}}
SPAM, EGG = "spam-1.0.tar.gz", "egg-2.0.tar.gz"
WHEEL = "spam-1.0-py3-none-any.whl"


Act = Callable[[Upload2Server], requests.Response]


@pytest.fixture
def server() -> Iterator[Upload2Server]:
    """An index that anybody may upload to."""
    with Upload2Server() as server:
        yield server


def ask(method: str, url: str, **facts: Any) -> requests.Response:
    """A request as it has to be; the body holds ``facts``."""
    return requests.request(
        method,
        url,
        json=META | facts if method == "POST" else None,
        headers={"Content-Type": UPLOAD},
        allow_redirects=False,
        timeout=9,
    )


def opened(server: Upload2Server, name: str = "spam", version: str = "1.0") -> Any:
    """The document of a new session."""
    return ask("POST", server.url, name=name, version=version).json()


def declare(session: Any, filename: str = SPAM, **changes: Any) -> requests.Response:
    """Ask for a file upload session."""
    content = content_of(filename)
    facts = {
        "filename": filename,
        "size": len(content),
        "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
        "mechanism": "http-post-bytes",
    }
    return ask("POST", session["links"]["upload"], **(facts | changes))


def send(file: Any, content: bytes, **headers: str) -> requests.Response:
    """Send the bytes of a file."""
    headers = {"Content-Type": "application/octet-stream"} | headers
    return post(file["mechanism"]["file_url"], content, **headers)


def post(url: str, content: bytes, **headers: str) -> requests.Response:
    """Send anything anywhere, and follow nothing."""
    return requests.post(url, content, headers=headers, allow_redirects=False, timeout=9)


def sent(session: Any, filename: str = SPAM, **changes: Any) -> Any:
    """The document of a file upload session whose bytes are there."""
    file = declare(session, filename, **changes).json()
    send(file, content_of(filename))
    return file


def complete(file: Any) -> requests.Response:
    return ask("POST", file["links"]["complete"])


def publish(session: Any) -> requests.Response:
    return ask("POST", session["links"]["publish"])


def told(session: Any) -> Any:
    """What a session says of itself now."""
    return ask("GET", session["links"]["session"]).json()


def told_of_file(file: Any) -> Any:
    """What a file upload session says of itself now."""
    return ask("GET", file["links"]["file-upload-session"]).json()


def filled(server: Upload2Server, filename: str = SPAM) -> Any:
    """A session with a whole file in it."""
    name, version = filename.removesuffix(".tar.gz").split("-")
    session = opened(server, name, version)
    assert complete(sent(session, filename)).status_code == 201
    return session


class TestTables:
    def test_rows(self) -> None:
        """They have as many rows as those of PEP 694, under names that are all different."""
        assert (len(PUBLISHING), len(FILE_UPLOAD)) == (12, 11)
        assert len({row.name for row in PUBLISHING}) == len(PUBLISHING)
        assert len({row.name for row in FILE_UPLOAD}) == len(FILE_UPLOAD)

    def test_what_a_session_tells(self, server: Upload2Server) -> None:
        """Its document names the state that it is in, through all of them."""
        session = filled(server)
        assert told(session)["status"] == "open"
        server.fail("publish", "async")
        assert publish(session).json()["status"] == "processing"
        assert told(session)["status"] == "processing"
        assert told(session)["status"] == "error"
        assert publish(session).json()["status"] == "published"
        assert told(session)["status"] == "published"
        canceled = opened(server)
        assert ask("DELETE", canceled["links"]["session"]).status_code == 204
        assert told(canceled)["status"] == "canceled"

    def test_what_a_file_tells(self, server: Upload2Server) -> None:
        """So does the one of a file, and the session repeats it, until the file is gone."""
        session = opened(server)
        file = sent(session)
        states = [told_of_file(file)["status"]]
        server.fail("complete", "async")
        assert complete(file).status_code == 202
        states += [told(session)["files"][SPAM]["status"]]
        states += [told_of_file(file)["status"] for _ in range(2)]
        assert states == ["pending", "processing", "processing", "error"]
        assert told(session)["files"][SPAM] == {
            "status": "error",
            "link": file["links"]["file-upload-session"],
            "notices": [f"{SPAM} has a virus"],
        }
        assert ask("DELETE", file["links"]["file-upload-session"]).status_code == 204
        assert (told_of_file(file)["status"], told(session)["files"]) == ("canceled", {})

    def test_only_what_the_table_allows(self, server: Upload2Server) -> None:
        """What no row leads away from is refused, and changes nothing."""
        session = opened(server)
        file = sent(session)
        assert complete(file).status_code == 201
        assert complete(file).status_code == 409
        assert send(file, b"other").status_code == 409
        assert told_of_file(file)["status"] == "completed"


class TestAnswers:
    def test_where_it_is(self, server: Upload2Server) -> None:
        """What was begun is found by its Location, which is its link."""
        answer = ask("POST", server.url, name="spam", version="1.0")
        session = answer.json()
        where = session["links"]["session"]
        assert (answer.status_code, answer.headers["Location"]) == (201, where)
        assert answer.headers["Content-Type"] == UPLOAD
        file = sent(session)
        answer = complete(file)
        assert answer.headers["Location"] == file["links"]["file-upload-session"]
        assert publish(session).headers["Location"] == where

    def test_when_to_look_again(self, server: Upload2Server) -> None:
        """A file upload session says it from the beginning, and whatever is being processed."""
        server.retry_after, server.is_deferred_files, server.is_deferred_publish = 7, True, True
        session = opened(server)
        answers = [declare(session)]
        file = answers[0].json()
        send(file, content_of(SPAM))
        answers += [complete(file), ask("GET", file["links"]["file-upload-session"])]
        told_of_file(file)
        answers += [publish(session), ask("GET", session["links"]["session"])]
        assert [answer.headers["Retry-After"] for answer in answers] == ["7"] * 5

    def test_options(self, server: Upload2Server) -> None:
        """The root tells what it takes, and creates nothing."""
        answer = ask("OPTIONS", server.url)
        assert (answer.status_code, answer.headers["Allow"]) == (204, "OPTIONS, POST")
        assert answer.headers["Content-Type"] == UPLOAD
        assert server.sessions == []

    def test_another_method(self, server: Upload2Server) -> None:
        """What a link is for is told."""
        answer = ask("POST", opened(server)["links"]["session"])
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, DELETE")

    def test_problems(self, server: Upload2Server) -> None:
        """What blocks a publication is named, file by file, with its state."""
        session = opened(server)
        declare(session)
        declare(session, WHEEL)
        answer = publish(session)
        problem = answer.json()
        assert (answer.status_code, problem["status"]) == (409, 409)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "details", "meta"} < problem.keys()
        assert problem["errors"] == [
            {"source": name, "message": f"{name} is pending"} for name in (SPAM, WHEEL)
        ]

    def test_unknown_keys(self, server: Upload2Server) -> None:
        """They may be anywhere but among the names of files."""
        server.unknown_keys = True
        session = filled(server)
        document = told(session)
        assert list(document["files"]) == [SPAM]
        places = [document, document["meta"], document["links"], document["files"][SPAM]]
        places.append(ask("POST", server.url, name="spam", version="1.0").json())
        assert all("_example.org" in place for place in places)

    def test_a_file_to_blame(self, server: Upload2Server) -> None:
        """Why a publication failed is told by the session, and by the file that it is about."""
        session = filled(server)
        server.fail("publish", "async-file")
        publish(session)
        told(session)
        document = told(session)
        assert document["notices"] == ["the release has a virus"]
        assert document["files"][SPAM]["notices"] == [f"{SPAM} has a virus"]


class TestLogin:
    @pytest.fixture
    def judged(self) -> Iterator[tuple[Upload2Server, set[str | None]]]:
        """An index, and whom it lets in; it asks each time."""
        admitted: set[str | None] = {None}
        with Upload2Server(admits=lambda given: given in admitted) as server:
            yield server, admitted

    def test_each_request(self, judged: tuple[Upload2Server, set[str | None]]) -> None:
        """Who is not allowed any more is refused everywhere, and goes on once allowed again."""
        server, admitted = judged
        session = opened(server)
        file = sent(session)
        links = [*session["links"].items(), *file["links"].items(), *file["mechanism"].items()]
        admitted.clear()
        reads = ("session", "file-upload-session")
        for key, url in links:
            if key not in ("stage", "identifier"):
                assert ask("GET" if key in reads else "POST", url).status_code == 403, key
        assert ask("POST", server.url, name="spam", version="1.0").status_code == 403
        assert requests.get(session["links"]["stage"], timeout=9).status_code == 200
        admitted.add(None)
        assert complete(file).status_code == 201
        assert server.violations == []


class TestNames:
    def test_reserved_by_session(self, server: Upload2Server) -> None:
        """The end of one publication gives free what another holds in no case."""
        server.is_deferred_publish = True
        spam, egg = filled(server), filled(server, EGG)
        assert [publish(spam).status_code, publish(egg).status_code] == [202, 202]
        assert server.reserved == {SPAM, EGG}
        assert [told(spam)["status"] for _ in range(2)] == ["processing", "published"]
        assert (server.reserved, set(server.files)) == ({EGG}, {SPAM})
        assert [told(egg)["status"] for _ in range(2)] == ["processing", "published"]
        assert (server.reserved, set(server.files)) == (set(), {SPAM, EGG})

    def test_nothing_to_publish(self, server: Upload2Server) -> None:
        """A session without files registers the project, which is not to be seen before."""
        session = opened(server)
        url = f"{server.simple_url}spam/"
        assert requests.get(url, timeout=9).status_code == 404
        assert publish(session).status_code == 201
        answer = requests.get(url, headers={"Accept": SIMPLE}, timeout=9)
        assert (answer.status_code, answer.json()["files"]) == (200, [])
        assert b'"spam/"' in requests.get(server.simple_url, timeout=9).content

    def test_expired_while_it_is_published(self, server: Upload2Server) -> None:
        """What is being decided comes to its end, and holds no name after it."""
        server.is_deferred_publish = True
        session = filled(server)
        publish(session)
        server.sessions[0].expires = later(-1)
        assert [told(session)["status"] for _ in range(2)] == ["processing", "published"]
        assert server.reserved == set()

    def test_expired_with_its_files(self, server: Upload2Server) -> None:
        """A session takes with it what is in it."""
        session = filled(server)
        server.sessions[0].expires = later(-1)
        assert told(session)["status"] == "canceled"
        assert server.sessions[0].files[0].status == "canceled"
        assert requests.get(f"{session['links']['stage']}spam/", timeout=9).status_code == 404


class TestContent:
    def test_provenance(self, server: Upload2Server) -> None:
        """Attestations are shown with the file that they came with, and can be read."""
        session = opened(server)
        file = sent(session)
        url = file["mechanism"]["attestations_url"]
        assert requests.post(url, json=[{"version": 1}], timeout=9).status_code == 200
        assert complete(file).status_code == publish(session).status_code == 201
        page = requests.get(f"{server.simple_url}spam/", headers={"Accept": SIMPLE}, timeout=9)
        [shown] = page.json()["files"]
        found = requests.get(shown["provenance"], timeout=9).json()
        assert found["attestation_bundles"][0]["attestations"] == [{"version": 1}]

    def test_bytes_that_are_not_kept(self) -> None:
        """An index that keeps no bytes has judged them before, and shows what was declared."""
        with Upload2Server(keeps=False) as server:
            session = filled(server)
            page = requests.get(f"{session['links']['stage']}spam/", timeout=9).text
            assert publish(session).status_code == 201
            digest = hashlib.sha256(content_of(SPAM)).hexdigest()
            stored = server.files[SPAM]
            assert digest in page
            assert (stored.sha256, stored.content) == (digest, b"")
            assert stored.size == len(content_of(SPAM))
            assert complete(sent(opened(server), WHEEL)).status_code == 201

    def test_preview_by_its_token(self, server: Upload2Server) -> None:
        """The token is enough to find it, and names may come quoted, as pip sends them."""
        name = "spam-1.0+cpu-py3-none-any.whl"
        session = opened(server, version="1.0+cpu")
        complete(sent(session, name))
        assert session["links"]["stage"] == f"{server.base}/{session['session-token']}/"
        url = session["links"]["stage"] + name.replace("+", "%2B")
        assert requests.get(url, timeout=9).content == content_of(name)

    @pytest.mark.parametrize("algorithm", ["sha256", "sha512", "blake2b", "sha3_256"])
    def test_any_secure_hash(self, server: Upload2Server, algorithm: str) -> None:
        """One is enough; it may be written in capitals, and an insecure one may stand beside it."""
        content = content_of(SPAM)
        hashes = {name: hashlib.new(name, content).hexdigest() for name in (algorithm, "md5")}
        hashes[algorithm] = hashes[algorithm].upper()
        session = opened(server)
        assert complete(sent(session, hashes=hashes)).status_code == 201
        assert server.violations == []

    def test_every_hash_counts(self, server: Upload2Server) -> None:
        """One that is wrong is enough to spoil the file."""
        digest = hashlib.sha256(content_of(SPAM)).hexdigest()
        file = sent(opened(server), hashes={"sha256": digest, "md5": "0" * 32})
        assert complete(file).status_code == 400
        assert told_of_file(file)["status"] == "error"


def test_side_by_side(server: Upload2Server) -> None:
    """Each of many requests at the same time is answered, and each is counted."""
    session = opened(server)
    names = [f"spam-1.0-{number}-py3-none-any.whl" for number in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda name: complete(sent(session, name)), names))
    assert {answer.status_code for answer in answers} == {201}
    assert [server.steps[step] for step in ("create-file", "bytes", "complete")] == [40] * 3
    assert publish(session).status_code == 201
    assert len({file.shown_at for file in server.files.values()}) == 1


def asks_with(**changes: Any) -> Act:
    return lambda server: declare(opened(server), **changes)


def deletes_with_a_body(server: Upload2Server) -> requests.Response:
    url, headers = opened(server)["links"]["session"], {"Content-Type": UPLOAD}
    return requests.delete(url, json=META, headers=headers, timeout=9)


def makes_up_a_place_for_bytes(server: Upload2Server) -> requests.Response:
    headers = {"Content-Type": "application/octet-stream"}
    return requests.post(f"{server.base}/{SPAM}", b"x", headers=headers, timeout=9)


def makes_up_a_place_to_delete(server: Upload2Server) -> requests.Response:
    return requests.delete(f"{server.base}/{SPAM}", data=b"x", timeout=9)


def follows_a_redirect(server: Upload2Server) -> requests.Response:
    server.fail("create-session", "redirect")
    return requests.post(server.url, json=META, headers={"Content-Type": UPLOAD}, timeout=9)


def nests_deeply(server: Upload2Server) -> requests.Response:
    return requests.post(server.url, b"[" * 99999, headers={"Content-Type": UPLOAD}, timeout=9)


def sends_bytes_as_json(server: Upload2Server) -> requests.Response:
    file = declare(opened(server)).json()
    return send(file, b"{}", **{"Content-Type": "application/json"})


def attests_with(content: bytes, kind: str) -> Act:
    def act(server: Upload2Server) -> requests.Response:
        url = declare(opened(server)).json()["mechanism"]["attestations_url"]
        return post(url, content, **{"Content-Type": kind})

    return act


def extends_for_ever(server: Upload2Server) -> requests.Response:
    return ask("POST", opened(server)["links"]["extend"], **{"extend-for": "ever"})


def misnames_the_project(server: Upload2Server) -> requests.Response:
    return ask("POST", server.url, name="-spam", version="1.0")


BREACHES: dict[str, tuple[Act, int]] = {
    "a name that is none": (misnames_the_project, 400),
    "a name that is not normal": (asks_with(filename="Spam-1.0.tar.gz"), 400),
    "a version that is not normal": (asks_with(filename="spam-v1.0.tar.gz"), 400),
    "an archive that is no sdist any more": (asks_with(filename="spam-1.0.zip"), 400),
    "a negative size": (asks_with(size=-1), 400),
    "a size that is none": (asks_with(size=True), 400),
    "no hashes": (asks_with(hashes={}), 400),
    "a hash that needs a length": (asks_with(hashes={"shake_128": "00"}), 400),
    "a digest that is none": (asks_with(hashes={"sha256": 5}), 400),
    "a digest that is too short": (asks_with(hashes={"sha256": "00"}), 400),
    "insecure hashes alone": (asks_with(hashes={"md5": "0" * 32, "sha1": "0" * 40}), 400),
    "bytes as something else": (sends_bytes_as_json, 400),
    "attestations as something else": (attests_with(b"[]", UPLOAD), 400),
    "one attestation": (attests_with(b"{}", "application/json"), 400),
    "an extension without a number": (extends_for_ever, 400),
    "nonsense": (nests_deeply, 400),
    "a redirect that is followed": (follows_a_redirect, 404),
    "DELETE with a body": (deletes_with_a_body, 400),
    "a made-up URL for bytes": (makes_up_a_place_for_bytes, 404),
    "a made-up URL to delete": (makes_up_a_place_to_delete, 404),
}


@pytest.mark.parametrize(("act", "status"), BREACHES.values(), ids=BREACHES)
def test_breach(server: Upload2Server, act: Act, status: int) -> None:
    """What a client must not do is refused, and kept in one sentence."""
    assert act(server).status_code == status
    assert len(server.violations) == 1


STEPS: dict[str, Act] = {
    "create-session": lambda server: ask("POST", server.url, name="spam", version="1.0"),
    "status": lambda server: ask("GET", opened(server)["links"]["session"]),
    "create-file": lambda server: declare(opened(server)),
    "bytes": lambda server: send(declare(opened(server)).json(), content_of(SPAM)),
    "attestations": attests_with(b"[{}]", "application/json"),
    "complete": lambda server: complete(sent(opened(server))),
    "file-status": lambda server: ask("GET", sent(opened(server))["links"]["file-upload-session"]),
    "delete-file": lambda server: ask(
        "DELETE", sent(opened(server))["links"]["file-upload-session"]
    ),
    "publish": lambda server: publish(filled(server)),
    "extend": lambda server: ask("POST", opened(server)["links"]["extend"], **{"extend-for": 60}),
    "extend-file": lambda server: ask(
        "POST", sent(opened(server))["links"]["extend"], **{"extend-for": 60}
    ),
    "cancel": lambda server: ask("DELETE", opened(server)["links"]["session"]),
    "options": lambda server: ask("OPTIONS", server.url),
}


@pytest.mark.parametrize("step", STEPS)
class TestCues:
    def test_status(self, server: Upload2Server, step: str) -> None:
        """One request of a step fails with a problem document; the next does not."""
        server.fail(step, "503")
        answer = STEPS[step](server)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.json()["errors"]
        assert server.cues[step] == []

    @pytest.mark.parametrize(
        ("cue", "status", "content"),
        [
            ("redirect", 307, b""),
            ("html-404", 404, b"<!doctype html><title>Not Found</title>"),
            ((418, b"tea", {"Content-Type": "text/plain"}), 418, b"tea"),
        ],
        ids=["redirect", "html", "anything"],
    )
    def test_other_answers(
        self, server: Upload2Server, step: str, cue: str | Raw, status: int, content: bytes
    ) -> None:
        """It may also lead elsewhere, be no Upload 2.0 at all, or be anything."""
        server.fail(step, cue)
        answer = STEPS[step](server)
        assert (answer.status_code, answer.content) == (status, content)
        assert server.violations == []

    @pytest.mark.parametrize(
        ("cue", "has_effect"), [("reset-before", False), ("reset-after", True)]
    )
    def test_broken_off(
        self, server: Upload2Server, step: str, cue: str, *, has_effect: bool
    ) -> None:
        """The connection breaks before the effect or after it, as the moments tell."""
        moments: list[str] = []
        server.hook = lambda moment, name: moments.append(moment) if name == step else None
        server.fail(step, cue)
        with pytest.raises(requests.ConnectionError):
            STEPS[step](server)
        assert moments == (["before-effect", "after-effect"] if has_effect else [])

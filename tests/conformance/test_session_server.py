"""The index of the tests itself, by the tables of PEP 694 and its demands on clients."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from samples import content_of
from servers.session_answering import UPLOAD
from servers.session_rooms import File, Room, later
from servers.session_states import FILE_UPLOAD, PUBLISHING, Row
from servers.upload2 import Upload2Server

SDIST = "spam-1.0.tar.gz"
WHEEL = "spam-1.0-py3-none-any.whl"
META = {"meta": {"api-version": "2.0"}}
LOGIN = ("build", "secret")


@dataclass
class Client:
    """Requests as PEP 694 wants them, one by one."""

    server: Upload2Server
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.auth = LOGIN
        self.http.headers["Content-Type"] = UPLOAD

    def ask(self, method: str, url: str, **document: Any) -> requests.Response:
        body = META | document if method == "POST" else None
        return self.http.request(method, url, json=body, allow_redirects=False)

    def session(self) -> dict[str, Any]:
        """The document of the session, opened or taken up."""
        answer = self.ask("POST", self.server.url, name="spam", version="1.0")
        if answer.status_code == 409:
            answer = self.ask("GET", answer.headers["Location"])
        found: dict[str, Any] = answer.json()
        return found

    def begin(self, filename: str = SDIST) -> requests.Response:
        """Ask for a file upload session."""
        content = content_of(filename)
        return self.ask(
            "POST",
            self.session()["links"]["upload"],
            filename=filename,
            size=len(content),
            hashes={"sha256": hashlib.sha256(content).hexdigest()},
            mechanism="http-post-bytes",
        )

    def file(self, filename: str = SDIST, content: bytes | None = None) -> dict[str, Any]:
        """The document of a file upload session whose bytes are sent."""
        document: dict[str, Any] = self.begin(filename).json()
        self.http.post(
            document["mechanism"]["file_url"],
            content_of(filename) if content is None else content,
            headers={"Content-Type": "application/octet-stream"},
        )
        return document

    def complete(self, document: dict[str, Any]) -> requests.Response:
        return self.ask("POST", document["links"]["complete"])

    def filled(self) -> dict[str, Any]:
        """The session with a whole file in it."""
        self.complete(self.file())
        return self.session()

    def publish(self) -> requests.Response:
        return self.ask("POST", self.session()["links"]["publish"])

    @property
    def room(self) -> Room:
        return self.server.sessions[-1]

    @property
    def last(self) -> File:
        return self.room.files[-1]


@pytest.fixture
def client() -> Iterator[Client]:
    with Upload2Server(credentials=LOGIN) as server:
        yield Client(server)


def opened(client: Client) -> None:
    client.session()


def ready(client: Client) -> None:
    client.filled()


def processing(client: Client) -> None:
    ready(client)
    client.server.is_deferred_publish = True
    assert client.publish().status_code == 202


def failing(client: Client) -> None:
    ready(client)
    client.server.fail("publish", "async")
    assert client.publish().status_code == 202


def failed(client: Client) -> None:
    failing(client)
    client.server.processing_polls = 0
    look(client)
    look(client)


def look(client: Client) -> int:
    return client.ask("GET", client.server.base + client.room.paths["session"]).status_code


def look_twice(client: Client) -> int:
    return look(client) and look(client)


def cancel(client: Client) -> int:
    url = client.server.base + client.room.paths["session"]
    return client.ask("DELETE", url).status_code


def publish(client: Client) -> int:
    return client.publish().status_code


def publish_deferred(client: Client) -> int:
    client.server.is_deferred_publish = True
    return publish(client)


def publish_with_a_pending_file(client: Client) -> int:
    client.begin(WHEEL)
    return publish(client)


def publish_what_is_public(client: Client) -> int:
    client.server.put(SDIST, b"")
    return publish(client)


def upload(client: Client) -> int:
    return client.complete(client.file(WHEEL)).status_code


Step = Callable[[Client], object]
Act = Callable[[Client], int]
Case = tuple[Step, Act, int, str]
"""How the source is reached, what is done there, the status of the answer, and the state then."""

SESSIONS: dict[str, list[Case]] = {
    "session created": [
        (lambda client: None, lambda client: len(client.session()) and 201, 201, "open")
    ],
    "file uploaded, replaced, or deleted": [
        (opened, upload, 201, "open"),
        (failed, upload, 201, "error"),
    ],
    "publish completed immediately": [(ready, publish, 201, "published")],
    "publish accepted for deferred processing": [(ready, publish_deferred, 202, "processing")],
    "publish while a file is not completed": [
        (ready, publish_with_a_pending_file, 409, "open"),
        (failed, publish_with_a_pending_file, 409, "error"),
    ],
    "publish fails synchronously": [
        (ready, publish_what_is_public, 409, "open"),
        (failed, publish_what_is_public, 409, "error"),
    ],
    "session canceled": [(ready, cancel, 204, "canceled"), (failed, cancel, 204, "canceled")],
    "deferred processing succeeds": [(processing, look_twice, 200, "published")],
    "deferred processing fails": [(failing, look_twice, 200, "error")],
    "cancellation requested": [(processing, cancel, 409, "processing")],
    "publish retried": [
        (failed, publish, 201, "published"),
        (failed, publish_deferred, 202, "processing"),
    ],
}


def of(table: tuple[Row, ...], cases: dict[str, Any]) -> list[Any]:
    """A case for each row, and for each of its sources, under the name of the row."""
    found = []
    for row in table:
        mine = [
            case
            for case in cases[row.event]
            if case[3] in row.targets or {"same", "rejected"} & set(row.targets)
        ]
        assert mine, row
        found += [pytest.param(row, case, id=row.name) for case in mine]
    return found


@pytest.mark.parametrize(("row", "case"), of(PUBLISHING, SESSIONS))
def test_publishing_session(client: Client, row: Row, case: Case) -> None:
    """Each row of the first table: from its source, by its event, to its target."""
    source, act, status, target = case
    source(client)
    before = client.room.status if client.server.sessions else "none"
    assert before in row.sources
    client.server.moves.taken.clear()
    assert act(client) == status
    assert client.room.status == target
    assert row in client.server.moves.taken
    assert target in row.targets or target == before


def begun(client: Client) -> None:
    client.begin()


def sent(client: Client) -> None:
    client.file()


def completed(client: Client) -> None:
    client.filled()


def file_processing(client: Client) -> None:
    client.server.is_deferred_files = True
    client.filled()


def file_failing(client: Client) -> None:
    client.server.fail("complete", "async")
    client.filled()


def file_failed(client: Client) -> None:
    client.complete(client.file(content=b"other"))
    client.server.violations.clear()


def create(client: Client) -> int:
    return client.begin().status_code


def link(client: Client, key: str = "file-upload-session") -> str:
    return client.server.base + client.last.paths[key]


def send(client: Client) -> int:
    headers = {"Content-Type": "application/octet-stream"}
    answer = client.http.post(link(client, "file_url"), content_of(SDIST), headers=headers)
    return answer.status_code


def complete(client: Client) -> int:
    return client.ask("POST", link(client, "complete")).status_code


def complete_deferred(client: Client) -> int:
    client.server.is_deferred_files = True
    return complete(client)


def complete_without_bytes(client: Client) -> int:
    client.last.content = b"other"
    return complete(client)


def delete(client: Client) -> int:
    return client.ask("DELETE", link(client)).status_code


def look_at_file(client: Client) -> int:
    client.server.processing_polls = 0
    return (
        client.ask("GET", link(client)).status_code and client.ask("GET", link(client)).status_code
    )


FILES: dict[str, list[Case]] = {
    "file upload session created": [(opened, create, 202, "pending")],
    "upload mechanism executes": [(begun, send, 200, "pending")],
    "completed immediately": [(sent, complete, 201, "completed")],
    "completion accepted for deferred processing": [(sent, complete_deferred, 202, "processing")],
    "completion fails synchronously": [(sent, complete_without_bytes, 400, "error")],
    "cancellation requested": [
        (begun, delete, 204, "canceled"),
        (file_processing, delete, 409, "processing"),
    ],
    "deferred processing succeeds": [(file_processing, look_at_file, 200, "completed")],
    "deferred processing fails": [(file_failing, look_at_file, 200, "error")],
    "file deleted": [(completed, delete, 204, "canceled"), (file_failed, delete, 204, "canceled")],
}


def of_files() -> list[Any]:
    """A case for each row of the second table."""
    rows = []
    sources: dict[Step, str] = {
        begun: "pending",
        sent: "pending",
        opened: "none",
        completed: "completed",
    }
    sources |= {file_processing: "processing", file_failing: "processing", file_failed: "error"}
    for row in FILE_UPLOAD:
        [case] = [case for case in FILES[row.event] if sources[case[0]] in row.sources]
        rows.append(pytest.param(row, case, id=row.name))
    return rows


@pytest.mark.parametrize(("row", "case"), of_files())
def test_file_upload_session(client: Client, row: Row, case: Case) -> None:
    """Each row of the second table: from its source, by its event, to its target."""
    source, act, status, target = case
    source(client)
    before = client.last.status if client.room.files else "none"
    assert before in row.sources
    client.server.moves.taken.clear()
    assert act(client) == status
    assert client.last.status == target
    assert row in client.server.moves.taken


class TestIndex:
    """What an index has to do."""

    def test_documents(self, client: Client) -> None:
        """A session has links that nobody can guess, a token, an expiry, a state and its files."""
        document = client.session()
        links = document["links"]
        assert set(links) == {"session", "upload", "publish", "extend", "stage"}
        assert document["session-token"] in links["stage"]
        assert document["expires-at"].endswith("Z")
        assert (document["status"], document["files"]) == ("open", {})
        client.filled()
        [file] = client.session()["files"].values()
        assert file["status"] == "completed"
        assert document["session-token"] in file["link"]

    def test_bare(self, client: Client) -> None:
        """What it does not support it leaves out."""
        client.server.previews = client.server.extends = client.server.attests = False
        document = client.session()
        assert set(document["links"]) == {"session", "upload", "publish"}
        assert "session-token" not in document
        file = client.begin().json()
        assert set(file["links"]) == {"file-upload-session", "complete"}
        assert set(file["mechanism"]) == {"identifier", "file_url"}

    def test_second_session(self, client: Client) -> None:
        """A second session of a release leads to the live one, and to nobody who may not see it."""
        first = client.session()["links"]["session"]
        answer = client.ask("POST", client.server.url, name="SPAM", version="1.0.0")
        assert (answer.status_code, answer.headers["Location"]) == (409, first)
        client.http.auth = ("other", "wrong")
        answer = client.ask("POST", client.server.url, name="spam", version="1.0")
        assert (answer.status_code, "Location" in answer.headers) == (403, False)
        client.http.auth = None
        assert client.ask("POST", client.server.url).status_code == 401

    def test_next_session(self, client: Client) -> None:
        """After the end of one, another is opened, with other links."""
        first = client.session()["links"]
        assert cancel(client) == 204
        assert not set(first.values()) & set(client.session()["links"].values())

    def test_retention(self, client: Client) -> None:
        """The end of a session is told for a while, and its other links are gone at once."""
        links = client.filled()["links"]
        assert publish(client) == 201
        assert client.ask("GET", links["session"]).json()["status"] == "published"
        assert client.ask("POST", links["publish"]).status_code == 404
        client.server.retention = False
        assert client.ask("GET", links["session"]).status_code == 404

    def test_canceled(self, client: Client) -> None:
        """Files in a canceled session are canceled, however they stood."""
        file_processing(client)
        assert cancel(client) == 204
        assert client.last.status == "canceled"

    def test_reservation(self, client: Client) -> None:
        """While it is published, its names are taken, by either API, and free if it fails."""
        failing(client)
        session = client.room
        form = {"content": (SDIST, b"x")}
        answer = requests.post(
            client.server.legacy_url, {"name": "spam"}, files=form, auth=LOGIN, timeout=9
        )
        assert answer.status_code == 409
        assert client.begin().status_code == 409
        look_twice(client)
        assert session.status == "error"
        assert client.server.reserved == set()

    def test_expiry(self, client: Client) -> None:
        """What has outlived its time is over, a session as well as a file."""
        document = client.begin().json()
        client.last.expires = later(-1)
        assert complete(client) == 404
        status = client.ask("GET", document["links"]["file-upload-session"]).json()["status"]
        assert status == "canceled"
        client.room.expires = later(-1)
        assert create(client) == 202
        assert len(client.server.sessions) == 2
        assert client.server.violations == []

    def test_extension(self, client: Client) -> None:
        """Both are extended as far as the index likes, which is never a refusal."""
        client.server.lifetime = client.server.file_lifetime = 60
        links = client.session()["links"]
        answer = client.ask("POST", links["extend"], **{"extend-for": 3600})
        assert answer.status_code == 200
        assert client.room.expires > later(3000)
        client.server.extension = 0
        file = client.begin().json()
        answer = client.ask("POST", file["links"]["extend"], **{"extend-for": 3600})
        assert (answer.status_code, client.last.expires < later(61)) == (200, True)

    def test_preview(self, client: Client) -> None:
        """Whoever knows the URL of the preview sees what is in the session, and nobody else."""
        stage = client.filled()["links"]["stage"]
        page = requests.get(f"{stage}spam/", timeout=9)
        assert SDIST in page.text
        assert requests.get(f"{stage}{SDIST}", timeout=9).content == content_of(SDIST)
        assert requests.get(f"{client.server.simple_url}spam/", timeout=9).status_code == 404
        assert client.server.violations == []


def declare(**changes: Any) -> Act:
    """Ask for a file upload session with something else than it must have."""

    def act(client: Client) -> int:
        facts = {
            "filename": SDIST,
            "size": 1,
            "hashes": {"sha256": "0" * 64},
            "mechanism": "http-post-bytes",
        }
        facts = {key: one for key, one in (facts | changes).items() if one is not None}
        return client.ask("POST", client.session()["links"]["upload"], **facts).status_code

    return act


def without_meta(client: Client) -> int:
    answer = client.http.post(client.server.url, json={"name": "spam", "version": "1.0"})
    return answer.status_code


def another_version(client: Client) -> int:
    document = {"meta": {"api-version": "1.0"}, "name": "spam", "version": "1.0"}
    return client.http.post(client.server.url, json=document).status_code


def media_type(client: Client) -> int:
    headers = {"Content-Type": "application/json"}
    return client.http.post(client.server.url, json=META, headers=headers).status_code


def guessed(client: Client) -> int:
    return client.ask("POST", f"{client.session()['links']['session']}/files").status_code


def another_method(client: Client) -> int:
    return client.ask("POST", client.session()["links"]["session"]).status_code


def deleted(client: Client) -> int:
    begun(client)
    delete(client)
    return send(client)


def mended(client: Client) -> int:
    file_failed(client)
    return send(client)


def damaged(client: Client) -> int:
    return client.complete(client.file(content=b"other")).status_code


def unsent(client: Client) -> int:
    begun(client)
    return complete(client)


def attested_late(client: Client) -> int:
    client.filled()
    headers = {"Content-Type": "application/json"}
    url = link(client, "attestations_url")
    return client.http.post(url, json=[{}], headers=headers).status_code


def attested_badly(client: Client) -> int:
    begun(client)
    headers = {"Content-Type": "application/json"}
    url = link(client, "attestations_url")
    return client.http.post(url, b"nonsense", headers=headers).status_code


def credentials_for_the_preview(client: Client) -> int:
    return client.ask("GET", f"{client.filled()['links']['stage']}spam/").status_code


def credentials_for_a_presigned_url(client: Client) -> int:
    client.server.mechanisms = ("vnd-example-put",)
    declare(mechanism="vnd-example-put")(client)
    headers = {"Content-Type": "application/octet-stream"}
    return client.http.put(link(client, "presigned"), b"x", headers=headers).status_code


def no_extension(client: Client) -> int:
    return client.ask("POST", client.session()["links"]["extend"]).status_code


def nameless(client: Client) -> int:
    return client.ask("POST", client.server.url, name="spam").status_code


def no_version(client: Client) -> int:
    return client.ask("POST", client.server.url, name="spam", version="one").status_code


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (without_meta, 400),
        (another_version, 400),
        (media_type, 400),
        (nameless, 400),
        (no_version, 400),
        (guessed, 404),
        (another_method, 405),
        (declare(filename="spam.txt"), 400),
        (declare(filename="eggs-1.0.tar.gz"), 400),
        (declare(filename=None), 400),
        (declare(size="1"), 400),
        (declare(hashes={"md5": "0"}), 400),
        (declare(hashes={"sha256": "0", "moon": "0"}), 400),
        (declare(mechanism=None), 400),
        (unsent, 400),
        (damaged, 400),
        (deleted, 404),
        (mended, 409),
        (attested_late, 409),
        (attested_badly, 400),
        (no_extension, 400),
        (credentials_for_the_preview, 200),
        (credentials_for_a_presigned_url, 400),
    ],
)
def test_violations(client: Client, act: Act, status: int) -> None:
    """What a client must not do is refused where it can be, and kept."""
    assert act(client) == status
    assert len(client.server.violations) == 1


def test_deleted_twice(client: Client) -> None:
    """The answer to a deletion may be lost, and asked for again."""
    begun(client)
    assert (delete(client), delete(client)) == (204, 404)
    assert client.server.violations == []


@pytest.mark.parametrize("status", [409, 422])
def test_no_violation(client: Client, status: int) -> None:
    """What a client cannot know beforehand is only refused, with a problem document."""
    if status == 409:
        begun(client)
        answer = client.begin()
    else:
        client.server.mechanisms = ("vnd-x",)
        answer = client.begin()
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert client.server.violations == []


def test_credentials_are_basic(client: Client) -> None:
    """They stand in the header that all servers know."""
    client.session()
    wanted = "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()
    assert client.server.requests[0][2]["authorization"] == wanted

"""``stage verify``: each state that a release may be in, brought about on a served index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from proving import STRANGER, provenance
from samples import metadata, wheel, write
from servers.legacy import LegacyServer
from servers.project_pages import JSON, Status, Stored, as_json
from staging import LINUX, SDIST, WHEEL

Stage = Any
Index = LegacyServer
OTHER = "spam-1.0-1-py3-none-any.whl"
NAMES = (LINUX, WHEEL, SDIST)


@dataclass
class Published:
    """A release on an index, and a stage that published it."""

    stage: Stage
    index: LegacyServer

    @property
    def address(self) -> tuple[str, ...]:
        return ("--repository-url", self.index.url, "-u", "me", "-p", "secret")

    def __call__(self, *arguments: str) -> Any:
        return self.stage("verify", *self.address, *arguments)

    def differences(self, *arguments: str) -> list[dict[str, str]]:
        """The differences of the one release; they are what the exit status says."""
        result = self(*arguments, "--json")
        [release] = result.report["releases"]
        assert result.status == (0 if release["is_exact"] else 6 if release["is_stale"] else 1)
        assert release["is_exact"] == (release["differences"] == [])
        found: list[dict[str, str]] = release["differences"]
        return found


def prove(index: LegacyServer, name: str, **publisher: Any) -> None:
    """Put provenance of a file there."""
    file = index.files[name]
    path = f"/integrity/{name}"
    file.provenance = index.base + path
    index.pages[path] = (200, {}, provenance(file.sha256, **publisher))


def give_metadata(index: LegacyServer, name: str, content: bytes) -> None:
    """Serve a metadata file, of which the page says that it is that of the wheel."""
    right = metadata()
    index.put(f"{name}.metadata", right)
    index.files[name].core_metadata = index.files.pop(f"{name}.metadata").sha256
    index.pages[f"/files/{name}.metadata"] = (200, {}, content)


@pytest.fixture
def server() -> Iterator[LegacyServer]:
    with LegacyServer(simple_path="/legacy/simple/", has_etags=True) as running:
        yield running


@pytest.fixture
def published(stage: Stage, server: LegacyServer, tmp_path: Path) -> Published:
    """Three files, all with provenance and one with core metadata, and a receipt of them."""
    write(tmp_path / "dist", *NAMES)
    stage("add")
    done = Published(stage, server)
    before = stage("publish", "-y", *done.address)
    assert before.status == 0, before.stderr
    for name in NAMES:
        prove(server, name)
    give_metadata(server, WHEEL, metadata())
    assert stage("publish", *done.address).status == 0
    return done


def take(index: Index, *names: str) -> list[Stored]:
    """Delete files, and what is served under their names."""
    return [index.files.pop(name) for name in names]


def hide(index: Index) -> None:
    """Take a file off the page, and serve it still."""
    [file] = take(index, SDIST)
    index.pages[f"/files/{SDIST}"] = (200, {}, file.content)


def replace(index: Index) -> None:
    """Delete a file, and answer at its address as some servers do at every address."""
    take(index, SDIST)
    index.pages[f"/files/{SDIST}"] = (200, {}, b"<h1>Not found</h1>")


def swap(index: Index) -> None:
    index.put(WHEEL, wheel(members={"x.py": b""}), core_metadata=index.files[WHEEL].core_metadata)


def respell(index: Index) -> None:
    [file] = take(index, SDIST)
    index.files["spam-1.0.0.tar.gz"] = file


def respell_other_bytes(index: Index) -> None:
    respell(index)
    index.files["spam-1.0.0.tar.gz"].content = b"other"


def add_late(index: Index) -> None:
    first = min(file.uploaded for file in index.files.values())
    index.put(OTHER, b"late", uploaded=first + timedelta(days=20))


def make_again(index: Index, *names: str) -> None:
    for name in names:
        index.files[name].uploaded += timedelta(hours=1)


def send_other_content(index: Index) -> None:
    index.files[SDIST].content = b"other"


def silence(index: Index) -> None:
    index.pages[f"/files/{SDIST}"] = (404, {}, b"")


def break_provenance(index: Index, content: bytes | None) -> None:
    status = 404 if content is None else 200
    index.pages[f"/integrity/{SDIST}"] = (status, {}, content or b"")


def append_as_a_stranger(index: Index) -> None:
    index.put(OTHER, b"appended")
    prove(index, OTHER, publisher=STRANGER)


State = tuple[Callable[[Index], object], list[tuple[str, str]], str]

STATES: dict[str, State] = {
    "as it was": (lambda index: None, [], ""),
    "variants": (lambda index: index.put("spam-1.0-variants.json", b"{}"), [], ""),
    "deleted": (
        lambda index: take(index, SDIST),
        [("missing", SDIST)],
        "it was deleted: it was shown on",
    ),
    "release gone": (
        lambda index: [take(index, *NAMES), index.put("spam-0.9.tar.gz", b"")],
        [("missing", name) for name in NAMES],
        "the release was deleted or quarantined: it was shown on",
    ),
    "project quarantined": (
        lambda index: index.statuses.update(spam=Status("quarantined", "malware")),
        [("missing", name) for name in NAMES],
        "the project is quarantined (malware)",
    ),
    "project gone": (
        lambda index: take(index, *NAMES),
        [("missing", name) for name in NAMES],
        "the project is gone",
    ),
    "appended": (
        lambda index: index.put(OTHER, b"appended"),
        [("unexpected", OTHER)],
        "; it has no provenance, which others have",
    ),
    "swapped": (swap, [("different", WHEEL)], "it was swapped on"),
    "respelled": (respell, [("respelled", SDIST)], "and shown as spam-1.0.0.tar.gz"),
    "yanked": (
        lambda index: setattr(index.files[SDIST], "yanked", "broken"),
        [("yanked", SDIST)],
        "shown as yanked (broken)",
    ),
    "metadata": (
        lambda index: setattr(index.files[WHEEL], "core_metadata", "0" * 64),
        [("metadata", WHEEL)],
        f"and shown with {'0' * 64}",
    ),
    "metadata gone": (
        lambda index: setattr(index.files[WHEEL], "core_metadata", None),
        [("metadata", WHEEL)],
        "shown with core metadata before, and without any now",
    ),
    "unproven": (
        lambda index: setattr(index.files[SDIST], "provenance", None),
        [("unproven", SDIST)],
        "shown with provenance before, and without any now",
    ),
    "recreated": (
        lambda index: make_again(index, *NAMES),
        [("recreated", "")],
        "the release was deleted and made again",
    ),
    "a file recreated": (
        lambda index: make_again(index, SDIST),
        [("recreated", SDIST)],
        "the same content was deleted and made again",
    ),
}
"""What is done to the index, the differences by then, and what is said of them."""

DEEP: dict[str, State] = {
    "as it was": (lambda index: None, [], ""),
    "unlisted": (hide, [("unlisted", SDIST)], f"/files/{SDIST}; it was deleted: it was shown on"),
    "deleted": (lambda index: take(index, SDIST), [("missing", SDIST)], "it was deleted"),
    "replaced": (replace, [("missing", SDIST)], "it was deleted"),
    "other bytes": (send_other_content, [("different", SDIST)], "and served with sha256"),
    "respelled": (
        respell_other_bytes,
        [("different", SDIST), ("respelled", SDIST)],
        "and served with sha256",
    ),
    "unreachable": (silence, [("unreachable", SDIST)], "shown, and nothing is served at http"),
    "other metadata": (
        lambda index: give_metadata(index, WHEEL, b"Name: ham"),
        [("metadata", WHEEL)],
        "is served",
    ),
    "no metadata": (
        lambda index: index.pages.pop(f"/files/{WHEEL}.metadata"),
        [("metadata", WHEEL)],
        "and nothing is served",
    ),
    "other publisher": (
        lambda index: prove(index, SDIST, publisher=STRANGER),
        [("publisher", SDIST)],
        "before, and by GitHub repository=mallory/spam workflow=release.yml now",
    ),
    "provenance of other content": (
        lambda index: break_provenance(index, provenance("0" * 64)),
        [("unproven", SDIST)],
        "its provenance is of other content",
    ),
    "provenance that is none": (
        lambda index: break_provenance(index, b"[]"),
        [("unproven", SDIST)],
        "its provenance cannot be read: expected an object",
    ),
    "provenance that is not served": (
        lambda index: break_provenance(index, None),
        [("unproven", SDIST)],
        "its provenance is shown, and not served",
    ),
    "a stranger appends": (
        append_as_a_stranger,
        [("publisher", OTHER), ("unexpected", OTHER)],
        "published by GitHub repository=mallory/spam workflow=release.yml, and other files by",
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_state(published: Published, name: str) -> None:
    """Each state is told apart by the page and the receipt, with its cause, on every face."""
    change, expected, said = STATES[name]
    change(published.index)
    found = published.differences()
    assert [(one["kind"], one["file"]) for one in found] == expected
    result = published()
    assert said in " ".join(result.stdout.split()) if expected else "exact spam" in result.stdout
    annotated = published.stage(
        "verify", *published.address, environ={"GITHUB_ACTIONS": "true"}
    ).stderr
    assert annotated.count("::error title=stage verify::") == len(expected)
    assert said in annotated


@pytest.mark.parametrize("name", DEEP)
def test_deep(published: Published, name: str) -> None:
    """What no page tells is found by the bytes, the documents and the addresses."""
    change, expected, said = DEEP[name]
    change(published.index)
    found = published.differences("--deep")
    assert [(one["kind"], one["file"]) for one in found] == expected
    assert all(said in f"{one['message']}; {one['cause']}" for one in found if one == found[0])


@pytest.mark.parametrize("arguments", [(), ("--deep",)])
def test_unreachable_without_digests(published: Published, arguments: tuple[str, ...]) -> None:
    """Where digests are made by download, a file that is not served is said to be just that."""
    published.index.has_hashes = False
    silence(published.index)
    [difference] = published.differences(*arguments)
    assert (difference["kind"], difference["file"]) == ("unreachable", SDIST)


def test_unyanked(published: Published) -> None:
    """A yank that was taken back since the receipt."""
    published.index.files[SDIST].yanked = "broken"
    assert published.stage("publish", *published.address).status == 0
    published.index.files[SDIST].yanked = None
    assert [one["kind"] for one in published.differences()] == ["unyanked"]


def test_stale(published: Published) -> None:
    """A page of before the receipt is stale, whatever it shows: status 6, and a warning."""
    published.index.serial = 9
    assert published.stage("publish", *published.address).status == 0
    published.index.serial = 8
    take(published.index, SDIST)
    [difference] = published.differences()
    assert difference["cause"].startswith("the answer is stale")
    result = published.stage("verify", *published.address, environ={"GITHUB_ACTIONS": "true"})
    assert result.stdout.startswith("stale spam==1.0 on ")
    assert "::warning title=stage verify::" in result.stderr
    assert "::error" not in result.stderr


def test_not_seen_yet(published: Published) -> None:
    """Without a receipt the journal tells when it was published; caches may lag behind: status 6.

    Of another index it tells nothing.
    """
    [receipt] = (published.stage.folder / ".stage/releases/spam-1.0/receipts").iterdir()
    receipt.unlink()
    take(published.index, SDIST)
    [difference] = published.differences()
    assert difference["cause"].startswith("published on ")
    assert "caches may answer so for some minutes" in published().stdout
    with LegacyServer() as other:
        elsewhere = ("--repository-url", other.url, "--simple-url", other.simple_url)
        result = published.stage("verify", *elsewhere, "--json")
    [release] = result.report["releases"]
    assert {one["cause"] for one in release["differences"]} == {"the index has no such project"}
    assert result.status == 1


def test_stale_and_other_bytes(published: Published) -> None:
    """What is served now is wrong now, however old the page is; a file that it lacks may be due."""
    published.index.serial = 9
    assert published.stage("publish", *published.address).status == 0
    published.index.serial = 8
    hide(published.index)
    assert published("--deep").status == 6
    published.index.files[WHEEL].content = b"other"
    result = published("--deep", "--json")
    assert (result.status, result.report["releases"][0]["is_stale"]) == (1, False)
    kinds = [one["kind"] for one in result.report["releases"][0]["differences"]]
    assert kinds == ["different", "unlisted"]


def test_late(published: Published) -> None:
    """After the time in which PyPI takes files; another index has no such rule that we know."""
    add_late(published.index)
    assert [one["kind"] for one in published.differences()] == ["unexpected"]
    project = published.stage.folder / "pyproject.toml"
    project.write_text(
        f'[tool.stage.index.near]\nupload-url = "{published.index.url}"\nprofile = "pypi"\n'
    )
    result = published.stage("verify", "-r", "near", "--json")
    kinds = [one["kind"] for one in result.report["releases"][0]["differences"]]
    assert kinds == ["late", "unexpected"]


class TestWithoutAReceipt:
    """A manifest alone tells less, and claims no more."""

    @pytest.fixture
    def alone(self, published: Published) -> Published:
        """The manifest in a file, and no stage."""
        folder = published.stage.folder
        kept = folder / ".stage/releases/spam-1.0"
        (kept / "manifests/1.json").rename(folder / "manifest.json")
        [receipt] = (kept / "receipts").iterdir()
        receipt.rename(folder / "receipt.json")
        (folder / ".stage").rename(folder / "gone")
        return published

    def check(self, alone: Published, *arguments: str) -> list[tuple[str, str]]:
        found = alone.differences("--manifest", "manifest.json", *arguments)
        return [(one["kind"], one["cause"]) for one in found]

    def test_missing(self, alone: Published) -> None:
        """Why is not known; with the receipt in a file it is."""
        take(alone.index, SDIST)
        assert self.check(alone) == [("missing", "")]
        [(kind, cause)] = self.check(alone, "--receipt", "receipt.json")
        assert kind == "missing"
        assert cause.startswith("it was deleted")

    def test_receipt_of_another_index(self, alone: Published) -> None:
        """Times and addresses are then no sign of a change, and that is said."""
        path = alone.stage.folder / "receipt.json"
        arguments = ("--manifest", "manifest.json", "--receipt", "receipt.json")
        assert "warning" not in alone(*arguments).stderr
        receipt = json.loads(path.read_bytes())
        path.write_text(json.dumps({**receipt, "url": "https://elsewhere.example/"}))
        said = " ".join(alone(*arguments).stderr.split())
        assert f"is of https://elsewhere.example/, and {alone.index.url} is asked" in said

    def test_dead_address(self, alone: Published) -> None:
        """That an address does not answer any more takes nothing from what the page tells."""
        path = alone.stage.folder / "receipt.json"
        path.write_text(path.read_text().replace(f":{alone.index.port}/files/", ":9/files/"))
        take(alone.index, SDIST)
        [(kind, cause)] = self.check(alone, "--deep", "--receipt", "receipt.json")
        assert kind == "missing"
        assert cause.startswith("it was deleted")

    def test_project_unknown(self, alone: Published) -> None:
        """It may never have been there."""
        take(alone.index, *NAMES)
        assert set(self.check(alone)) == {("missing", "the index has no such project")}

    def test_mixed_publishers(self, alone: Published) -> None:
        """The files of a release are compared with each other."""
        prove(alone.index, SDIST, publisher=STRANGER)
        [difference] = alone.differences("--manifest", "manifest.json", "--deep")
        assert (difference["kind"], difference["file"]) == ("publisher", SDIST)
        assert "and other files by GitHub repository=example/spam" in difference["message"]

    def test_mixed_provenance(self, alone: Published) -> None:
        """A file that nobody vouches for stands out beside those that are."""
        alone.index.files[SDIST].provenance = None
        assert self.check(alone) == []
        [difference] = alone.differences("--manifest", "manifest.json", "--deep")
        assert (difference["kind"], difference["file"]) == ("unproven", SDIST)
        assert difference["message"] == "shown without provenance, which 2 others have"

    def test_no_address(self, alone: Published) -> None:
        """Where files stand elsewhere, there is nothing to ask."""
        take(alone.index, SDIST)
        assert self.check(alone, "--deep") == [("missing", "")]

    def test_content_address(self, alone: Published) -> None:
        """A missing file is asked for at the address that its content has on the file host."""
        folder = alone.stage.folder
        manifest = json.loads((folder / "manifest.json").read_bytes())
        [digest] = [
            one["annotations"]["blake2b256"] for one in manifest["subject"] if one["name"] == SDIST
        ]
        address = f"/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{SDIST}"
        [file] = take(alone.index, SDIST)
        alone.index.put("spam-0.9.tar.gz", b"")
        page = as_json("spam", alone.index.files, has_hashes=True, has_times=True)
        old = f"/packages/00/11/{'2' * 60}/spam-0.9.tar.gz"
        page = page.replace(b"/files/spam-0.9.tar.gz", old.encode())
        alone.index.pages["/legacy/simple/spam/"] = (200, {"Content-Type": JSON}, page)
        assert self.check(alone, "--deep") == [("missing", "")]
        alone.index.pages[address] = (200, {}, file.content)
        [(kind, cause)] = self.check(alone, "--deep")
        assert (kind, cause) == ("unlisted", "not propagated yet, or taken off the page")

"""``stage export``: the document on stdout, and nothing else."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli_streams import surroundings
from exporting import receipt_of
from samples import write
from staging import SDIST, WHEEL, WINDOWS
from twine_stage.cli.run import run
from twine_stage.exports import FORMATS
from twine_stage.manifest import Manifest

Stage = Any
NAMES = (WINDOWS, WHEEL, SDIST)


@pytest.fixture
def published(stage: Stage, tmp_path: Path) -> Stage:
    """A release that was published to the folder ``index`` and to that of the stage."""
    write(tmp_path / "dist", *NAMES)
    for index in (("--repository-url", "index"), ("-r", "local")):
        result = stage("publish", "dist/*", *index, "--wait", "0", "-y")
        assert result.status == 0, result.stderr
    return stage


@pytest.mark.parametrize("form", FORMATS)
def test_stdout_is_the_document(published: Stage, form: str) -> None:
    """To the byte what --output writes, and what --json has in its report."""
    shown = published("export", form, "-r", "local")
    assert shown.status == 0, shown.stderr
    assert shown.stderr == ""
    written = published("export", form, "-r", "local", "--output", "out")
    assert written.stdout == f"wrote {published.folder / 'out'}: {form} of spam==1.0\n"
    assert (published.folder / "out").read_bytes().decode() == shown.stdout
    told = published("export", form, "-r", "local", "--json")
    assert told.document["command"] == "export"
    assert told.report == {
        "format": form,
        "releases": ["spam==1.0"],
        "output": None,
        "document": shown.stdout,
    }


def test_an_index_is_named_in_any_way(published: Stage) -> None:
    """By its name, its URL, or the id that its receipts are kept under."""
    local = published("export", "urls", "-r", "local").stdout
    by_url = published("export", "urls", "--repository-url", "index").stdout
    several = published("export", "urls")
    assert several.status == 2
    (identity,) = [word for word in several.stderr.split() if word.startswith("index-")][:1]
    by_id = published("export", "urls", "-r", identity.rstrip(",.")).stdout
    assert by_url == by_id != local
    assert all("/index/files/" in line for line in by_url.splitlines())


def test_the_hint_names_an_index_as_publish_takes_it(published: Stage, tmp_path: Path) -> None:
    """Not by the id that its receipts are kept under."""
    write(tmp_path / "next", "spam-1.1.tar.gz")
    published("add", "next/*")
    published("freeze")
    folder = (tmp_path / "index").as_uri()
    (identity,) = [
        path.stem.removeprefix("1-") for path in tmp_path.glob(".stage/releases/*/receipts/1-i*")
    ]
    for named, option in (
        (("-r", "local"), "-r local"),
        (("--repository-url", "index"), f"--repository-url {folder}"),
        (("-r", identity), f"--repository-url {folder}"),
    ):
        refused = published("export", "urls", "spam==1.1", *named, "--json")
        hint = refused.document["error"]["hint"]
        assert hint.removesuffix("/").endswith(f"stage publish {option}")
        assert published(*hint.partition("stage ")[2].split(), "--dry-run").status == 0
    unknown = published("export", "urls", "spam==1.1", "-r", "nobody")
    assert (unknown.status, "no index 'nobody' is configured" in unknown.stderr) == (2, True)


def test_what_was_yanked_since_is_known_after_publishing_again(published: Stage) -> None:
    """Nothing is sent then, but the receipt is of what the index shows now."""
    (page,) = published.folder.glob("index/simple/spam/index.json")
    listed = json.loads(page.read_bytes())
    for file in listed["files"]:
        file["yanked"] = "broken"
    page.write_text(json.dumps(listed))
    versions = ("export", "versions", "--repository-url", "index")
    assert json.loads(published(*versions).stdout)["latest"] == "1.0"
    again = published("publish", "spam==1.0", "--repository-url", "index", "--wait", "0", "-y")
    assert again.status == 0
    assert json.loads(published(*versions).stdout)["latest"] is None


def test_on_a_terminal_no_line_is_folded(published: Stage) -> None:
    """It may be copied from there."""
    piped = published("export", "snippets", "-r", "local").stdout
    shown = published("export", "snippets", "-r", "local", answers="", environ={"FORCE_COLOR": "1"})
    assert shown.stdout == piped


def test_ends_of_lines_are_those_of_the_document(published: Stage) -> None:
    """Also where a system would write others; sha256sum takes no others."""
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii", newline="\r\n")
    around = surroundings(published.folder, stdout=stdout)
    assert run(["export", "sha256sums"], around) == 0
    assert b"\r" not in raw.getvalue()
    assert raw.getvalue().count(b"\n") == len(NAMES)


def test_a_manifest_and_a_receipt_need_no_stage(published: Stage, tmp_path: Path) -> None:
    """Whoever has the two files can make all formats."""
    (path,) = (published.folder / ".stage").glob("releases/*/manifests/1.json")
    manifest = Manifest.loads(path.read_bytes())
    (tmp_path / "kept.json").write_bytes(path.read_bytes())
    (tmp_path / "receipt.json").write_bytes(receipt_of(manifest).dumps())
    nowhere = ("--stage-dir", tmp_path / "nowhere")
    given = ("--manifest", "kept.json", "--receipt", "receipt.json")
    assert published("export", "urls", *given, *nowhere).status == 0
    assert published("export", "requirements", *given[:2], *nowhere).status == 0
    told = published("export", "cyclonedx", *given, *nowhere)
    assert told.status == 0
    assert told.stderr.startswith("warning: spam==1.0: what is in")
    missing = published("export", "urls", *given[:2])
    assert missing.status == 3
    assert "hint: Name it beside the manifest: --receipt FILE" in missing.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["yaml"], "expected a format, one of sha256sums"),
        (["urls", "--receipt", "x"], "--receipt: expected --manifest beside it"),
        (["urls", "spam", "--manifest", "x"], "--manifest: expected no release and no index"),
        (["urls", "-r", "pypi", "--manifest", "x"], "--manifest: expected no release and no index"),
        (["urls", "--manifest", "x"], "expected a manifest at"),
        (["urls", "-r", "nobody"], "nobody"),
    ],
)
def test_what_cannot_be_meant(published: Stage, arguments: list[str], problem: str) -> None:
    """It is said in one sentence, and stdout stays empty."""
    result = published("export", *arguments)
    assert result.status == 2
    assert problem in result.stderr
    assert result.stdout == ""


def test_without_a_stage_there_is_nothing_to_export(stage: Stage) -> None:
    """The way out is named."""
    assert stage("export", "sha256sums").status == 3

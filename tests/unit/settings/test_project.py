"""What a project says in ``[tool.stage]``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from twine_stage.errors import LocalError, UsageError
from twine_stage.settings import ProjectIndex, ProjectSettings, load_project

TOKEN = "pypi-recognisable-token-in-the-tests"


def write(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str) -> ProjectSettings:
    write(folder, text)
    return load_project(folder)


def test_everything(tmp_path: Path) -> None:
    """All keys there are."""
    assert load(
        tmp_path,
        """
        [tool.stage]
        prompt-after = "12 hours"
        repository = "company"

        [tool.stage.index.company]
        upload-url = "https://example.org/up/"
        simple-url = "https://example.org/simple/"
        api = "legacy"

        [tool.stage.index.pypi]
        """,
    ) == ProjectSettings(
        prompt_after=timedelta(hours=12),
        repository="company",
        indexes={
            "company": ProjectIndex(
                "https://example.org/up/", "https://example.org/simple/", "legacy"
            ),
            "pypi": ProjectIndex(),
        },
    )


@pytest.mark.parametrize("text", ["", "[project]\nname = 'spam'\n", "[tool.stage]\n"])
def test_nothing(tmp_path: Path, text: str) -> None:
    """A project need not say anything."""
    assert load(tmp_path, text) == ProjectSettings()
    assert ProjectSettings().prompt_after == timedelta(days=1)


def test_it_is_found_upwards(tmp_path: Path) -> None:
    """The nearest counts, and a folder in it is one of the project."""
    write(tmp_path, "[tool.stage.index.mine]\nupload-url = './index'\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load_project(below).indexes == {"mine": ProjectIndex(str(tmp_path / "index"))}
    write(below, "[tool.stage]\n")
    assert load_project(below) == ProjectSettings()


def test_without_any(tmp_path: Path) -> None:
    """A folder in the root of the disk belongs to no project."""
    assert load_project(Path(tmp_path.anchor)) == ProjectSettings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 days", timedelta()),
        ("1 minute", timedelta(minutes=1)),
        ("90 minutes", timedelta(minutes=90)),
        (" 12hours ", timedelta(hours=12)),
        ("2 weeks", timedelta(weeks=2)),
    ],
)
def test_durations(tmp_path: Path, text: str, expected: timedelta) -> None:
    """A number and a word."""
    assert load(tmp_path, f"[tool.stage]\nprompt-after = '{text}'\n").prompt_after == expected


@pytest.mark.parametrize("value", ["'soon'", "'1'", "1", "'-1 day'", "'1.5 hours'", "''"])
def test_a_duration_that_is_none(tmp_path: Path, value: str) -> None:
    """The message says what was expected, the hint how it is written."""
    with pytest.raises(UsageError, match="prompt-after: expected a number and") as raised:
        load(tmp_path, f"[tool.stage]\nprompt-after = {value}\n")
    assert "12 hours" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tool = 1", "[tool]: expected a table"),
        ("[tool]\nstage = 1", "[tool.stage]: expected a table"),
        ("[tool.stage]\nindex = []", "[tool.stage.index]: expected a table"),
        ("[tool.stage.index]\na = 'x'", "[tool.stage.index.a]: expected a table"),
        ("[tool.stage]\nrepository = 1", "[tool.stage] repository: expected a text"),
        ("[tool.stage]\nspam = 1", "[tool.stage] spam: unknown; expected one of index, "),
        ("[tool.stage.index.a]\nurl = 'x'", "[tool.stage.index.a] url: unknown; expected one of"),
        ("[tool.stage.index.a]\nupload-url = 1", "upload-url: expected a text"),
        ("[tool.stage.index.a]\napi = 'xmlrpc'", "api: expected one of auto, 2.0, legacy"),
        ("[tool.stage.index.a]\nupload-url = 'ftp://example.org/'", "upload-url: expected a URL"),
        ("[tool.stage.index.a]\nsimple-url = './index'", "simple-url: expected a URL that"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    """Whoever wrote it finds the line."""
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        load_project(tmp_path)
    assert raised.value.message.startswith(f"{path}: ")
    assert problem in raised.value.message


@pytest.mark.parametrize(
    "key", ["password", "token", "username", "api-token", "client-key", "secret", "auth"]
)
@pytest.mark.parametrize("table", ["tool.stage", "tool.stage.index.company"])
def test_a_credential_is_refused(tmp_path: Path, table: str, key: str) -> None:
    """Everybody can read the file; the key is named, the value is not."""
    with pytest.raises(UsageError) as raised:
        load(tmp_path, f"[{table}]\n{key} = '{TOKEN}'\n")
    assert f"[{table}] {key}: a credential does not belong here" in raised.value.message
    assert "environment" in raised.value.hint
    assert TOKEN not in f"{raised.value.message}{raised.value.hint}"


@pytest.mark.parametrize("key", ["upload-url", "simple-url"])
@pytest.mark.parametrize("user_info", [TOKEN, f"me:{TOKEN}", f":{TOKEN}"])
def test_a_url_with_a_credential_is_refused(tmp_path: Path, key: str, user_info: str) -> None:
    """It is a credential as well."""
    with pytest.raises(UsageError, match="without user name and password") as raised:
        load(tmp_path, f"[tool.stage.index.a]\n{key} = 'https://{user_info}@example.org/'\n")
    assert TOKEN not in raised.value.message


def test_a_file_that_is_not_toml(tmp_path: Path) -> None:
    """The place is told."""
    with pytest.raises(LocalError, match=r"cannot be read as TOML: .*line 1"):
        load(tmp_path, "[tool.stage\n")
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(LocalError, match="cannot be read as TOML"):
        load_project(tmp_path)

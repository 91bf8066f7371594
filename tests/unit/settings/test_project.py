"""What a project says in ``[tool.stage]``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from twine_stage.errors import LocalError, UsageError
from twine_stage.policy import Policy
from twine_stage.profiles import GENERIC, PYPI, Profile
from twine_stage.settings import ProjectIndex, ProjectSettings, load_project
from twine_stage.signers import Signer

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
        close-after-first = "2 weeks"
        close-after-last = "3 days"
        close-on-newer = "same-series"
        append = "refuse"
        repository = "company"

        [tool.stage.expect]
        ">=2.0" = ["*-win_amd64.whl", "*.tar.gz"]
        "<2" = "*.tar.gz"

        [tool.stage.check]
        ignore = ["M211", "P"]
        strict = true

        [tool.stage.signature]
        identity = "me@example.org"
        issuer = "https://issuer.example.org"

        [tool.stage.index.company]
        upload-url = "https://example.org/up/"
        simple-url = "https://example.org/simple/"
        api = "legacy"
        profile = "pypi"
        max-file-size = "300 MB"
        max-project-size = "none"
        window = "3 days"

        [tool.stage.index.pypi]
        """,
    ) == ProjectSettings(
        policy=Policy(
            prompt_after=timedelta(hours=12),
            close_after_first=timedelta(days=14),
            close_after_last=timedelta(days=3),
            close_on_newer="same-series",
            append="refuse",
        ),
        repository="company",
        expected={">=2.0": ("*-win_amd64.whl", "*.tar.gz"), "<2": ("*.tar.gz",)},
        ignore=("M211", "P"),
        is_strict=True,
        signer=Signer("me@example.org", "https://issuer.example.org"),
        indexes={
            "company": ProjectIndex(
                "https://example.org/up/",
                "https://example.org/simple/",
                "legacy",
                profile="pypi",
                limits={
                    "max_file_size": 300_000_000,
                    "max_project_size": None,
                    "window": timedelta(days=3),
                },
            ),
            "pypi": ProjectIndex(),
        },
    )


@pytest.mark.parametrize("text", ["", "[project]\nname = 'spam'\n", "[tool.stage]\n"])
def test_nothing(tmp_path: Path, text: str) -> None:
    """A project need not say anything."""
    assert load(tmp_path, text) == ProjectSettings()
    assert ProjectSettings().policy == Policy(prompt_after=timedelta(days=1))


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
    found = load(tmp_path, f"[tool.stage]\nprompt-after = '{text}'\n")
    assert found.policy.prompt_after == expected


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
        ("[tool.stage]\nspam = 1", "[tool.stage] spam: unknown; expected one of append, check"),
        ("[tool.stage.index.a]\nurl = 'x'", "[tool.stage.index.a] url: unknown; expected one of"),
        ("[tool.stage.index.a]\nupload-url = 1", "upload-url: expected a text"),
        ("[tool.stage.index.a]\napi = 'xmlrpc'", "api: expected one of auto, 2.0, legacy"),
        ("[tool.stage.index.a]\nupload-url = 'ftp://example.org/'", "upload-url: expected a URL"),
        ("[tool.stage.index.a]\nsimple-url = './index'", "simple-url: expected a URL that"),
        ("[tool.stage.index.a]\nprofile = 'devpi'", "profile: expected one of pypi, generic"),
        (
            "[tool.stage.index.a]\nwindow = 'never'",
            "[tool.stage.index.a] window: expected a number",
        ),
        ("[tool.stage.index.a]\nmax-file-size = 3", "max-file-size: expected a number and B, kB"),
        ("[tool.stage]\nclose-on-newer = 'series'", "close-on-newer: expected one of never, same-"),
        ("[tool.stage]\nclose-on-newer = true", "[tool.stage] close-on-newer: expected a text"),
        ("[tool.stage]\nclose-after-last = 'never'", "close-after-last: expected a number and"),
        ("[tool.stage]\nappend = 'ask'", "append: expected one of prompt, refuse, allow, found"),
        ("[tool.stage]\nexpect = '*'", "[tool.stage.expect]: expected a table"),
        ("[tool.stage.expect]\n'2.0' = '*'", '[tool.stage.expect] "2.0": expected a version spec'),
        ("[tool.stage.expect]\n'>1' = 1", '">1": expected a pattern of filenames or a list'),
        ("[tool.stage.expect]\n'>1' = 3", "expected a pattern of filenames or a list of them"),
        ("[tool.stage.expect]\n'>1' = ['*', ' ']", "expected a pattern of filenames, found ' '"),
        ("[tool.stage]\ncheck = 1", "[tool.stage.check]: expected a table"),
        ("[tool.stage.check]\nselect = 'A'", "[tool.stage.check] select: unknown; expected one of"),
        ("[tool.stage.check]\nstrict = 1", "[tool.stage.check] strict: expected true or false"),
        ("[tool.stage]\nsignature = 'me'", "[tool.stage.signature]: expected a table"),
        (
            "[tool.stage.signature]\nidentity = 'me'",
            "expected identity and issuer, found one alone",
        ),
        ("[tool.stage.signature]\nissuer = 'me'", "expected identity and issuer, found one alone"),
        (
            "[tool.stage.signature]\nidentity = 1",
            "[tool.stage.signature] identity: expected a text",
        ),
        ("[tool.stage.signature]\ntoken = 'x'", "token: a credential does not belong here"),
        ("[tool.stage.check]\nignore = 211", "ignore: expected the code of a check or a list"),
        ("[tool.stage.check]\nignore = ['m2']", "ignore: expected the code of a check or its begi"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 B", 0),
        ("300 MB", 300_000_000),
        ("300MiB", 300 * 1024 * 1024),
        (" 1.5 GB ", 1_500_000_000),
        ("20 GiB", 20 * 1024**3),
        ("1 kB", 1000),
        ("2 TB", 2 * 1000**4),
    ],
)
def test_sizes(tmp_path: Path, text: str, expected: int) -> None:
    """Decimal units as they are, and binary ones with an i."""
    found = load(tmp_path, f"[tool.stage.index.a]\nmax-file-size = '{text}'\n")
    assert found.indexes["a"].limits == {"max_file_size": expected}


@pytest.mark.parametrize("text", ["300", "MB", "300 mb", "-1 MB", "1e3 MB", "1.0.0 MB", "1 Bi"])
def test_a_size_that_is_none(tmp_path: Path, text: str) -> None:
    """The hint says how it is written."""
    with pytest.raises(UsageError, match="max-project-size: expected a number and") as raised:
        load(tmp_path, f"[tool.stage.index.a]\nmax-project-size = '{text}'\n")
    assert raised.value.hint == 'For example: max-project-size = "300 MB"'


def test_what_is_not_said_of_an_index_is_as_usual() -> None:
    """A limit alone changes that limit, a profile brings its own."""
    larger = ProjectIndex(limits={"max_file_size": 7})
    assert larger.profiled(GENERIC) == Profile(name="generic", max_file_size=7)
    assert larger.profiled(PYPI).window == PYPI.window
    assert ProjectIndex(profile="pypi").profiled(GENERIC) == PYPI
    assert ProjectIndex().profiled(PYPI) == PYPI


def test_no_check_is_ignored_by_an_empty_list(tmp_path: Path) -> None:
    """It says nothing."""
    assert load(tmp_path, "[tool.stage.check]\nignore = []\n") == ProjectSettings()

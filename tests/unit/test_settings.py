"""Settings: which place wins, what is refused, and that no secret shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from twine_stage import twine_bridge
from twine_stage.errors import LocalError, UsageError
from twine_stage.profiles import GENERIC, PYPI
from twine_stage.settings import (
    Flags,
    Given,
    IndexSettings,
    ProjectIndex,
    ProjectSettings,
    load_index,
    load_project,
)
from twine_stage.settings.addresses import index_id
from twine_stage.settings.identities import has_identity

TOKEN = "pypi-AgEIcHlwaS5vcmcCJDNhNzM"
HOUSE = "https://example.org/legacy/"
PYPIRC = f"""\
[distutils]
index-servers =
    house
    bare
    local
[house]
repository = {HOUSE}
username = me
password = {TOKEN}
ca_cert = {{folder}}/ca.pem
[bare]
username = you
[local]
repository = https://example.org/local/
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A ``.pypirc`` and the certificates that it names."""
    (tmp_path / "ca.pem").touch()
    path = tmp_path / "pypirc"
    path.write_text(PYPIRC.format(folder=tmp_path))
    return str(path)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the configuration of whoever runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))


def load(
    environ: Mapping[str, str] | None = None,
    project: ProjectSettings | None = None,
    local: Path | None = None,
    **flags: str,
) -> IndexSettings:
    return load_index(
        Flags(**flags),  # type: ignore[arg-type]
        environ=environ or {},
        project=project or ProjectSettings(),
        local=local,
    )


def indexes(**known: ProjectIndex) -> ProjectSettings:
    return ProjectSettings(indexes=known)


def told(part: Given | None) -> tuple[str, str] | None:
    return (part.value, part.source) if part else None


class TestWhichIndex:
    def test_default(self) -> None:
        """Where nothing is said, it is PyPI."""
        found = load()
        known = twine_bridge.known_indexes()["pypi"]
        assert (found.id, found.url, found.simple_url) == (
            "pypi",
            known.upload_url,
            known.simple_url,
        )
        assert found.is_pypi

    def test_levels(self) -> None:
        """The command line wins over our variables, these over twine's."""
        environ = {"TWINE_REPOSITORY_URL": HOUSE, "STAGE_REPOSITORY": "testpypi"}
        assert load(environ).name == "testpypi"
        assert load(environ, repository="pypi").name == "pypi"
        assert load({"TWINE_REPOSITORY_URL": HOUSE}).url == HOUSE

    def test_url_wins(self) -> None:
        """Of a URL and a name that were given together, the URL counts, as twine has it."""
        assert load(repository="pypi", repository_url=HOUSE).url == HOUSE

    def test_profile(self, tmp_path: Path) -> None:
        """PyPI has its rules and others none, unless the project says more of them."""
        wide = ProjectIndex(limits={"max_file_size": 7})
        like = ProjectIndex(HOUSE, profile="pypi")
        project = ProjectSettings(indexes={"pypi": wide, "house": like, "local": wide})
        assert (load().profile, load(repository="testpypi").profile) == (PYPI, PYPI)
        assert load(repository_url=HOUSE).profile == GENERIC
        assert load(repository_url=str(tmp_path)).profile == GENERIC
        larger = replace(PYPI, max_file_size=7)
        assert load(project=project).profile == larger
        assert load(project=project, repository_url=load().url).profile == larger
        assert load(project=project, repository="house").profile == PYPI
        local = load(project=project, repository="local", local=tmp_path)
        assert local.profile == replace(GENERIC, max_file_size=7)

    def test_project_names_one(self) -> None:
        """A project may name the index that is meant where nothing else is said."""
        project = ProjectSettings(repository="house", indexes={"house": ProjectIndex(HOUSE)})
        assert load(project=project).id == "house"
        assert load({"TWINE_REPOSITORY": "pypi"}, project).id == "pypi"

    def test_own_variables(self) -> None:
        """What twine has no variable for is said by ours alone."""
        assert load({"STAGE_API": "legacy", "TWINE_API": "soap"}).api == "legacy"

    def test_empty_variable(self) -> None:
        """A variable that CI left empty says nothing."""
        assert load({"TWINE_REPOSITORY": "", "TWINE_CERT": ""}).name == "pypi"

    def test_project_default(self) -> None:
        """A project may say which index is meant where nothing else is said."""
        house = ProjectSettings(repository="house", indexes={"house": ProjectIndex(HOUSE)})
        assert load(project=house).name == "house"
        assert load({"TWINE_REPOSITORY": "pypi"}, project=house).name == "pypi"

    def test_variables_of_twine(self) -> None:
        """What twine has no variable for is read from ours only."""
        assert load({"TWINE_SIMPLE_URL": HOUSE, "TWINE_API": "soap"}).api == "auto"

    def test_url_of_known(self) -> None:
        """PyPI by its URL is the same index as by its name."""
        known = twine_bridge.known_indexes()["testpypi"]
        assert load(repository_url=known.upload_url).id == "testpypi"

    def test_sibling_of_known(self) -> None:
        """PyPI by the root of its Upload 2.0 is the same index; below it, it is PyPI still."""
        known = twine_bridge.known_indexes()["pypi"]
        root = known.upload_url.removesuffix("legacy/") + "2.0/"
        found = load(repository_url=root)
        assert (found.id, found.is_pypi, found.simple_url) == ("pypi", True, known.simple_url)
        below = load(repository_url=f"{root}x/")
        assert (below.name, below.is_pypi) == (None, True)
        assert not load(repository_url=root.replace("2.0", "2.00")).is_pypi

    def test_pypirc(self, config: str) -> None:
        """A name may stand in ``.pypirc``."""
        found = load(repository="house", config_file=config)
        assert (found.id, found.url) == ("house", HOUSE)
        assert told(found.password) == (TOKEN, f"[house] in {config}")
        assert found.ca_bundle is not None
        assert f"[house] in {config}" in found.looked_at

    def test_project(self) -> None:
        """A name may stand in ``pyproject.toml``, with all that it takes to read the index."""
        one = ProjectIndex(HOUSE, "https://example.org/simple/", "legacy")
        found = load(project=indexes(house=one), repository="house")
        assert (found.url, found.simple_url, found.api) == (HOUSE, one.simple_url, "legacy")

    def test_project_completes(self) -> None:
        """A project may say only how a known index is read."""
        one = ProjectIndex(simple_url="https://example.org/mirror/")
        found = load(project=indexes(pypi=one))
        assert found.url == twine_bridge.known_indexes()["pypi"].upload_url
        assert found.simple_url == "https://example.org/mirror/"

    def test_project_and_pypirc(self, config: str) -> None:
        """The URL may stand in the project and the credentials in ``.pypirc``."""
        project = indexes(house=ProjectIndex(HOUSE), bare=ProjectIndex(HOUSE))
        found = load(project=project, repository="house", config_file=config)
        assert told(found.username) == ("me", f"[house] in {config}")
        found = load(project=project, repository="bare", config_file=config)
        assert told(found.username) == ("you", f"[bare] in {config}")

    def test_project_cannot_redirect(self, config: str) -> None:
        """A project cannot send the credentials of an index to another place."""
        elsewhere = indexes(house=ProjectIndex("https://evil.example.org/"))
        found = load(project=elsewhere, repository="house", config_file=config)
        assert found.password is None

    @pytest.mark.parametrize("name", [f"https://{TOKEN}@example.org/", "./index"])
    def test_no_name(self, name: str) -> None:
        """A URL or path in the place of a name is not repeated: it may hold a secret."""
        with pytest.raises(UsageError, match="this is no name") as caught:
            load(repository=name)
        assert TOKEN not in caught.value.message

    @pytest.mark.parametrize("name", ["nowhere", "bare"])
    def test_unknown(self, name: str, config: str) -> None:
        """A name that nobody configured, or without a URL, is an error that says where to."""
        with pytest.raises(UsageError, match=f"no index '{name}' is configured"):
            load(repository=name, config_file=config)


class TestLocal:
    def test_stage(self, tmp_path: Path) -> None:
        """``local`` is the index in the stage."""
        found = load(repository="local", local=tmp_path)
        assert (found.id, found.directory, found.api) == ("local", tmp_path, "directory")

    def test_configured(self, tmp_path: Path, config: str) -> None:
        """A configured index of that name wins."""
        found = load(repository="local", local=tmp_path, config_file=config)
        assert found.url == "https://example.org/local/"

    def test_no_stage(self) -> None:
        """Without a stage there is no such index."""
        with pytest.raises(UsageError, match="there is no stage here"):
            load(repository="local")


class TestFolders:
    @pytest.mark.parametrize("text", ["./index", "index", "build/index", "{tmp}", "{tmp}/a.b"])
    def test_path(self, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A path is a directory index."""
        monkeypatch.chdir(tmp_path)
        text = text.format(tmp=tmp_path)
        found = load(repository_url=text)
        assert found.directory == (tmp_path / text).absolute()
        assert found.api == "directory"
        assert found.url.startswith("file:///")

    def test_file_url(self, tmp_path: Path) -> None:
        """A ``file:`` URL is too; both have one id."""
        found = load(repository_url=(tmp_path / "my index").as_uri())
        assert found.directory == tmp_path / "my index"
        assert found.id.startswith("my-index-")
        assert found.id == load(repository_url=str(tmp_path / "my index")).id

    def test_configured(self, tmp_path: Path) -> None:
        """A project may configure one, by the name that it then has."""
        found = load(project=indexes(shelf=ProjectIndex(str(tmp_path))), repository="shelf")
        assert (found.id, found.directory) == ("shelf", tmp_path)

    @pytest.mark.parametrize("text", ["example.org/legacy/", "localhost", "host:8080", " "])
    def test_ambiguous(self, text: str) -> None:
        """A URL whose beginning was forgotten does not become a folder."""
        with pytest.raises(UsageError, match="--repository-url: expected a URL"):
            load(repository_url=text)

    def test_other_host(self) -> None:
        """A ``file:`` URL of another machine means nothing here."""
        with pytest.raises(UsageError, match="another host"):
            load(repository_url="file://example.org/index")

    def test_contradictions(self, tmp_path: Path) -> None:
        """A folder speaks no legacy API, and a URL is no folder."""
        for api in ("legacy", "2.0"):
            with pytest.raises(UsageError, match=f"for the {api} API, found a folder"):
                load(repository_url=str(tmp_path), api=api)
        with pytest.raises(UsageError, match="the path of a folder"):
            load({"STAGE_API": "directory"}, repository_url=HOUSE)


class TestUrls:
    def test_user_info(self) -> None:
        """User info is taken out of the URL, decoded, and shown nowhere."""
        found = load({"TWINE_REPOSITORY_URL": f"https://a%40b:{TOKEN}@example.org/legacy/"})
        assert found.url == HOUSE
        assert told(found.username) == ("a@b", "the user info of TWINE_REPOSITORY_URL")
        assert told(found.password) == (TOKEN, "the user info of TWINE_REPOSITORY_URL")
        assert TOKEN not in f"{found!r} {found}"
        assert found.id == load(repository_url=HOUSE).id

    def test_user_info_loses(self) -> None:
        """What command line and environment say is stronger."""
        found = load({"TWINE_PASSWORD": "x"}, repository_url=f"https://u:{TOKEN}@example.org/")
        assert told(found.password) == ("x", "TWINE_PASSWORD")

    @pytest.mark.parametrize(
        "text",
        ["ftp://example.org/", f"https://{TOKEN}@/", "https://[", "https://e:x/", "https://e /"],
    )
    def test_nonsense(self, text: str) -> None:
        """What is no URL of HTTP is refused, and not repeated."""
        with pytest.raises(UsageError, match="--repository-url: expected a URL") as caught:
            load(repository_url=text)
        assert TOKEN not in caught.value.message

    def test_simple_url(self) -> None:
        """The simple URL is given by flag or variable, and holds no secret."""
        assert load({"STAGE_SIMPLE_URL": HOUSE}).simple_url == HOUSE
        with pytest.raises(UsageError, match="--simple-url: expected a URL without") as caught:
            load(simple_url=f"https://u:{TOKEN}@example.org/simple/")
        assert TOKEN not in caught.value.message

    def test_flags_hide(self) -> None:
        """The flags themselves show no secret."""
        assert TOKEN not in repr(Flags(password=TOKEN, username=TOKEN, repository_url=TOKEN))

    def test_api(self) -> None:
        """An interface that does not exist is refused."""
        with pytest.raises(
            UsageError, match=r"--api: expected one of auto, 2\.0, legacy, directory"
        ):
            load(api="soap")


class TestIds:
    def test_host(self) -> None:
        """Without a name, host and URL make the id; each URL has its own."""
        one, two = index_id(None, HOUSE), index_id(None, f"{HOUSE}x/")
        assert one.startswith("example.org-")
        assert len(one) == len("example.org-") + 8
        assert one != two

    def test_unfit_name(self) -> None:
        """A name that is no filename is not used for one."""
        assert index_id("../up", HOUSE) == index_id(None, HOUSE)

    def test_no_host(self) -> None:
        """A folder without a name has an id too."""
        assert index_id(None, "file:///", directory=Path("/")).startswith("index-")


class TestCertificates:
    def test_given(self, tmp_path: Path) -> None:
        """Certificates come from flag, variable or ``.pypirc``."""
        pem = tmp_path / "my.pem"
        pem.touch()
        found = load({"TWINE_CERT": str(pem)}, client_cert="~/my.pem")
        assert (found.ca_bundle, found.client_cert) == (str(pem), str(pem))

    def test_missing(self) -> None:
        """A file that is not there is named."""
        with pytest.raises(UsageError, match=r"--cert: there is no file missing\.pem"):
            load(cert="missing.pem")
        with pytest.raises(UsageError, match="there is no file"):
            load(cert="x" * 5000)


class TestTrustedPublishing:
    def test_levels(self) -> None:
        """The command line wins over our variable, this over the project; twine has none."""
        quiet = indexes(house=ProjectIndex(HOUSE, trusted_publishing="never"))
        environ = {"STAGE_TRUSTED_PUBLISHING": "always", "TWINE_TRUSTED_PUBLISHING": "x"}
        assert load(repository_url=HOUSE).trusted_publishing == "automatic"
        assert load(project=quiet, repository="house").trusted_publishing == "never"
        found = load(environ, quiet, repository="house")
        assert found.trusted_publishing == "always"
        found = load(environ, quiet, repository="house", trusted_publishing="automatic")
        assert found.trusted_publishing == "automatic"

    def test_unknown(self) -> None:
        """A mistyped word would leave the door open."""
        with pytest.raises(UsageError, match="--trusted-publishing: expected one of automatic, al"):
            load(trusted_publishing="of course")

    def test_identity(self) -> None:
        """Whether an identity can be had is seen in the environment."""
        assert load({"GITHUB_ACTIONS": "true"}, repository_url=HOUSE).has_identity
        assert load(repository_url=HOUSE).has_identity is has_identity({})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({}, False), ({"TWINE_NON_INTERACTIVE": "no"}, False), ({"STAGE_NON_INTERACTIVE": "1"}, True)],
)
def test_non_interactive(environ: dict[str, str], expected: bool) -> None:  # noqa: FBT001 - a table
    """A variable can forbid questions."""
    assert load(environ).non_interactive is expected


def project(folder: Path, text: str) -> ProjectSettings:
    (folder / "pyproject.toml").write_text(text)
    return load_project(folder)


class TestProject:
    def test_none(self, tmp_path: Path) -> None:
        """Without ``pyproject.toml``, or without our table in it, the defaults hold."""
        assert load_project(tmp_path) == ProjectSettings()
        assert project(tmp_path, "[project]\n") == ProjectSettings()

    def test_upwards(self, tmp_path: Path) -> None:
        """The nearest file upwards counts."""
        project(tmp_path, "[tool.stage]\nprompt-after = '2 weeks'\n")
        below = tmp_path / "a" / "b"
        below.mkdir(parents=True)
        assert load_project(below).policy.prompt_after == timedelta(weeks=2)

    def test_indexes(self, tmp_path: Path) -> None:
        """Indexes are tables by name; an upload URL may be a folder of the project."""
        found = project(
            tmp_path,
            f'[tool.stage.index.house]\nupload-url = "{HOUSE}"\nsimple-url = "{HOUSE}"\n'
            'api = "legacy"\ntrusted-publishing = "always"\n'
            '[tool.stage.index.shelf]\nupload-url = "./shelf"\n',
        )
        assert found.indexes == {
            "house": ProjectIndex(HOUSE, HOUSE, "legacy", "always"),
            "shelf": ProjectIndex(str(tmp_path / "shelf")),
        }

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("90 minutes", 5400), ("12 hours", 43200), ("1 day", 86400), ("0days", 0)],
    )
    def test_prompt_after(self, tmp_path: Path, text: str, expected: int) -> None:
        """A duration is a number and a unit."""
        found = project(tmp_path, f"[tool.stage]\nprompt-after = '{text}'\n")
        assert found.policy.prompt_after == timedelta(seconds=expected)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("[tool.stage]\nprompt-after = 'soon'", r"\[tool.stage\] prompt-after: expected"),
            ("[tool.stage]\nprompt-after = 3", "expected a number and minutes"),
            ("[tool.stage]\npromt-after = '1 day'", r"\[tool.stage\] promt-after: unknown"),
            ("[tool]\nstage = 1", r"\[tool.stage\]: expected a table"),
            ("tool = 1", r"\[tool\]: expected a table"),
            ("[tool.stage.index]\nx = 1", r"\[tool.stage.index.x\]: expected a table"),
            ("[tool.stage.index.x]\nupload-url = 1", "upload-url: expected a text"),
            ("[tool.stage.index.x]\nupload-url = 'ftp://x'", "upload-url: expected a URL"),
            ("[tool.stage.index.x]\napi = 'soap'", r"\[tool.stage.index.x\] api: expected one of"),
            ("[tool.stage.index.x]\ntrusted-publishing = 'on'", "trusted-publishing: expected one"),
            (f"[tool.stage.index.x]\npassword = '{TOKEN}'", "x\\] password: a credential does not"),
            (f"[tool.stage.index.x]\nupload-url = 'https://u:{TOKEN}@e.org'", "x\\] upload-url: "),
            (f"[tool.stage.index.x]\nsimple-url = 'https://{TOKEN}@e.org'", "x\\] simple-url: "),
        ],
    )  # fmt: skip
    def test_refused(self, tmp_path: Path, text: str, expected: str) -> None:
        """Each error names its key, and no secret."""
        with pytest.raises(UsageError, match=expected) as caught:
            project(tmp_path, text)
        assert caught.value.message.startswith(f"{tmp_path / 'pyproject.toml'}: ")
        assert TOKEN not in f"{caught.value.message} {caught.value.hint}"

    def test_no_toml(self, tmp_path: Path) -> None:
        """A file that is no TOML is named with the place."""
        with pytest.raises(LocalError, match=r"pyproject.toml cannot .*line 1"):
            project(tmp_path, "[tool stage]")

    def test_unreadable(self, tmp_path: Path) -> None:
        """A file that is no text is named."""
        (tmp_path / "pyproject.toml").write_bytes(b"\xff")
        with pytest.raises(LocalError, match="cannot be read as TOML"):
            load_project(tmp_path)

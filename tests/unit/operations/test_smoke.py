"""The steps of a smoke test, with a stand-in for the interpreter and for its pip."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fakes import Remembering
from interpreters import FakePython, installed
from releasing import SDIST, WHEEL, Built, built, publish
from servers.legacy import LegacyServer
from staging import SPAM
from twine_stage.digests import sha256
from twine_stage.errors import Damaged, SmokeFailed, UsageError
from twine_stage.indexes.directory import DirectoryIndex
from twine_stage.operations.fetching import sdist
from twine_stage.operations.preview import simple_url
from twine_stage.operations.smoke import interpreter, smoke

TEST = "python -c 'import spam'"
TOKEN = "recognisable-token-of-a-preview"
NO_WHEEL = (1, "ERROR: No matching distribution found for spam==1.0")


class Trying:
    """A smoke test of spam 1.0, and what was heard of it."""

    def __init__(self, folder: Path, **answers: list[tuple[int, str]]) -> None:
        self.folder = folder
        self.python = FakePython(folder / "pythons", answers)
        self.reporter = Remembering()

    def preview(self, *files: Built) -> str:
        root = self.folder / "preview"
        publish(DirectoryIndex(root, id="preview"), *files or (built(WHEEL),))
        return simple_url(root)

    def __call__(
        self, url: str | None = None, command: str = TEST, python: str | None = None, **environ: str
    ) -> None:
        smoke(
            SPAM,
            url or self.preview(),
            command,
            environ={"PATH": os.environ["PATH"], **environ},
            python=python or str(self.python.path),
            reporter=self.reporter,
            folder=self.folder,
        )

    def failed(self, url: str | None = None) -> SmokeFailed:
        with pytest.raises(SmokeFailed) as caught:
            self(url)
        assert caught.value.exit_status == 1
        return caught.value


class TestSteps:
    def test_each_in_its_turn(self, tmp_path: Path) -> None:
        """An environment, the release, a look at it, the command; and nothing is left."""
        trying = Trying(tmp_path)
        trying()
        assert [call["kind"] for call in trying.python.calls] == ["venv", "pip", "look", "command"]
        folders = {call["folder"] for call in trying.python.calls}
        assert not any(Path(folder).exists() for folder in folders)
        assert folders.isdisjoint({str(tmp_path), str(Path.cwd())})
        assert trying.reporter.notes == [
            "smoke test of spam==1.0: making a clean environment",
            "installing spam==1.0 from its preview alone",
            f"running {TEST}",
        ]

    def test_the_release_comes_from_the_preview_alone(self, tmp_path: Path) -> None:
        """At its exact version, whatever else pip is configured for."""
        trying = Trying(tmp_path)
        url = trying.preview()
        trying(url, PIP_EXTRA_INDEX_URL="https://example.org/other/", PIP_TARGET="elsewhere")
        [call] = trying.python.calls_of("pip")
        assert call["arguments"][-4:] == ["--no-deps", "--only-binary", ":all:", "spam==1.0"]
        variables = {name: value for name, value in call["environ"].items() if "PIP_" in name}
        assert variables == {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": url,
            "PIP_NO_CACHE_DIR": "1",
        }

    def test_the_command_runs_in_the_environment(self, tmp_path: Path) -> None:
        """As if it was activated, without what it takes to upload."""
        trying = Trying(tmp_path)
        trying(TWINE_PASSWORD="secret", PYTHONPATH="src")
        [command] = trying.python.calls_of("command")
        environ = command["environ"]
        assert environ["PATH"].startswith(f"{environ['VIRTUAL_ENV']}{os.sep}bin{os.pathsep}")
        assert environ.keys().isdisjoint({"TWINE_PASSWORD", "PYTHONPATH", "PIP_INDEX_URL"})
        assert command["arguments"] == ["-c", "import spam"]

    def test_a_word_that_names_something_here_leads_there(self, tmp_path: Path) -> None:
        """The command runs in another folder; words without a slash stay as they are."""
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "smoke.py").touch()
        trying = Trying(tmp_path)
        trying(None, "python tests/smoke.py tests no/such/file")
        [command] = trying.python.calls_of("command")
        assert command["arguments"] == [
            str(tmp_path / "tests" / "smoke.py"),
            "tests",
            "no/such/file",
        ]

    @pytest.mark.parametrize("command", ["", "  ", "python -c 'import spam"])
    def test_a_command_that_means_nothing(self, tmp_path: Path, command: str) -> None:
        """Is found before anything is done."""
        trying = Trying(tmp_path)
        with pytest.raises(UsageError, match="--smoke"):
            trying(None, command)
        assert trying.reporter.notes == []


class TestInterpreters:
    def test_by_a_path_that_begins_here(self, tmp_path: Path) -> None:
        """The child runs elsewhere."""
        trying = Trying(tmp_path)
        trying(None, TEST, "pythons/python-of-tests")
        assert trying.python.calls

    def test_by_a_name_on_the_path(self, tmp_path: Path) -> None:
        """As it is typed for a shell."""
        trying = Trying(tmp_path)
        trying(None, TEST, "python-of-tests", PATH=str(tmp_path / "pythons"))
        assert trying.python.calls

    def test_one_that_there_is_not(self, tmp_path: Path) -> None:
        """Cannot make an environment."""
        with pytest.raises(SmokeFailed) as caught:
            Trying(tmp_path)(None, TEST, "no-python-of-this-name")
        assert (caught.value.step, caught.value.status) == ("environment", 127)

    def test_our_own_if_none_is_named(self, tmp_path: Path) -> None:
        """A command that is there in any environment."""
        assert interpreter(None, {}, tmp_path) == sys.executable


class TestDependencies:
    REQUIRES = ("egg>=1", 'ham; extra == "all"', "spam[more]", "foo @ https://example.org/foo.whl")

    def test_they_come_from_where_they_always_do(self, tmp_path: Path) -> None:
        """The release is not asked for, and no other version of it may come along."""
        trying = Trying(tmp_path, look=[(0, installed("1.0", *self.REQUIRES))])
        configured = {"PIP_INDEX_URL": "https://example.org/other/", "PIP_UPGRADE": "1"}
        trying(None, TEST, None, **configured)
        _, call = trying.python.calls_of("pip")
        assert call["environ"]["PIP_INDEX_URL"] == "https://example.org/other/"
        assert "PIP_UPGRADE" not in call["environ"]
        assert call["files"] == {
            "constraints.txt": "spam===1.0\n",
            "requirements.txt": 'egg>=1\nham; extra == "all"\nfoo @ https://example.org/foo.whl\n',
        }

    @pytest.mark.parametrize("line", ["--index-url https://example.org/", "-r other.txt", ""])
    def test_what_is_no_requirement_is_not_handed_on(self, tmp_path: Path, line: str) -> None:
        """It could be an option of pip."""
        trying = Trying(tmp_path, look=[(0, installed("1.0", line))])
        error = trying.failed()
        assert error.step == "dependencies"
        assert len(trying.python.calls_of("pip")) == 1

    @pytest.mark.parametrize(
        "after",
        [
            installed("1.0", "egg", **{"spam.py": "other"}),
            installed("1.0", "egg"),
            installed("1.0", "egg", **{"spam.py": "same", "more.py": "other"}),
            installed("1.1", "egg", **{"spam.py": "other"}),
        ],
    )
    def test_a_release_that_was_replaced_fails(self, tmp_path: Path, after: str) -> None:
        """Whatever did that: what is tried is what came from the preview."""
        before = installed("1.0", "egg", **{"spam.py": "same"})
        error = Trying(tmp_path, look=[(0, before), (0, after)]).failed()
        assert error.step == "dependencies"
        assert "was replaced" in error.message


class TestFailures:
    def test_of_the_environment(self, tmp_path: Path) -> None:
        """With the last words of the interpreter."""
        error = Trying(tmp_path, venv=[(2, "no ensurepip")]).failed()
        assert (error.step, error.status, error.said) == ("environment", 2, "no ensurepip")
        assert error.message.endswith("cannot be made (status 2):\nno ensurepip")

    def test_of_the_installation(self, tmp_path: Path) -> None:
        """By pip; or what it left cannot be found."""
        error = Trying(tmp_path / "1", pip=[(1, "broken\x1b[31m wheel")]).failed()
        assert (error.step, error.said) == ("install", "broken [31m wheel")
        error = Trying(tmp_path / "2", look=[(1, "not found")]).failed()
        assert error.step == "install"

    def test_of_the_version(self, tmp_path: Path) -> None:
        """A local version is another one."""
        error = Trying(tmp_path, look=[(0, installed("1.0+other"))]).failed()
        assert error.step == "install"
        assert "1.0+other" in error.message

    def test_of_the_dependencies(self, tmp_path: Path) -> None:
        """By pip."""
        answers = [(0, ""), (1, "no egg")]
        error = Trying(tmp_path, pip=answers, look=[(0, installed("1.0", "egg"))]).failed()
        assert (error.step, error.said) == ("dependencies", "no egg")

    def test_of_the_command(self, tmp_path: Path) -> None:
        """With the last lines of its output, and no more."""
        said = "\n".join(f"line {number}\n" for number in range(30))
        error = Trying(tmp_path, command=[(3, said)]).failed()
        assert (error.step, error.status) == ("command", 3)
        assert error.said.splitlines() == [f"line {number}" for number in range(10, 30)]

    def test_the_url_is_never_shown(self, tmp_path: Path) -> None:
        """Not even a part of it, wherever pip says it; nor does anything get it as an argument."""
        url = f"https://example.org/{TOKEN}/simple/"
        said = f"Looking in indexes: {url}\nfile https://example.org/{TOKEN}/files/spam.whl"
        trying = Trying(tmp_path, pip=[(1, said)])
        error = trying.failed(url)
        assert TOKEN not in str(error) + error.said + "".join(trying.reporter.notes)
        assert "Looking in indexes: ********" in error.said
        for call in trying.python.calls:
            assert TOKEN not in str(call["arguments"])
            assert call["kind"] == "pip" or TOKEN not in str(call)


class TestSdists:
    def test_one_is_built_where_no_wheel_fits(self, tmp_path: Path) -> None:
        """From a file, so that pip asks nobody for the release; what it takes comes as usual."""
        trying = Trying(tmp_path, pip=[NO_WHEEL, (0, "")])
        url = trying.preview(built(WHEEL), built(SDIST))
        trying(url, TEST, None, PIP_INDEX_URL="https://example.org/other/")
        _, call = trying.python.calls_of("pip")
        assert call["arguments"][-2] == "--no-deps"
        assert Path(call["arguments"][-1]).name == SDIST
        assert call["environ"]["PIP_INDEX_URL"] == "https://example.org/other/"
        assert f"no wheel fits this interpreter: building {SDIST}" in trying.reporter.notes

    def test_without_one_no_wheel_is_the_end(self, tmp_path: Path) -> None:
        """In pip's own words."""
        error = Trying(tmp_path, pip=[NO_WHEEL]).failed()
        assert (error.step, error.said) == ("install", NO_WHEEL[1])

    def test_a_preview_that_does_not_answer(self, tmp_path: Path) -> None:
        """Its URL is not told."""
        with LegacyServer(simple_path=f"/{TOKEN}/simple/") as server:
            url = server.simple_url
            nonsense = (200, {"Content-Type": "text/plain"}, b"not a page")
            server.pages[f"/{TOKEN}/simple/spam/"] = nonsense
            error = Trying(tmp_path, pip=[NO_WHEEL]).failed(url)
        assert error.step == "install"
        assert "No matching distribution" not in error.said
        assert TOKEN not in str(error)

    def test_it_is_fetched_over_http(self, tmp_path: Path) -> None:
        """And compared with its digest."""
        content = built(SDIST).content
        with LegacyServer() as server:
            server.put(WHEEL, built(WHEEL).content)
            assert sdist(SPAM, server.simple_url, tmp_path) is None
            stored = server.put(SDIST, content)
            assert sdist(SPAM, server.simple_url, tmp_path) == tmp_path / SDIST
            assert sha256((tmp_path / SDIST).read_bytes()) == stored.sha256
            stored.content = b"something else"
            with pytest.raises(Damaged):
                sdist(SPAM, server.simple_url, tmp_path)

"""Commands: each one's success, failure, report and exit status, on a real stage."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from samples import write
from twine_stage.cli.app import COMMANDS

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
LOCAL = ("-r", "local", "--wait", "0")
Stage = Any


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A folder ``dist`` with a wheel and an sdist of spam 1.0."""
    write(tmp_path / "dist", WHEEL, SDIST)
    return tmp_path / "dist"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(stage: Stage, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """And is an answer, on stdout."""
    assert stage(name, "--help").status == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert f"$ stage {name}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_every_word(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What stands in square brackets, too: of the docstring, of each option and of the example."""
    monkeypatch.setenv("COLUMNS", "2000")  # nothing is folded
    module = import_module(f"twine_stage.cli.{name}")
    function = getattr(module, name)
    assert stage(name, "--help").status == 0
    shown = " ".join(capsys.readouterr().out.split())
    declared = [
        item.annotation.__metadata__[0].help
        for item in inspect.signature(function).parameters.values()
        if hasattr(item.annotation, "__metadata__")
    ]
    assert len(declared) > 2
    for text in (*function.__doc__.split("\n\n"), *declared, module.EXAMPLE):
        assert " ".join(text.split()) in shown


def test_the_program_without_a_command_shows_its_help(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the status of a command line that means nothing."""
    assert stage().status == 2
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ("export", "sha256sums", "--output"),
        ("freeze", "--output"),
        ("bundle", "export", "--output"),
        ("adopt", "spam==1.0", "-r", "local", "--output"),
        ("explain", "--html"),
        ("audit", "spam", "-r", "local", "--html"),
        ("monitor", "--atom"),
        ("preview", "--preview-url-file"),
    ],
)
def test_no_file_is_called_like_stdout(
    stage: Stage, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Elsewhere ``-`` is stdout; here it is refused."""
    result = stage(*words, "-")
    assert result.status == 2
    assert "found -" in result.stderr
    assert not (tmp_path / "-").exists()


def test_a_command_that_there_is_not_is_a_usage_error(stage: Stage) -> None:
    """The nearest name is offered."""
    result = stage("publsh")
    assert result.status == 2
    assert "publish" in result.stderr


class TestAdd:
    @pytest.mark.usefixtures("dist")
    def test_the_default_is_what_was_built(self, stage: Stage) -> None:
        """``dist/*`` is meant where nothing is said."""
        report = stage("add", "--json").report
        assert [entry["filename"] for entry in report["added"]] == [WHEEL, SDIST]
        assert set(report["added"][0]) == {"filename", "release", "sha256", "size"}
        assert (report["unchanged"], report["replaced"], report["ignored"]) == ([], [], [])

    def test_a_line_per_file(self, stage: Stage, dist: Path) -> None:
        """On stdout, and the second time unchanged."""
        first, second = stage("add", dist / WHEEL), stage("add", dist / WHEEL)
        assert first.status == second.status == 0
        assert first.stdout.split()[0] == "added"
        assert second.stdout.split()[0] == "unchanged"
        assert WHEEL in first.stdout

    def test_what_matches_nothing_is_a_usage_error(self, stage: Stage) -> None:
        """With one JSON document all the same."""
        result = stage("add", "nothing/*", "--json")
        assert result.status == result.document["exit_status"] == 2
        assert result.report is None

    def test_what_is_no_distribution_is_a_local_error(self, stage: Stage, dist: Path) -> None:
        """One sentence and status 3."""
        (dist / WHEEL).write_bytes(b"")
        result = stage("add")
        assert result.status == 3
        assert result.stderr.count("error: ") == 1
        assert WHEEL in result.stderr

    @pytest.mark.usefixtures("dist")
    def test_a_terminal_sees_bars_unless_it_says_no(self, stage: Stage) -> None:
        """Where bars are not wanted no cursor is moved."""
        assert stage("add", "--disable-progress-bar", answers="").status == 0
        assert stage("add", answers="").status == 0


class TestStatus:
    @pytest.mark.usefixtures("dist")
    def test_each_release_with_its_files(self, stage: Stage) -> None:
        """As a table, and as values."""
        stage("add")
        assert "spam==1.0  draft" in stage("status").stdout
        [release] = stage("status", "--json").report["releases"]
        assert (release["release"], release["state"]) == ("spam==1.0", "draft")
        assert {file["kind"] for file in release["files"]} == {"wheel", "sdist"}

    def test_no_stage_is_a_local_error(self, stage: Stage) -> None:
        """With the way to one."""
        result = stage("status")
        assert result.status == 3
        assert "stage add" in result.stderr

    @pytest.mark.usefixtures("dist")
    def test_a_stage_may_be_named_before_or_behind_the_command(
        self, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Or by a variable; what stands behind the command counts most."""
        stage("add", "--stage-dir", "elsewhere")
        assert (tmp_path / "elsewhere" / "format").is_file()
        assert stage("--stage-dir", "elsewhere", "status").status == 0
        assert stage("--stage-dir", "nowhere", "status").status == 3
        monkeypatch.setenv("STAGE_DIR", "nowhere")
        assert stage("status").status == 3
        assert stage("status", "--stage-dir", "elsewhere").status == 0


class TestDrop:
    @pytest.mark.usefixtures("dist")
    def test_a_file_goes(self, stage: Stage) -> None:
        """And is named."""
        stage("add")
        report = stage("drop", SDIST, "--json").report
        assert [entry["filename"] for entry in report["dropped"]] == [SDIST]
        assert stage("drop", "spam==1.0").status == 0

    @pytest.mark.usefixtures("dist")
    def test_what_is_not_staged_is_refused(self, stage: Stage) -> None:
        """Nothing is dropped then."""
        stage("add")
        assert stage("drop", "egg==1.0").status in {2, 3}
        assert stage("drop").status == 2


class TestFreeze:
    @pytest.mark.usefixtures("dist")
    def test_a_manifest_is_written_where_it_is_wanted(self, stage: Stage, tmp_path: Path) -> None:
        """Beside the one in the stage."""
        stage("add")
        source = "git+https://example.org/spam.git@" + "0" * 40
        result = stage("freeze", "spam", "--output", "release", "--source", source, "--json")
        [release] = result.report["releases"]
        assert release["release"] == "spam==1.0"
        assert any(path.suffix == ".json" for path in (tmp_path / "release").iterdir())

    @pytest.mark.usefixtures("dist")
    def test_thaw_undoes_it(self, stage: Stage) -> None:
        """As long as no index has it."""
        stage("add")
        assert "frozen" in stage("freeze").stdout
        assert "spam==1.0" in stage("thaw").stdout
        assert stage("status", "--json").report["releases"][0]["state"] == "draft"

    @pytest.mark.usefixtures("dist")
    def test_what_the_project_expects_counts(self, stage: Stage, tmp_path: Path) -> None:
        """As publish judges it, so that nothing is frozen that publish would refuse then."""
        (tmp_path / "pyproject.toml").write_text('[tool.stage.expect]\n">0" = "*-win32.whl"\n')
        stage("add")
        refused = stage("freeze", "--json")
        assert refused.status == 1
        assert "S410" in {one["code"] for one in refused.report["findings"]}
        assert stage("publish", *LOCAL).status == 1
        assert stage("freeze", "--ignore", "S410").status == 0
        assert stage("publish", *LOCAL, "--ignore", "S410").status == 0

    @pytest.mark.usefixtures("dist")
    def test_warnings_may_be_errors(self, stage: Stage) -> None:
        """Here, too."""
        stage("add")
        assert stage("freeze", "--strict").status == 1

    @pytest.mark.usefixtures("dist")
    def test_a_source_that_is_none_is_a_usage_error(self, stage: Stage) -> None:
        """Before anything is frozen."""
        stage("add")
        assert stage("freeze", "--source", "somewhere").status == 2


class TestCheck:
    def test_paths_need_no_stage(self, stage: Stage, dist: Path, tmp_path: Path) -> None:
        """Nor do they make one."""
        assert stage("check", dist / WHEEL).status == 0
        assert stage("check").status == 0
        assert not (tmp_path / ".stage").exists()

    @pytest.mark.usefixtures("dist")
    def test_releases_and_drafts(self, stage: Stage) -> None:
        """Named, or all that is not published yet."""
        stage("add")
        assert stage("check", "spam==1.0", "--json").document["ok"]
        assert stage("check").status == 0
        assert stage("check", "dist/*", "spam==1.0").status == 0

    @pytest.mark.usefixtures("dist")
    def test_nothing_to_check_is_not_a_good_answer(self, stage: Stage) -> None:
        """What is published is not judged again, and that is said."""
        stage("add")
        assert stage("check", "--json").report["files"] == 2
        stage("publish", *LOCAL)
        assert stage("check").stdout.startswith("nothing to check: ")
        assert stage("check", "--json").report == {"findings": [], "files": 0}

    def test_an_error_is_status_1(self, stage: Stage, dist: Path) -> None:
        """The finding has a code, and a way out."""
        (dist / WHEEL).rename(dist / "spam-2.0-py3-none-any.whl")
        result = stage("check", "dist/*", "--json")
        assert result.status == 1
        assert {"code", "severity", "file", "message", "hint"} == set(result.report["findings"][0])
        assert result.document["error"] is None

    def test_what_cannot_be_read_is_status_3(self, stage: Stage, dist: Path) -> None:
        """Still as a finding, in one document."""
        (dist / WHEEL).write_bytes(b"")
        result = stage("check", "dist/*", "--json")
        assert result.status == 3
        assert result.report["findings"]

    def test_attestations_beside_the_files_are_judged(self, stage: Stage, dist: Path) -> None:
        """Whether the folder is named or a pattern."""
        (dist / f"{WHEEL}.publish.attestation").write_bytes(b"{}")
        for target in (dist, "dist/*"):
            result = stage("check", target, "--select", "P", "--json")
            assert [finding["code"] for finding in result.report["findings"]] == ["P601"]
            assert result.status == 1

    @pytest.mark.usefixtures("dist")
    def test_codes_can_be_chosen(self, stage: Stage) -> None:
        """A code that does not exist is a usage error."""
        assert stage("check", "--select", "F", "--ignore", "M", "--strict", "dist/*").status == 0
        assert stage("check", "--select", "nonsense", "dist/*").status == 2

    def test_the_profile_says_by_which_rules(self, stage: Stage, dist: Path) -> None:
        """That of the index that is meant, PyPI or a folder, unless the command line says more."""
        (dist / WHEEL).rename(dist / "spam-1.0-py3-none-linux_x86_64.whl")
        house = {"TWINE_REPOSITORY_URL": str(dist.parent / "house")}
        for options, environ, codes in (
            ((), {}, ["F107"]),
            ((), house, []),
            (("--profile", "generic"), {}, []),
            (("--profile", "pypi"), house, ["F107"]),
            (("--profile", "pypi", "--repository-url", str(dist.parent / "house")), {}, ["F107"]),
        ):
            arguments = ("check", "dist/*", "--select", "F", "--json", *options)
            found = stage(*arguments, environ=environ).report["findings"]
            assert [finding["code"] for finding in found] == codes
        refused = stage("check", "dist/*", "--profile", "PyPI")
        assert refused.status == 2
        assert "expected one of pypi, generic" in refused.stderr

    @pytest.mark.usefixtures("dist")
    def test_an_index_is_asked_when_it_is_named(self, stage: Stage) -> None:
        """Here the one in the stage."""
        stage("add")
        assert stage("check", "-r", "local").status == 0

    @pytest.mark.usefixtures("dist")
    def test_an_index_that_does_not_answer(self, stage: Stage) -> None:
        """What the files say is told all the same; then that the index was not asked."""
        silent = ("--repository-url", "http://127.0.0.1:1/", "--simple-url", "http://127.0.0.1:1/")
        result = stage("check", "dist/*", *silent, "--json", environ={"GITHUB_ACTIONS": "true"})
        assert result.status == result.document["exit_status"] == 5
        assert {finding["code"] for finding in result.report["findings"]} == {"M211"}
        assert result.document["error"]["message"].startswith("the index could not be asked")
        assert "::warning title=M211::" in result.stderr
        assert "::error title=stage check::the index could not be asked" in result.stderr

    def test_an_index_whose_page_is_none(self, stage: Stage, dist: Path, tmp_path: Path) -> None:
        """An error in the files is the answer, whatever the index would say."""
        page = tmp_path / "house/simple/spam/index.json"
        page.parent.mkdir(parents=True)
        page.write_text("<h1>Spam</h1>")
        (dist / WHEEL).rename(dist / "spam-2.0-py3-none-any.whl")
        result = stage("check", dist, "--repository-url", str(tmp_path / "house"))
        assert result.status == 1
        assert "error F103" in result.stdout
        assert "error: the index could not be asked" in result.stderr

    def test_github_gets_annotations_and_a_summary(
        self, stage: Stage, dist: Path, tmp_path: Path
    ) -> None:
        """The summary is appended to the file that the runner names."""
        (dist / WHEEL).write_bytes(b"")
        summary = tmp_path / "summary.md"
        environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
        result = stage("check", "dist/*", "--json", environ=environ)
        assert "::error title=" in result.stderr
        assert "### stage check" in summary.read_text()
        assert result.document["exit_status"] == 3


class TestPublish:
    @pytest.mark.usefixtures("dist")
    def test_paths_are_staged_frozen_and_published(self, stage: Stage, tmp_path: Path) -> None:
        """In one go, as twine upload would."""
        result = stage("publish", "dist/*", *LOCAL, "--json")
        assert result.status == 0, result.stderr
        [release] = result.report["releases"]
        assert release["outcome"] == "published"
        assert {file["outcome"] for file in release["files"]} == {"uploaded"}
        assert (tmp_path / ".stage/index/simple/spam/index.html").is_file()

    def test_what_matches_nothing_makes_no_stage(self, stage: Stage, tmp_path: Path) -> None:
        """As with ``add``."""
        assert stage("publish", "nothing/*").status == 2
        assert not (tmp_path / ".stage").exists()

    @pytest.mark.usefixtures("dist")
    def test_again_all_is_present(self, stage: Stage) -> None:
        """And that is a success."""
        stage("publish", "dist/*", *LOCAL)
        again = stage("publish", *LOCAL, "--skip-existing", "--json")
        assert again.status == 0
        assert again.report["releases"][0]["outcome"] == "present"

    @pytest.mark.usefixtures("dist")
    def test_progress_goes_to_stderr_and_the_result_to_stdout(self, stage: Stage) -> None:
        """A line per file, then what became of the release."""
        result = stage("publish", "dist/*", *LOCAL, "--jobs", "2", "-y")
        assert "wave 1" in result.stderr
        assert "uploaded" in result.stderr
        assert result.stdout.startswith("published spam==1.0")

    @pytest.mark.usefixtures("dist")
    def test_a_dry_run_sends_nothing(self, stage: Stage, tmp_path: Path) -> None:
        """The plan is shown all the same."""
        stage("add")
        result = stage("publish", "spam", *LOCAL, "--dry-run")
        assert result.status == 0
        assert "2 files to send" in result.stderr
        assert not (tmp_path / ".stage/index/simple/spam").exists()

    @pytest.mark.usefixtures("dist")
    def test_two_versions_need_a_name(self, stage: Stage, tmp_path: Path) -> None:
        """Status 2, and the versions in the sentence."""
        write(tmp_path / "dist", "spam-2.0-py3-none-any.whl")
        stage("add")
        result = stage("publish", *LOCAL)
        assert result.status == 2
        assert "spam==1.0, spam==2.0" in result.stderr
        assert stage("publish", "spam==2.0", *LOCAL).status == 0

    def test_an_empty_stage_has_nothing_to_publish(self, stage: Stage, dist: Path) -> None:
        """Nor has a folder without one."""
        assert stage("publish", *LOCAL).status == 3
        stage("add", dist / WHEEL)
        stage("drop", WHEEL)
        assert stage("publish", *LOCAL).status == 3

    @pytest.mark.usefixtures("dist")
    def test_a_source_goes_into_the_manifest(self, stage: Stage, tmp_path: Path) -> None:
        """As for freeze."""
        source = "git+https://example.org/spam.git@" + "0" * 40
        assert stage("publish", "dist/*", *LOCAL, "--source", source, "--attestations").status == 0
        [manifest] = (tmp_path / ".stage/releases/spam-1.0/manifests").glob("*.json")
        assert "git+https://example.org/spam.git" in manifest.read_text()


class TestAppend:
    @pytest.fixture
    def grown(self, stage: Stage, dist: Path) -> Stage:
        """A published release, and a new wheel on the stage."""
        stage("publish", dist / WHEEL, dist / SDIST, *LOCAL)
        write(dist, "spam-1.0-py2-none-any.whl")
        stage("add", dist / "spam-1.0-py2-none-any.whl")
        return stage

    def test_it_is_refused_unasked(self, grown: Stage) -> None:
        """Status 4, with the way out; -y does not answer this."""
        result = grown("publish", *LOCAL, "-y")
        assert result.status == 4
        assert "--append spam==1.0" in result.stderr

    def test_named_with_a_reason_it_goes(self, grown: Stage, tmp_path: Path) -> None:
        """And the reason is kept."""
        result = grown("publish", *LOCAL, "--append", "spam==1.0", "--reason", "Python 2")
        assert result.status == 0, result.stderr
        assert (
            '"reason":"Python 2"'
            in (tmp_path / ".stage/releases/spam-1.0/manifests/2.json").read_text()
        )

    def test_at_a_terminal_the_reason_is_asked_for(self, grown: Stage) -> None:
        """A named append without a reason is half an answer."""
        result = grown("publish", *LOCAL, "--append", "spam==1.0", answers="Python 2\n")
        assert "Why append to spam==1.0?" in result.stderr
        assert result.status == 0

    def test_elsewhere_a_reason_must_be_given(self, grown: Stage) -> None:
        """Status 2."""
        assert grown("publish", *LOCAL, "--append", "spam==1.0").status == 2

    def test_a_release_that_is_not_published_here_cannot_be_appended_to(self, grown: Stage) -> None:
        """It is a slip of the hand, and nothing is sent."""
        result = grown("publish", *LOCAL, "--append", "egg==1.0", "--reason", "late", "--json")
        assert result.status == 2
        assert "egg==1.0" in result.document["error"]["message"]

    def test_a_reason_alone_says_nothing(self, grown: Stage) -> None:
        """Status 2, too."""
        assert grown("publish", *LOCAL, "--reason", "Python 2").status == 2

    def test_a_person_may_say_no(self, grown: Stage, tmp_path: Path) -> None:
        """Status 4, as without a person; here every release counts as old."""
        (tmp_path / "pyproject.toml").write_text('[tool.stage]\nprompt-after = "0 days"\n')
        result = grown("publish", *LOCAL, "-y", answers="n\n")
        assert result.status == 4
        assert "Append to it?" in result.stderr


class TestVerify:
    @pytest.fixture
    def published(self, stage: Stage, dist: Path) -> Stage:
        """A release in the index of the stage."""
        stage("publish", dist, *LOCAL)
        return stage

    def test_what_was_published_is_exact(self, published: Stage) -> None:
        """By name, or without one; also by the bytes."""
        shown = published("verify", "-r", "local").stdout
        assert shown.startswith("exact spam==1.0 on file:")
        assert shown.endswith(": 2 files as frozen\n")
        [release] = published("verify", "spam", "-r", "local", "--deep", "--json").report[
            "releases"
        ]
        assert release["is_exact"] is True
        assert release["matching"] == [WHEEL, SDIST]

    @pytest.mark.usefixtures("published")
    def test_a_manifest_is_enough(self, stage: Stage, tmp_path: Path) -> None:
        """In an empty folder, with the URL of an index."""
        manifest = tmp_path / ".stage/releases/spam-1.0/manifests/1.json"
        index = tmp_path / ".stage/index"
        stage.folder = tmp_path / "empty"
        stage.folder.mkdir()
        result = stage(
            "verify", "--manifest", manifest, "--repository-url", index, "--stage-dir", "none"
        )
        assert result.status == 0, result.stderr

    @pytest.mark.usefixtures("dist")
    def test_what_is_not_there_is_status_1(self, stage: Stage, tmp_path: Path) -> None:
        """Each file by its kind of difference."""
        stage("add")
        stage("freeze")
        (tmp_path / "index" / "simple").mkdir(parents=True)
        result = stage("verify", "--repository-url", tmp_path / "index", "--json")
        assert result.status == 1
        [release] = result.report["releases"]
        assert release["missing"] == [WHEEL, SDIST]
        assert result.document["error"] is None

    @pytest.mark.usefixtures("dist")
    def test_a_draft_cannot_be_verified(self, stage: Stage) -> None:
        """There is nothing to compare with."""
        stage("add")
        assert stage("verify", "spam", "-r", "local").status == 3

    def test_without_a_stage_a_manifest_is_needed(self, stage: Stage) -> None:
        """One that can be read."""
        assert stage("verify").status == 3
        assert stage("verify", "--manifest", "missing.json").status == 2

    def test_a_damaged_manifest_is_a_local_error(self, stage: Stage, tmp_path: Path) -> None:
        """It is said where."""
        (tmp_path / "bad.json").write_text(json.dumps({"_type": 1}))
        result = stage("verify", "--manifest", "bad.json")
        assert result.status == 3
        assert "_type" in result.stderr

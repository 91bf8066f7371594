from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from twine_stage.operations.children import captured, through

ENVIRON = {"PATH": os.environ["PATH"]}
SAYS_ITS_PID = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"


def _python(program: str) -> list[str]:
    return [sys.executable, "-IS", "-c", program]


def _is_alive(pid: int) -> bool:
    """Whether a process still runs after a while; one that ended counts before it is reaped."""
    for _ in range(500):
        words = ["ps", "-o", "stat=", "-p", str(pid)]
        shown = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
        if not shown or shown.startswith("Z"):
            return False
        time.sleep(0.01)
    return True


def _pid(file: Path) -> int:
    while not (file.exists() and file.read_text()):
        time.sleep(0.01)
    return int(file.read_text())


def _when(is_so: Callable[[], object], do: Callable[[], object]) -> threading.Thread:
    """Do something as soon as something is so."""

    def work() -> None:
        while not is_so():
            time.sleep(0.01)
        do()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


class TestCaptured:
    def test_the_output_is_kept(self, tmp_path: Path) -> None:
        """Both streams, and the status."""
        program = "import sys; print('out', flush=True); sys.exit('err')"
        ended = captured(_python(program), environ=ENVIRON, folder=tmp_path)
        assert (ended.status, ended.said) == (1, "out\nerr\n")

    def test_it_runs_in_its_folder_with_its_environment(self, tmp_path: Path) -> None:
        """And finds nothing on stdin."""
        program = "import os, sys; print(os.getcwd(), dict(os.environ), repr(sys.stdin.read()))"
        ended = captured(_python(program), environ={"A": "b"}, folder=tmp_path)
        assert ended.said.startswith(f"{tmp_path} {{'A': 'b'")
        assert ended.said.endswith("''\n")

    def test_only_the_last_of_a_long_output_is_kept(self, tmp_path: Path) -> None:
        """A program may talk for hours."""
        program = "print('x' * 1000000); print('end')"
        ended = captured(_python(program), environ=ENVIRON, folder=tmp_path)
        assert len(ended.said) <= 1 << 16
        assert ended.said.endswith("x\nend\n")

    def test_what_cannot_begin_is_status_127(self, tmp_path: Path) -> None:
        """As a shell has it, with the reason."""
        ended = captured(["nothing-of-this-name"], environ=ENVIRON, folder=tmp_path)
        assert ended.status == 127
        assert ended.said.startswith("nothing-of-this-name: ")

    def test_a_signal_is_a_status_above_128(self, tmp_path: Path) -> None:
        """As a shell has it."""
        program = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
        ended = captured(_python(program), environ=ENVIRON, folder=tmp_path)
        assert ended.status == 128 + signal.SIGTERM

    def test_what_it_left_running_is_ended(self, tmp_path: Path) -> None:
        """And nobody waits for its output."""
        program = f"import subprocess, sys; subprocess.Popen({_python(SAYS_ITS_PID)!r})"
        waiting = f"{program}; import os, time\nwhile not os.path.exists('pid'): time.sleep(0.01)"
        ended = captured(_python(waiting), environ=ENVIRON, folder=tmp_path)
        assert ended.status == 0
        assert not _is_alive(_pid(tmp_path / "pid"))

    def test_an_interruption_ends_it(self, tmp_path: Path) -> None:
        """It does not outlive the command."""
        pid = tmp_path / "pid"
        thread = _when(
            lambda: pid.exists() and pid.read_text(), lambda: os.kill(os.getpid(), signal.SIGINT)
        )
        with pytest.raises(KeyboardInterrupt):
            captured(_python(SAYS_ITS_PID), environ=ENVIRON, folder=tmp_path)
        thread.join()
        assert not _is_alive(_pid(pid))

    def test_an_interruption_while_it_begins_ends_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody has a handle of it yet, and still it is known."""
        begun: list[subprocess.Popen[bytes]] = []

        class Slow(subprocess.Popen[bytes]):
            def __init__(self, words: list[str], **given: Any) -> None:
                super().__init__(words, **given)
                begun.append(self)
                os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr(subprocess, "Popen", Slow)
        with pytest.raises(KeyboardInterrupt):
            captured(_python(SAYS_ITS_PID), environ=ENVIRON, folder=tmp_path)
        (process,) = begun
        assert process.returncode == -signal.SIGTERM
        assert process.stdout is not None
        process.stdout.close()

    def test_a_thread_can_run_it(self, tmp_path: Path) -> None:
        """It hears of no signals, so none are held back."""
        with ThreadPoolExecutor(1) as pool:
            words = _python("print('here')")
            ended = pool.submit(captured, words, environ=ENVIRON, folder=tmp_path).result()
        assert ended.said == "here\n"


class TestThrough:
    def test_the_status_is_that_of_the_program(self, tmp_path: Path) -> None:
        """Its output is not ours to look at."""
        ended = through(_python("raise SystemExit(3)"), environ=ENVIRON, folder=tmp_path)
        assert (ended.status, ended.said) == (3, "")

    def test_what_cannot_begin_is_status_127(self, tmp_path: Path) -> None:
        """With the reason."""
        ended = through(["nothing-of-this-name"], environ=ENVIRON, folder=tmp_path)
        assert ended.status == 127
        assert "nothing-of-this-name" in ended.said

    def test_its_output_can_go_elsewhere(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """To stderr, where stdout is for a document."""
        through(_python("print('here')"), environ=ENVIRON, folder=tmp_path, stdout=2)
        shown = capfd.readouterr()
        assert (shown.out, shown.err) == ("", "here\n")

    @pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGINT)", "sys.exit(130)"])
    def test_a_program_that_was_interrupted_is_an_interruption(
        self, tmp_path: Path, end: str
    ) -> None:
        """Whether it says so by a signal or as shells do."""
        program = f"import os, signal, sys; signal.signal(2, signal.SIG_DFL); {end}"
        with pytest.raises(KeyboardInterrupt):
            through(_python(program), environ=ENVIRON, folder=tmp_path)

    def test_without_a_terminal_an_interruption_ends_it(self, tmp_path: Path) -> None:
        """Nobody else would tell it."""
        pid = tmp_path / "pid"
        thread = _when(
            lambda: pid.exists() and pid.read_text(), lambda: os.kill(os.getpid(), signal.SIGINT)
        )
        with pytest.raises(KeyboardInterrupt):
            through(_python(SAYS_ITS_PID), environ=ENVIRON, folder=tmp_path)
        thread.join()
        assert not _is_alive(_pid(pid))

    def test_at_a_terminal_the_program_decides(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-C reaches it anyway, and a shell that runs there goes on."""
        told, waited = tmp_path / "told", threading.Event()

        class Waited(subprocess.Popen[bytes]):
            def wait(self, timeout: float | None = None) -> int:
                waited.set()
                return super().wait(timeout)

        monkeypatch.setattr(subprocess, "Popen", Waited)

        def interrupt() -> None:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            told.touch()

        thread = _when(waited.is_set, interrupt)
        waiting = "import os, time\nwhile not os.path.exists('told'): time.sleep(0.01)"
        ended = through(_python(waiting), environ=ENVIRON, folder=tmp_path, has_terminal=True)
        thread.join()
        assert ended.status == 0

    def test_one_that_does_not_want_to_end_is_killed(self, tmp_path: Path) -> None:
        """After a while."""
        pid = tmp_path / "pid"
        thread = _when(
            lambda: pid.exists() and pid.read_text(), lambda: os.kill(os.getpid(), signal.SIGINT)
        )
        stubborn = f"import signal; signal.signal(15, signal.SIG_IGN); {SAYS_ITS_PID}"
        with pytest.raises(KeyboardInterrupt):
            through(_python(stubborn), environ=ENVIRON, folder=tmp_path, grace=0.1)
        thread.join()
        assert not _is_alive(_pid(pid))


def test_the_programs_of_a_path_are_found(tmp_path: Path) -> None:
    """By the PATH that the program is given, which need not be ours."""
    program = tmp_path / "greet"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    ended = captured(["greet"], environ={"PATH": str(tmp_path)}, folder=tmp_path)
    assert ended.said == "hello\n"
    with pytest.raises(FileNotFoundError):
        subprocess.run(["greet"], check=False)

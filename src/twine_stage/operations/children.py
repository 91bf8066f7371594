"""Children: programs that are run on a preview, and that never outlive the command."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO, Any

GRACE = 3.0
"""Seconds that a program may take to end when it is told to."""

_KEPT = 1 << 16
"""Bytes of its output, the last ones, that are kept."""

_NOT_BEGUN = 127
"""The status that shells give a command that they do not find."""

_SIGNALLED = 128
_ENDING = [getattr(signal, it) for it in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, it)]
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has but one way

_Handler = Callable[[int, FrameType | None], Any] | int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit status as shells have it, and the last of its output."""

    status: int
    said: str = ""


def through(
    words: Sequence[str],
    *,
    environ: Mapping[str, str],
    folder: Path,
    stdout: int | None = None,
    has_terminal: bool = False,
    grace: float = GRACE,
) -> Ended:
    """Run a program to its end, with our own streams.

    Args:
        words: the program and its arguments.
        environ: all of its environment.
        folder: where it runs.
        stdout: the descriptor that stands for its stdout; None for ours.
        has_terminal: it hears of Ctrl-C by itself, and decides what that means to it.
        grace: seconds that it may take to end when it is told to.

    Raises:
        KeyboardInterrupt: Ctrl-C ended it.
    """
    begin = partial(_started, words, environ, folder, stdout=stdout)
    try:
        with _running(begin, is_group=False, grace=grace) as process:
            status = _waited(process, has_terminal=has_terminal)
    except OSError as error:
        return _not_begun(words, error)
    if status in (-signal.SIGINT, _SIGNALLED + signal.SIGINT):
        raise KeyboardInterrupt
    return Ended(_shell_status(status))


def captured(words: Sequence[str], *, environ: Mapping[str, str], folder: Path) -> Ended:
    """Run a program to its end without any input, and keep the last of its output.

    Whatever it started and left behind is ended with it.
    """
    is_group = os.name == "posix"
    begin = partial(
        _started,
        words,
        environ,
        folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        start_new_session=is_group,
    )
    kept = bytearray()
    try:
        with _running(begin, is_group=is_group, grace=GRACE) as process:
            reading = threading.Thread(target=_read, args=(process.stdout, kept), daemon=True)
            reading.start()
            status = process.wait()
    except OSError as error:
        return _not_begun(words, error)
    reading.join(GRACE)
    return Ended(_shell_status(status), bytes(kept).decode(errors="replace"))


def _started(
    words: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    **streams: object,
) -> subprocess.Popen[bytes]:
    program = shutil.which(words[0], path=environ.get("PATH")) or words[0]
    started: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603 - what a person asked for
        [program, *words[1:]], env=dict(environ), cwd=folder, **streams
    )
    return started


def _not_begun(words: Sequence[str], error: OSError) -> Ended:
    return Ended(_NOT_BEGUN, f"{words[0]}: {error.strerror}")


def _waited(process: subprocess.Popen[bytes], *, has_terminal: bool) -> int:
    while has_terminal and process.poll() is None:
        with suppress(KeyboardInterrupt):
            process.wait()
    return process.wait()


@contextmanager
def _running(
    begin: Callable[[], subprocess.Popen[bytes]], *, is_group: bool, grace: float
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends when this block ends, at the latest; a group with all that is left of it.

    While it begins, signals wait: what has begun is always known, and ended.
    """
    with _signals_held() as release:
        process = begin()
        try:
            release()
            yield process
        except BaseException:
            _tell(process, signal.SIGTERM, is_group=is_group)
            with suppress(subprocess.TimeoutExpired):
                process.wait(grace)
            raise
        finally:
            _tell(process, _KILL, is_group=is_group)
            process.wait()


@contextmanager
def _signals_held() -> Iterator[Callable[[], None]]:
    """What would break off this block waits until the given function is called, or the end."""
    came: list[int] = []
    handlers: dict[int, _Handler] = {}

    def release() -> None:
        while handlers:
            signal.signal(*handlers.popitem())
        while came:
            signal.raise_signal(came.pop())

    if threading.current_thread() is threading.main_thread():  # no other hears of signals
        for number in filter(lambda it: callable(signal.getsignal(it)), _ENDING):
            handlers[number] = signal.signal(number, lambda it, _frame: came.append(it))
    try:
        yield release
    finally:
        release()


def _tell(process: subprocess.Popen[bytes], number: int, *, is_group: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if is_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _shell_status(status: int) -> int:
    return status if status >= 0 else _SIGNALLED - status


def _read(stream: IO[bytes] | None, kept: bytearray) -> None:
    assert stream is not None  # noqa: S101 - a pipe, as said above
    with stream:
        while chunk := stream.read(_KEPT):
            kept += chunk
            del kept[:-_KEPT]

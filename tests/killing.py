"""Run a command on copies of a stage, and kill it at each of its steps on disk.

``python killing.py TEMPLATE FOLDER COMMAND [ARGUMENT]...`` copies TEMPLATE to FOLDER/1, FOLDER/2 …
and kills the command right before its first, second … write, until one run ends by itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from twine_stage.errors import StageError
from twine_stage.operations.add import add
from twine_stage.operations.bundle import export_bundle, import_bundles, open_bundles
from twine_stage.operations.drop import drop
from twine_stage.operations.freeze import freeze
from twine_stage.operations.thaw import thaw
from twine_stage.reporting import Silent
from twine_stage.store import Store

COMMANDS: dict[str, Callable[[Store, Sequence[str]], object]] = {
    "add": lambda store, arguments: add(store, arguments, reporter=Silent()),
    "import": lambda store, arguments: import_bundles(
        store, open_bundles([Path(one) for one in arguments]), expected={}, reporter=Silent()
    ),
    "export": lambda store, arguments: export_bundle(store, [], output=Path(arguments[0])),
    "drop": drop,
    "freeze": freeze,
    "thaw": thaw,
}
CHANGES = {"os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def run(folder: Path, command: str, arguments: Sequence[str]) -> None:
    """Run a command on the stage in a folder, which its arguments may name as ``{}``."""
    store = Store.open(folder)
    COMMANDS[command](store, [argument.format(folder) for argument in arguments])


def die_at(step: int, folder: Path) -> None:
    """Have this process killed right before its ``step``-th write in a folder."""
    left = step

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        is_write = event in CHANGES or (event == "open" and int(str(arguments[2])) & WRITING)
        if is_write and str(folder) in str(arguments[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def main(template: Path, folder: Path, command: str, *arguments: str) -> None:
    """One run for each step, each in a process of its own."""
    status, step = -1, 0
    while status:
        step += 1
        copy = folder / str(step)
        shutil.copytree(template, copy)
        child = os.fork()
        if not child:
            die_at(step, copy)
            try:
                run(copy, command, arguments)
            except StageError:
                os._exit(3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) and status:
            sys.exit(f"step {step}: status {status}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])

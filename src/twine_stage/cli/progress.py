"""Progress on stderr: bars that live on a terminal, or one line per file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from twine_stage.cli.surroundings import Surroundings
from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId
from twine_stage.render import github, terminal
from twine_stage.render.document import Block, Table, columns, layout
from twine_stage.render.painting import styled
from twine_stage.render.terminal import files, plan

if TYPE_CHECKING:  # rich costs 50 ms, and a pipe needs none of it
    from rich.progress import Progress, TaskID

_WORD = 9
"""Columns for what happened; ``unchanged`` is the longest word."""
_BESIDE = 52
"""Columns beside the name of a bar: the bar, the amount, the speed, and gaps."""
_SPARE = 3
"""Columns right of the bars, where ``^C`` does not start a new line that would stay."""


class Lines:
    """A line for each fact.

    A stream that breaks loses lines, and stops no work: what is told is never what is done.
    """

    def __init__(self, surroundings: Surroundings, *, names_files: bool = True) -> None:
        self.surroundings = surroundings
        self.names_files = names_files
        self.sizes: dict[str, int] = {}
        self.moved: dict[str, int] = {}

    def note(self, message: str) -> None:
        """A fact worth a line."""
        self.show([terminal.note(message)])

    def warn(self, message: str) -> None:
        """A fact that a person should act upon; GitHub Actions shows it beside the run."""
        self.show([terminal.warning(message)])
        if self.surroundings.is_github:
            with suppress(OSError, ValueError):
                self.surroundings.stderr.write(github.warning(message) + "\n")

    def conceal(self, secret: str) -> None:
        """Have GitHub Actions mask a text in the log of the run; elsewhere nothing is written."""
        if self.surroundings.is_github:
            with suppress(OSError, ValueError):
                self.surroundings.stderr.write(github.mask(secret) + "\n")
                self.surroundings.stderr.flush()

    def planned(self, release: ReleaseId, index: str, plan_: Plan) -> None:
        """The plan, wave by wave."""
        self.show(plan.render(release, index, plan_))

    def began(self, filename: str, size: int) -> None:
        """Remember the size for the line at the end; 0 where nobody told it."""
        self.sizes[filename] = size
        self.moved[filename] = 0

    def advanced(self, filename: str, count: int) -> None:
        """Count what comes, which is the size of what had none."""
        self.moved[filename] = self.moved.get(filename, 0) + count

    def ended(self, filename: str, outcome: str, detail: str = "") -> None:
        """One line: what happened, size, name; and what was said of it."""
        if self.names_files:
            self.show(self.line(filename, outcome, detail))

    def line(self, filename: str, outcome: str, detail: str) -> Sequence[Block]:
        """The line for the end of a file."""
        known = self.sizes.get(filename) or self.moved.get(filename)
        what, size, _, name = files.row(outcome, filename, size=known)
        padded = type(what)(f"{what.text:>{_WORD}}", what.style)
        row = Table(rows=((padded, type(size)(f"{size.text:>8}"), name),))
        return [row, *([terminal.said(detail, indent=_WORD + 2)] if detail else [])]

    def show(self, blocks: Sequence[Block]) -> None:
        """Write to stderr, if that still goes anywhere."""
        with suppress(OSError, ValueError):
            self.surroundings.show(blocks, self.surroundings.stderr)


class Bars:
    """A bar for each file whose bytes move, below the lines of what is done.

    The display begins with the first file that moves and ends with the last, so that a question
    in between has the terminal to itself.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._lock = Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:  # noqa: PYI034 - Self is of Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._tasks.clear()
            self._rest()

    def note(self, message: str) -> None:
        """A fact worth a line."""
        self._show([terminal.note(message)])

    def warn(self, message: str) -> None:
        """A fact that a person should act upon."""
        self._show([terminal.warning(message)])

    def conceal(self, secret: str) -> None:
        """Have a text masked where there is a log."""
        with self._lock:
            self.lines.conceal(secret)

    def planned(self, release: ReleaseId, index: str, plan_: Plan) -> None:
        """The plan, wave by wave."""
        self._show(plan.render(release, index, plan_))

    def began(self, filename: str, size: int) -> None:
        """A bar appears."""
        self.lines.began(filename, size)
        with self._lock:
            self._remove(filename)
            progress = self._progress = self._progress or _bars(self.lines.surroundings)
            self._tasks[filename] = progress.add_task(self._label(filename), total=size or None)
            progress.start()

    def advanced(self, filename: str, count: int) -> None:
        """The bar grows."""
        with self._lock:
            self.lines.advanced(filename, count)
            number = self._tasks.get(filename)
            if self._progress is not None and number is not None:
                self._progress.advance(number, count)

    def ended(self, filename: str, outcome: str, detail: str = "") -> None:
        """The bar goes, and a line stays."""
        with self._lock:
            self._remove(filename)
            if self.lines.names_files:
                self._print(self.lines.line(filename, outcome, detail))
            self._rest()

    def _label(self, filename: str) -> str:
        """The name; of a wheel whose name does not fit, the part that tells it from the others."""
        surroundings = self.lines.surroundings
        width = surroundings.width(surroundings.stderr)
        if width is None or columns(filename) <= width - _BESIDE:
            return filename
        return filename.split("-", 2)[-1] if filename.endswith(".whl") else filename

    def _show(self, blocks: Sequence[Block]) -> None:
        with self._lock:
            self._print(blocks)

    def _print(self, blocks: Sequence[Block]) -> None:
        if self._progress is None:
            self.lines.show(blocks)
            return
        surroundings = self.lines.surroundings
        for line in layout(blocks, surroundings.width(surroundings.stderr)):
            self._progress.console.print(styled(line), soft_wrap=True)

    def _remove(self, filename: str) -> None:
        task = self._tasks.pop(filename, None)
        if self._progress and task is not None:
            self._progress.remove_task(task)

    def _rest(self) -> None:
        """End the display, if no bar is left."""
        if self._progress and not self._tasks:
            self._progress.stop()
            self._progress = None


def _bars(surroundings: Surroundings) -> Progress:
    from rich.console import Console  # noqa: PLC0415 - costs 50 ms, and only a terminal shows bars
    from rich.progress import (  # noqa: PLC0415 - as above
        BarColumn,
        DownloadColumn,
        Progress,
        Task,
        TextColumn,
        TransferSpeedColumn,
    )
    from rich.table import Column  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above
    from rich.theme import Theme  # noqa: PLC0415 - as above

    class Pace(TransferSpeedColumn):
        """The speed; once all bytes are sent there is none, only an index that thinks."""

        def render(self, task: Task) -> Text:
            return Text("waiting") if task.finished else super().render(task)

    stream = surroundings.stderr
    console = Console(
        file=stream,
        force_terminal=True,
        highlight=False,
        color_system="standard" if surroundings.is_coloured(stream) else None,
        theme=Theme({"progress.download": "none", "progress.data.speed": "none"}),
    )
    console.width -= _SPARE
    name = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    return Progress(
        TextColumn("{task.description}", table_column=name, markup=False),
        BarColumn(bar_width=20, complete_style="green", finished_style="green"),
        DownloadColumn(),
        Pace(),
        console=console,
        transient=True,
        expand=True,
    )

"""A call of a command: what it runs in, and what every command needs from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twine_stage.cli.options import CommonOptions, ProgressOptions
from twine_stage.cli.surroundings import Surroundings
from twine_stage.reporting import Reporter
from twine_stage.store import Store


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one command."""

    surroundings: Surroundings
    common: CommonOptions

    @property
    def folder(self) -> Path:
        """The folder that the command was called in."""
        return self.surroundings.folder

    @property
    def stage_dir(self) -> Path | None:
        """The stage that the command line names."""
        named = self.common.stage_dir or self.surroundings.stage_dir
        return self.folder / named if named else None

    def store(self) -> Store:
        """The stage of this folder.

        Raises:
            WrongState: there is none.
        """
        return Store.open(self.folder, explicit=self.stage_dir)

    def find_store(self) -> Store | None:
        """The stage of this folder, if there is one."""
        return Store.find(self.folder, explicit=self.stage_dir)

    def create_store(self, reporter: Reporter) -> Store:
        """The stage of this folder, made if there is none."""
        store = Store.create(self.folder, explicit=self.stage_dir)
        if store.is_new:
            reporter.note(
                f"made {store.root.name}; put the line {store.root.name}/ into the project's "
                "ignore file, or a build may pack it into an sdist"
            )
        return store

    @contextmanager
    def reporter(
        self, options: ProgressOptions | None = None, *, names_files: bool = True
    ) -> Iterator[Reporter]:
        """Who tells of progress on stderr: bars on a terminal, else one line per file.

        Args:
            options: whether bars are wanted.
            names_files: say what became of each file; not where the report says it.
        """
        from twine_stage.cli.progress import Bars, Lines  # noqa: PLC0415 - status shows none

        lines = Lines(self.surroundings, names_files=names_files)
        is_plain = options is not None and options.disable_progress_bar
        if is_plain or not self.surroundings.stderr.isatty():
            yield lines
            return
        with Bars(lines) as bars:
            yield bars

"""The smallest typer program of two commands: what starting costs before anything is done."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command()
def first() -> None:
    """Do nothing."""


@app.command()
def second() -> None:
    """Do nothing else."""


if __name__ == "__main__":
    app()

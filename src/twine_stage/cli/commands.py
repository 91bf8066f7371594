"""Commands: the decorator that turns a function of values into what typer reads."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, Protocol, get_type_hints

import typer

from twine_stage.cli.call import Call
from twine_stage.cli.options import CommonOptions
from twine_stage.errors import UsageError

_WRITTEN = ("output", "html", "atom_file", "preview_url_file")
"""What is to be written to; elsewhere ``-`` is stdout, and nobody wants a file of that name."""


class Report(Protocol):
    """What a command returns: values for ``--json``, and the status that they amount to."""

    @property
    def exit_status(self) -> int:
        """0 for yes; the other statuses are those of the reference."""
        ...


def command(function: Callable[..., Report]) -> Callable[..., Report]:
    """Make ``function(call, …)`` a command: groups are expanded, common options are added.

    Each field of a parameter that is annotated with a dataclass becomes a parameter of its own.
    """
    _, *own = inspect.signature(function, eval_str=True).parameters.values()
    groups = {item.name: item.annotation for item in own if is_dataclass(item.annotation)}
    flat = [item.replace(kind=item.KEYWORD_ONLY) for item in own if item.name not in groups]
    for group in (*groups.values(), CommonOptions):
        flat += _parameters(group)

    @wraps(function)
    def expanded(context: typer.Context, **values: object) -> Report:
        def take(group: Any) -> Any:  # noqa: ANN401 - any dataclass
            return group(**{field.name: values.pop(field.name) for field in fields(group)})

        _expect_names(values)
        call = Call(context.obj, take(CommonOptions))
        members = {name: take(group) for name, group in groups.items()}
        return function(call, **members, **values)

    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    signature = inspect.Signature([context, *flat])
    expanded.__signature__ = signature  # type: ignore[attr-defined]
    expanded.__annotations__ = {
        item.name: item.annotation for item in signature.parameters.values()
    }
    return expanded


def _expect_names(values: Mapping[str, object]) -> None:
    if any(values.get(option) == "-" for option in _WRITTEN):
        raise UsageError(
            "expected the name of a file or folder to write to, found -",
            hint="./- is a file of that name; stage export without --output writes to stdout.",
        )


def _parameters(group: Any) -> list[inspect.Parameter]:  # noqa: ANN401 - as above
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]

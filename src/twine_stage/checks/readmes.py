"""M210 to M219: the README, which indexes show as the page of the project.

It is rendered by `readme_renderer`, which PyPI uses too: what fails here is refused there
(``warehouse/forklift/legacy.py``), or shown as an empty page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, cast

from twine_stage.checks.base import FileRule, Problem, Severity
from twine_stage.checks.parsing import parsed
from twine_stage.contents import Contents

_DEFAULT_TYPE = "text/x-rst"  # what core metadata without Description-Content-Type mean
_LARGEST = 512 * 1024  # characters; docutils takes about a second for 100,000
_VARIANT = re.compile(r'variant\s*=\s*"?(\w+)', re.IGNORECASE)
_REPORT = re.compile(
    r"^<string>:(?P<line>\d*): \(\w+/\d\) (?P<message>.*?)\.?(?:\n\n|\s*\Z)",
    re.MULTILINE | re.DOTALL,
)
_FOLDS = (" " * 8, " " * 7 + "|")


class _Warnings:
    """The stream that docutils writes its warnings to."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def write(self, text: str) -> None:
        self._parts.append(text)

    def tell(self) -> int:
        """How much was written; readme_renderer asks whether it was anything."""
        return sum(map(len, self._parts))

    def reason(self) -> str:
        """The first warning, in one line, with the line of the README where it is known."""
        text = "".join(self._parts)
        if report := _REPORT.search(text):
            message = " ".join(report["message"].split())
            return f"{message!r} in line {report['line']}" if report["line"] else repr(message)
        return " ".join(text.split()).removesuffix(".") or "that nothing is left of it"


def _renders(contents: Contents) -> Iterator[Problem]:
    readme = _readme(contents)
    if readme is None:
        return
    description, content_type = readme
    if len(description) <= _LARGEST and (reason := _failure(description, content_type)):
        yield Problem(
            contents.name,
            f"expected a README that renders as {content_type.partition(';')[0]}, found {reason}",
            "Correct the README, or say in the project's configuration what it is written in.",
        )


def _is_small_enough(contents: Contents) -> Iterator[Problem]:
    readme = _readme(contents)
    if readme is not None and len(readme[0]) > _LARGEST:
        yield Problem(
            contents.name,
            f"expected a README of at most {_LARGEST:,} characters, found {len(readme[0]):,};"
            " whether it renders was not looked at",
            "Keep the README short and link to the rest.",
        )


def _is_there(contents: Contents) -> Iterator[Problem]:
    if parsed(contents) is not None and _readme(contents) is None:
        yield Problem(
            contents.name,
            "expected a README in the core metadata, found none: the project's page will be empty",
            "Name a readme in the project's configuration.",
        )


def _has_type(contents: Contents) -> Iterator[Problem]:
    metadata = parsed(contents)
    if metadata is None or _readme(contents) is None:
        return
    if "description_content_type" not in metadata.raw:
        yield Problem(
            contents.name,
            "the core metadata do not say what the README is written in:"
            " it is taken for reStructuredText",
            "Set its content type, for example to text/markdown.",
        )


def _readme(contents: Contents) -> tuple[str, str] | None:
    """The description and its content type; None where there is none.

    Setuptools used to write ``UNKNOWN`` for what was not given.
    """
    metadata = parsed(contents)
    description = metadata.raw.get("description") if metadata else None
    if metadata is None or description is None or description.strip() in ("", "UNKNOWN"):
        return None
    return _unfolded(description), metadata.raw.get("description_content_type") or _DEFAULT_TYPE


def _unfolded(description: str) -> str:
    """The text of a description that was a header, as before metadata 2.1, and so is folded.

    Each line after the first then begins with eight spaces (setuptools), or with seven and a bar
    (the specification); `packaging` leaves them in.
    """
    first, *rest = description.split("\n")
    if all(line.startswith(_FOLDS) or not line.strip() for line in rest):
        return "\n".join([first, *(line[8:] for line in rest)])
    return description


@lru_cache(maxsize=4)  # the wheels of a release share one README
def _failure(description: str, content_type: str) -> str:
    """Why a README does not render; empty where it does.

    A content type that does not exist is not this rule's business, but that of the metadata.
    """
    from readme_renderer import markdown, rst, txt  # noqa: PLC0415 - docutils costs 0.2 s

    warnings = _Warnings()
    try:
        match content_type.partition(";")[0].strip().lower():
            case "text/x-rst":
                html = rst.render(description, stream=cast("IO[str]", warnings))
            case "text/markdown":
                variant = _VARIANT.search(content_type)
                html = markdown.render(description, variant=variant[1] if variant else "GFM")
            case "text/plain":
                html = txt.render(description)
            case _:
                return ""
    except Exception as error:  # noqa: BLE001 - docutils fails on hostile input in many ways
        return f"that the renderer fails on it ({type(error).__name__})"
    return "" if html else warnings.reason()


RULES = (
    FileRule(
        code="M210",
        name="readme-renders",
        severity=Severity.ERROR,
        summary="The README renders",
        judge=_renders,
    ),
    FileRule(
        code="M211",
        name="readme-present",
        severity=Severity.WARNING,
        summary="There is a README",
        judge=_is_there,
    ),
    FileRule(
        code="M212",
        name="readme-type",
        severity=Severity.NOTICE,
        summary="The core metadata say what the README is written in",
        judge=_has_type,
    ),
    FileRule(
        code="M213",
        name="readme-size",
        severity=Severity.NOTICE,
        summary="The README is small enough to be rendered here",
        judge=_is_small_enough,
    ),
)

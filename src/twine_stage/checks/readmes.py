"""M210 to M219: the README, which indexes show as the page of the project.

What fails here is refused by PyPI (``warehouse/forklift/legacy.py``); other indexes show raw text.
"""

from __future__ import annotations

from collections.abc import Iterator

from twine_stage.checks import rendering
from twine_stage.checks.base import FileRule, Severity
from twine_stage.checks.parsing import Fault, Parsed, of_metadata
from twine_stage.contents import shown, unfolded

_DEFAULT_TYPE = "text/x-rst"  # what core metadata without Description-Content-Type mean


def _renders(metadata: Parsed) -> Iterator[Fault]:
    readme = _readme(metadata)
    if readme is None or rendering.excess(*readme):
        return
    if reason := rendering.failure(*readme):
        yield Fault(
            "expected a README that renders as"
            f" {shown(rendering.media_type(readme[1]))}, found {reason}",
            "Correct the README, or say in the project's configuration what it is written in.",
        )


def _is_small_enough(metadata: Parsed) -> Iterator[Fault]:
    readme = _readme(metadata)
    if readme is not None and (excess := rendering.excess(*readme)):
        yield Fault(
            f"expected a README of {excess}; whether it renders was not looked at",
            "Keep the README short and link to the rest.",
        )


def _is_there(metadata: Parsed) -> Iterator[Fault]:
    if not metadata.failure and _readme(metadata) is None:
        yield Fault(
            "expected a README in the core metadata, found none: the project's page will be empty",
            "Name a readme in the project's configuration.",
        )


def _has_type(metadata: Parsed) -> Iterator[Fault]:
    if _readme(metadata) is not None and "description_content_type" not in metadata.raw:
        yield Fault(
            "the core metadata do not say what the README is written in:"
            " it is taken for reStructuredText",
            "Set its content type, for example to text/markdown.",
        )


def _readme(metadata: Parsed) -> tuple[str, str] | None:
    """The description and its content type; None where there is none.

    Setuptools used to write ``UNKNOWN`` for what was not given.
    """
    description = metadata.sent.get("description", "")
    if not description.strip():
        return None
    return unfolded(description), metadata.sent.get("description_content_type") or _DEFAULT_TYPE


RULES = (
    FileRule(
        code="M210",
        name="readme-renders",
        severity=Severity.ERROR,
        summary="The README renders",
        judge=of_metadata(_renders),
        is_of_pypi=True,
    ),
    FileRule(
        code="M211",
        name="readme-present",
        severity=Severity.WARNING,
        summary="There is a README",
        judge=of_metadata(_is_there),
    ),
    FileRule(
        code="M212",
        name="readme-type",
        severity=Severity.NOTICE,
        summary="The core metadata say what the README is written in",
        judge=of_metadata(_has_type),
    ),
    FileRule(
        code="M213",
        name="readme-size",
        severity=Severity.NOTICE,
        summary="The README is small enough to be rendered here",
        judge=of_metadata(_is_small_enough),
        is_of_pypi=True,
    ),
)

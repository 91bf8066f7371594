"""M230 to M239: what the core metadata point to, URLs and other projects, as PyPI judges it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packaging.requirements import Requirement

from twine_stage.checks.base import FileRule, Severity
from twine_stage.checks.parsing import Fault, Parsed, of_metadata
from twine_stage.contents import shown

_LONGEST_LABEL = 32
_URL = "Write a whole URL that begins with https:// or http://."


def _urls(metadata: Parsed) -> Iterator[Fault]:
    fields = (
        ("Home-page", metadata.sent.get("home_page")),
        ("Download-URL", metadata.sent.get("download_url")),
    )
    for field, url in fields:
        if url is not None and not _is_url(url):
            yield Fault(
                f"expected a URL in {field}, found {shown(repr(url))}",
                f"{_URL} Project-URL can say more than this field; an empty one is best left out.",
            )


def _project_urls(metadata: Parsed) -> Iterator[Fault]:
    for label, url in metadata.sent.get("project_urls", {}).items():
        if problem := _problem(label, url):
            yield Fault(
                f"expected LABEL, URL in Project-URL, found {problem}",
                f"Give each URL a label of at most {_LONGEST_LABEL} characters. {_URL}",
            )


def _problem(label: str, url: str) -> str:
    """What is wrong with a project's URL, in words; empty where nothing is."""
    if not label:
        return f"no label for {shown(repr(url))}"
    if len(label) > _LONGEST_LABEL:
        return f"a label of {len(label):,} characters: {shown(repr(label))}"
    if not url:
        return f"no URL for {shown(repr(label))}"
    return "" if _is_url(url) else f"{shown(repr(url))} for {shown(repr(label))}"


def _is_url(text: str) -> bool:
    """Whether PyPI takes a text for a URL: it asks for little but the scheme."""
    from rfc3986 import uri_reference, validators  # noqa: PLC0415 - only PyPI's rules need it
    from rfc3986.exceptions import ValidationError  # noqa: PLC0415 - as above

    validator = (
        validators.Validator()
        .allow_schemes("http", "https")
        .require_presence_of("scheme")
        .check_validity_of("scheme", "host", "port", "path", "query")
    )
    try:
        validator.validate(uri_reference(text).normalize())
    except (ValidationError, ValueError):  # the latter for ports of thousands of digits
        return False
    return True


def _requirements(metadata: Parsed) -> Iterator[Fault]:
    for field, values in _dists(metadata)[1:]:  # packaging judges the first
        for value in values:
            if _requirement(value) is None:
                yield Fault(
                    f"expected a requirement in {field}, found {shown(repr(value))}",
                    "Write it as a requirement: NAME, or NAME==VERSION without parentheses.",
                )


def _no_urls(metadata: Parsed) -> Iterator[Fault]:
    for field, values in _dists(metadata):
        for value in values:
            requirement = _requirement(value) if "@" in value else None
            if requirement and requirement.url is not None:
                yield Fault(
                    f"expected a project of the index in {field},"
                    f" found a URL: {shown(repr(value))}",
                    "Depend on a release of it that is on the index, or keep the URL in a"
                    " dependency group, which is not published.",
                )


def _dists(metadata: Parsed) -> Sequence[tuple[str, Sequence[str]]]:
    """The fields that name other distributions, and their values."""
    sent = metadata.sent
    return (
        ("Requires-Dist", sent.get("requires_dist", ())),
        ("Provides-Dist", sent.get("provides_dist", ())),
        ("Obsoletes-Dist", sent.get("obsoletes_dist", ())),
    )


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except (ValueError, RecursionError):  # InvalidRequirement is a ValueError
        return None


RULES = (
    FileRule(
        code="M230",
        name="urls-valid",
        severity=Severity.ERROR,
        summary="Home-page and Download-URL are URLs",
        judge=of_metadata(_urls),
        is_of_pypi=True,
    ),
    FileRule(
        code="M231",
        name="project-urls-valid",
        severity=Severity.ERROR,
        summary="Every Project-URL has a short label and a URL",
        judge=of_metadata(_project_urls),
        is_of_pypi=True,
    ),
    FileRule(
        code="M232",
        name="requirements-valid",
        severity=Severity.ERROR,
        summary="Provides-Dist and Obsoletes-Dist are requirements",
        judge=of_metadata(_requirements),
        is_of_pypi=True,
    ),
    FileRule(
        code="M233",
        name="no-direct-dependency",
        severity=Severity.ERROR,
        summary="No dependency is a URL",
        judge=of_metadata(_no_urls),
        is_of_pypi=True,
    ),
)

"""M200 to M209: METADATA or PKG-INFO, by the specification of core metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from packaging.errors import ExceptionGroup
from packaging.metadata import Metadata, RawMetadata

from twine_stage.checks.base import FileRule, Problem, Severity
from twine_stage.checks.parsing import Fault, Parsed, of_metadata
from twine_stage.contents import Contents, shown
from twine_stage.distributions import Kind, kind_of

_FIX = "Correct the field in the project's configuration and build again."
_REBUILD = "Build the file again with a current build backend."
_PKG_INFO = re.compile(r"(\./)?[^/]+/PKG-INFO")
_PLURALS = {
    "classifiers",
    "import_names",
    "import_namespaces",
    "license_files",
    "platforms",
    "project_urls",
    "supported_platforms",
}
_KNOWN_FIELDS = {
    (name.removesuffix("s") if name in _PLURALS else name).replace("_", "-")
    for name in RawMetadata.__annotations__
}
_NEWEST_OF_PYPI = "2.5"
_TOO_NEW = ("2.6",)  # those that packaging knows, and PyPI refuses
_NAMED = 3


def _presence(contents: Contents) -> Iterator[Problem]:
    if contents.core_metadata is not None or not contents.is_readable:
        return
    if kind_of(contents.name) is not Kind.WHEEL:
        found = [name for name in contents.members if _PKG_INFO.fullmatch(name)]
        yield _absent(contents, "PKG-INFO in the folder at the top", found)
    elif len(contents.dist_infos) == 1:
        place = f"{contents.dist_infos[0]}/METADATA"
        yield _absent(contents, place, [name for name in contents.members if name == place])


def _absent(contents: Contents, place: str, found: Sequence[str]) -> Problem:
    return Problem(
        contents.name,
        f"expected {place}, found {' and '.join(map(shown, found[:_NAMED])) or 'none'}",
        _REBUILD,
    )


def _validity(metadata: Parsed) -> Iterator[Fault]:
    if metadata.failure:
        yield Fault(f"the core metadata cannot be parsed: {metadata.failure}", _REBUILD)
        return
    for field, values in metadata.unparsed.items():
        if field in _KNOWN_FIELDS:
            yield Fault(
                f"the core metadata have a field {field!r} that gives no value: {_shown(values)}",
                _FIX,
            )
    for problem in _invalid(metadata.raw):
        yield Fault(f"the core metadata are not valid: {problem}", _FIX)


def _invalid(raw: RawMetadata) -> Sequence[str]:
    try:
        Metadata.from_raw(raw)
    except ExceptionGroup as group:
        return sorted(str(error) for error in group.exceptions)
    except Exception as error:  # noqa: BLE001 - deep nesting in a requirement, for one
        return [f"{type(error).__name__}: {error}"]
    return ()


def _unknown_fields(metadata: Parsed) -> Iterator[Fault]:
    for field in sorted(set(metadata.unparsed) - _KNOWN_FIELDS):
        yield Fault(
            f"the core metadata have a field {field!r} that no specification knows",
            "Remove the field, or correct its spelling; `twine upload` refuses such files.",
        )


def _current_version(metadata: Parsed) -> Iterator[Fault]:
    version = metadata.raw.get("metadata_version")
    if version in _TOO_NEW:
        yield Fault(
            f"expected a Metadata-Version up to {_NEWEST_OF_PYPI}, found {version}",
            "Tell the build backend to write an older one, or use an older release of it.",
        )


def _shown(values: list[str]) -> str:
    """The first values; packaging gives what is no text as well, of a multipart body say."""
    return ", ".join(shown(repr(value)) for value in values[:_NAMED])


PRESENT = FileRule(
    code="M201",
    name="metadata-present",
    severity=Severity.ERROR,
    summary="There is one METADATA in a wheel, one PKG-INFO in an sdist",
    judge=_presence,
)

RULES = (
    PRESENT,
    FileRule(
        code="M202",
        name="metadata-valid",
        severity=Severity.ERROR,
        summary="The core metadata are valid",
        judge=of_metadata(_validity),
    ),
    FileRule(
        code="M203",
        name="metadata-fields-known",
        severity=Severity.WARNING,
        summary="Every field of the core metadata is one that the specification knows",
        judge=of_metadata(_unknown_fields),
    ),
    FileRule(
        code="M204",
        name="metadata-version",
        severity=Severity.ERROR,
        summary="The version of the core metadata is one that PyPI takes",
        judge=of_metadata(_current_version),
        is_of_pypi=True,
    ),
)

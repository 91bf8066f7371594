"""Core metadata, parsed and judged once for all files that share them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import cast

from packaging.metadata import RawMetadata, parse_email
from packaging.version import Version

from twine_stage.checks.base import Problem
from twine_stage.contents import Contents

_SHARED = 4  # an sdist and the wheels of a release often have the same core metadata, or nearly
_MOST_FAULTS = 50

# Parsing looks through all fields for each name, and judging takes microseconds a character.
# These are far above what any project has, and keep both below a second.
_MOST_LINES = 500_000
_MOST_FIELDS = 20_000
_MOST_NAMES = 200
_LONGEST_FIELD = 50_000  # characters
_MOST_TEXT = 512 * 1024  # characters of all fields that are not prose
_LARGEST_MAIL = 100_000  # bytes
_PROSE = frozenset(("description", "license", "keywords"))
_MIME = frozenset((b"content-type", b"content-transfer-encoding"))

_END_OF_FIELDS = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"(?:^|\r)([^\s:]+):", re.MULTILINE)
_BEFORE_LICENSE_FILES = ("1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3")
_UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What `packaging` reads of core metadata.

    ``unparsed`` are the values of fields that are unknown, or stand there in a form (twice, say)
    that gives no value. ``failure`` is set where the bytes are no metadata at all.
    """

    raw: RawMetadata = field(default_factory=RawMetadata)
    unparsed: dict[str, list[str]] = field(default_factory=dict)
    failure: str = ""

    @property
    def sent(self) -> RawMetadata:
        """The fields that PyPI makes of the upload form.

        The form has what ``raw`` has. Of a field that is there several times, PyPI looks at the
        last value; if it is ``UNKNOWN``, which setuptools used to write for what was not given,
        the field is dropped (``warehouse/forklift/decorators.py``).
        """
        fields = {key: value for key, value in self.raw.items() if not _is_unknown(value)}
        return cast("RawMetadata", fields)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem of core metadata, whichever file they are in."""

    message: str
    hint: str


def parsed(contents: Contents) -> Parsed | None:
    """The core metadata of a file; None where it has none.

    ``License-File`` under a metadata version before 2.4 is left out, as twine does: setuptools
    wrote it for years before the specification knew it, and every index takes such files.
    """
    return None if contents.core_metadata is None else _parse(contents.core_metadata)


def of_metadata(
    judge: Callable[[Parsed], Iterable[Fault]],
) -> Callable[[Contents], Iterator[Problem]]:
    """The judge of files that looks at their core metadata alone, and at the same ones once.

    Of many faults only the first are told, and the judge is not asked for more: a person mends one
    and learns the rule.
    """

    @lru_cache(maxsize=_SHARED)
    def faults(core_metadata: bytes) -> tuple[Fault, ...]:
        return tuple(islice(judge(_parse(core_metadata)), _MOST_FAULTS))

    def of_file(contents: Contents) -> Iterator[Problem]:
        if contents.core_metadata is not None:
            for fault in faults(contents.core_metadata):
                yield Problem(contents.name, fault.message, fault.hint)

    return of_file


@lru_cache(maxsize=_SHARED)
def _parse(content: bytes) -> Parsed:
    if failure := _excess(content):
        return Parsed(failure=failure)
    try:
        raw, unparsed = parse_email(content)
    except Exception as error:  # noqa: BLE001 - email fails on hostile headers in many ways
        return Parsed(failure=f"{type(error).__name__}: {error}")
    if failure := _length(raw):
        return Parsed(failure=failure)
    if raw.get("metadata_version") in _BEFORE_LICENSE_FILES:
        raw.pop("license_files", None)
    return Parsed(raw, unparsed)


def _excess(content: bytes) -> str:
    """Why bytes should not even be parsed; empty where they may be."""
    end = _END_OF_FIELDS.search(content)
    fields = _FIELD.findall(content, 0, end.start() if end else len(content))
    names = set(fields)
    lines = content.count(b"\n") + content.count(b"\r")
    if lines > _MOST_LINES:
        return f"expected at most {_MOST_LINES:,} lines, found {lines:,}"
    if len(fields) > _MOST_FIELDS:
        return f"expected at most {_MOST_FIELDS:,} fields, found {len(fields):,}"
    if len(names) > _MOST_NAMES:
        return f"expected at most {_MOST_NAMES} different fields, found {len(names):,}"
    if len(content) > _LARGEST_MAIL and not _MIME.isdisjoint(name.lower() for name in names):
        return "expected fields and a text, found an e-mail with attachments"
    return ""


def _length(raw: RawMetadata) -> str:
    """Why fields should not be judged; empty where they may be."""
    lengths = {key: _size(value) for key, value in raw.items() if key not in _PROSE}
    for key, value in raw.items():
        if isinstance(value, str) and (length := lengths.get(key, 0)) > _LONGEST_FIELD:
            return f"expected at most {_LONGEST_FIELD:,} characters in {key!r}, found {length:,}"
    if (length := sum(lengths.values())) > _MOST_TEXT:
        return f"expected fields of at most {_MOST_TEXT:,} characters, found {length:,}"
    return ""


def _size(value: object) -> int:
    """How many characters a field has, of whichever type."""
    match value:
        case dict():
            return sum(len(label) + len(url) for label, url in value.items())
        case list():
            return sum(map(len, value))
        case _:
            return len(str(value))


def _is_unknown(value: object) -> bool:
    """Whether a field is dropped, by the last of its values."""
    last = value[-1] if isinstance(value, list) and value else value
    return isinstance(last, str) and last.strip() == _UNKNOWN


def version_of(text: str | None) -> Version | None:
    """The version that a text is; None where it is none."""
    try:
        return Version(text or "")
    except ValueError:  # InvalidVersion is one, and so is a number of thousands of digits
        return None

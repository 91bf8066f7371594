"""A31x: what lies in the .dist-info folder of a wheel, and the licence files of both kinds."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator

from packaging.tags import Tag, parse_tag

from twine_stage import wheel_record
from twine_stage.checks.archive import flaws
from twine_stage.checks.base import FileRule, Problem, Severity
from twine_stage.checks.parsing import parsed
from twine_stage.contents import Contents, FlawKind, named_dist_info, shown

_REBUILD = "Build the file again with a current build backend."
_NAMED = 3

_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(\S*)", re.MULTILINE)
_MOST_TAGS = 10_000

_SCRIPTS = ("console_scripts", "gui_scripts")
_SCRIPT = re.compile(r"[\w.-]+")

# configparser takes time quadratic in the length of a gap, and in the number of broken lines.
_LONGEST_GAP = 64
_LONG_GAP = re.compile(rf"\s{{{_LONGEST_GAP}}}")
_MOST_LINES = 10_000


class _Parser(configparser.ConfigParser):
    """One that keeps the case of names."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def _of_wheel(
    judge: Callable[[Contents, str], Iterator[Problem]],
) -> Callable[[Contents], Iterator[Problem]]:
    """The judge of wheels that could be read and have one .dist-info folder."""

    def of_file(contents: Contents) -> Iterator[Problem]:
        if contents.is_readable and len(contents.dist_infos) == 1:
            yield from judge(contents, contents.dist_infos[0])

    return of_file


def _spelling(contents: Contents, folder: str) -> Iterator[Problem]:
    expected = named_dist_info(contents.name)
    if folder != expected:
        message = f"expected {expected}, spelled as in the filename, found {shown(folder)}"
        yield Problem(contents.name, message, _REBUILD)


def _record(contents: Contents, folder: str) -> Iterator[Problem]:
    record = contents.texts.get(f"{folder}/RECORD")
    if record is None:
        message = f"expected {shown(folder)}/RECORD, found none"
        yield Problem(contents.name, message, _REBUILD)
        return
    try:
        for _row in wheel_record.rows(record):
            pass
    except wheel_record.Unreadable as error:
        yield Problem(contents.name, f"expected a RECORD of CSV, found {error}", _REBUILD)


def _entry_points(contents: Contents, folder: str) -> Iterator[Problem]:
    content = contents.texts.get(f"{folder}/entry_points.txt")
    if content is not None and (found := _fault_of_entry_points(content)):
        yield Problem(
            contents.name,
            f"expected entry points that can be read, found {found}",
            "Mend the entry points in pyproject.toml (or setup.cfg), then build again.",
        )


def _fault_of_entry_points(content: bytes) -> str:
    """What is wrong with an entry_points.txt; empty if nothing is."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return f"a byte that is no UTF-8, at {error.start:,}"
    if _LONG_GAP.search(text):
        return f"a gap of more than {_LONGEST_GAP} spaces or blank lines"
    if text.count("\n") + text.count("\r") > _MOST_LINES:
        return f"more than {_MOST_LINES:,} lines"
    parser = _Parser(delimiters=("=",), interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        return f"what is no INI file ({' '.join(error.message.split())})"
    for section in filter(parser.has_section, _SCRIPTS):
        for name in parser.options(section):
            if not _SCRIPT.fullmatch(name):
                return f"a script named {shown(name)!r}"
    return ""


def _wheel_file(contents: Contents, folder: str) -> Iterator[Problem]:
    wheel = contents.texts.get(f"{folder}/WHEEL")
    if wheel is None:
        yield Problem(contents.name, f"expected {shown(folder)}/WHEEL, found none", _REBUILD)
        return
    versions = _values(wheel, "wheel-version")
    if not versions or versions[0].partition(".")[0] != "1":
        found = shown(versions[0]) if versions else "none"
        message = f"expected a Wheel-Version of 1, found {found}"
        yield Problem(contents.name, message, _REBUILD)


def _tags(contents: Contents, folder: str) -> Iterator[Problem]:
    wheel, filename = contents.texts.get(f"{folder}/WHEEL"), contents.filename
    if wheel is None or filename is None:
        return
    difference = _difference(_values(wheel, "tag"), filename.tags)
    if difference:
        message = f"expected the filename's tags in WHEEL, {difference}"
        hint = "Change tags with `wheel tags`, which changes both; never rename a wheel."
        yield Problem(contents.name, message, hint)


def _difference(texts: list[str], named: frozenset[Tag]) -> str:
    """How the tags of a WHEEL differ from those of the filename; empty if they do not."""
    text, told = "", set[Tag]()
    try:
        for text in texts:
            told |= parse_tag(text, limit=_MOST_TAGS - len(told))
    except ValueError:  # it is no tag, or far too many
        return f"found {shown(text)!r}"
    more, missing = sorted(map(str, told - named)), sorted(map(str, named - told))
    parts = [shown(", ".join(more[:_NAMED]))] if more else []
    parts += [f"no {', '.join(missing[:_NAMED])}"] if missing else []
    return f"found {', and '.join(parts)}" if parts else ""


def _values(wheel: bytes, name: str) -> list[str]:
    """The values of a field of WHEEL, whose name is given in lower case."""
    text = wheel.decode("utf-8", "replace")
    return [found[2] for found in _FIELD.finditer(text) if found[1].lower() == name]


def _licences(contents: Contents) -> Iterator[Problem]:
    metadata = parsed(contents)
    folder = _folder_of_licences(contents)
    if metadata is None or folder is None or not contents.is_readable:
        return
    members = {name.removeprefix("./") for name in contents.members}
    files = metadata.sent.get("license_files", [])
    missing = [file for file in files if f"{folder}/{file}" not in members]
    if missing:
        more = f", nor {len(missing) - 1:,} more of them" if missing[1:] else ""
        yield Problem(
            contents.name,
            f"expected the License-File {shown(missing[0])} at"
            f" {shown(f'{folder}/{missing[0]}')}, found none there{more}",
            "Have the build backend pack it (license-files), or leave it out of the metadata.",
        )


def _folder_of_licences(contents: Contents) -> str | None:
    """The folder that licence files are in."""
    if contents.name.endswith(".whl"):
        return contents.dist_info and f"{contents.dist_info}/licenses"
    tops = (name.removeprefix("./").split("/") for name in contents.members)
    return next((top for top, *rest in tops if rest == ["PKG-INFO"]), None)


RULES = (
    FileRule(
        code="A312",
        name="dist-info-spelling",
        severity=Severity.ERROR,
        summary="The .dist-info folder of a wheel is spelled as in the filename",
        judge=_of_wheel(_spelling),
        is_of_pypi=True,
    ),
    FileRule(
        code="A313",
        name="record-readable",
        severity=Severity.ERROR,
        summary="A wheel has a RECORD that can be read",
        judge=_of_wheel(_record),
    ),
    FileRule(
        code="A314",
        name="entry-points",
        severity=Severity.ERROR,
        summary="The entry points of a wheel can be read, and its scripts have proper names",
        judge=_of_wheel(_entry_points),
    ),
    FileRule(
        code="A315",
        name="record-true",
        severity=Severity.WARNING,
        summary="The members of a wheel are those that its RECORD lists, with these hashes",
        judge=flaws(FlawKind.RECORD, "the members that RECORD lists", _REBUILD),
    ),
    FileRule(
        code="A316",
        name="licence-files",
        severity=Severity.ERROR,
        summary="Every licence file that the core metadata name is in the distribution",
        judge=_licences,
        is_of_pypi=True,
    ),
    FileRule(
        code="A317",
        name="wheel-tags",
        severity=Severity.WARNING,
        summary="WHEEL names the tags that the filename has",
        judge=_of_wheel(_tags),
    ),
    FileRule(
        code="A318",
        name="wheel-file",
        severity=Severity.ERROR,
        summary="A wheel has a WHEEL file of version 1",
        judge=_of_wheel(_wheel_file),
    ),
)

"""A3xx: the archive, its bytes and its layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from packaging.utils import canonicalize_name

from twine_stage.checks.base import FileRule, Problem, SetRule, Severity, Subject
from twine_stage.checks.parsing import version_of
from twine_stage.contents import Contents, FlawKind, shown
from twine_stage.distributions import Kind, kind_of

_REBUILD = "Build the file again with a current build backend."
_COPY_AGAIN = "Build the file again, or copy it again from where it is whole."

_NAMED = 3
_PKG_INFO = re.compile(r"(?!\./)[^/]+/PKG-INFO")


def _unreadable(subject: Subject) -> Iterator[Problem]:
    for error in subject.unreadable:
        yield Problem(error.filename, error.problem, error.hint)


def flaws(kind: FlawKind, expected: str, hint: str) -> Callable[[Contents], Iterator[Problem]]:
    """A judge that reports the flaws of one kind."""

    def judge(contents: Contents) -> Iterator[Problem]:
        for flaw in contents.flaws:
            if flaw.kind is kind:
                yield Problem(contents.name, f"expected {expected}, found: {flaw.detail}", hint)

    return judge


def _one_dist_info(contents: Contents) -> Iterator[Problem]:
    folders = contents.dist_infos
    if kind_of(contents.name) is Kind.WHEEL and len(folders) != 1 and contents.is_readable:
        found = " and ".join(map(shown, folders[:_NAMED])) or "none"
        yield Problem(
            contents.name, f"expected one .dist-info folder at the top, found {found}", _REBUILD
        )


def _dist_info_name(contents: Contents) -> Iterator[Problem]:
    filename = contents.filename
    if filename is None or len(contents.dist_infos) != 1:
        return
    [folder] = contents.dist_infos
    project, _, version = folder.removesuffix(".dist-info").partition("-")
    if (canonicalize_name(project), version_of(version)) != (filename.project, filename.version):
        yield Problem(
            contents.name,
            f"expected the .dist-info folder of {filename.project} {filename.version},"
            f" found {shown(folder)}",
            "Build the file again; never rename one.",
        )


def _no_stage(contents: Contents) -> Iterator[Problem]:
    held = next((name for name in contents.members if "/.stage/" in f"/{name}"), None)
    if held is not None:
        yield Problem(
            contents.name,
            f"expected no .stage folder in it, found {shown(held)}",
            "Keep .stage out of what the build backend packs (in .gitignore, say), build again.",
        )


def _pkg_info(contents: Contents) -> Iterator[Problem]:
    names = set(contents.members)
    if kind_of(contents.name) is not Kind.SDIST or contents.core_metadata is None:
        return
    if len(names) == 1:
        message = f"expected a project, found nothing but {shown(min(names))}"
        yield Problem(contents.name, message, _REBUILD)
    elif not any(_PKG_INFO.fullmatch(name) for name in names):
        message = "expected PKG-INFO in the folder at the top, found its name to begin with ./"
        hint = "Pack the folder by its name (tar -c NAME-VERSION), or let a build backend do it."
        yield Problem(contents.name, message, hint)


UNREADABLE = SetRule(
    code="A301",
    name="readable",
    severity=Severity.ERROR,
    summary="The file can be read as a distribution",
    judge=_unreadable,
    is_optional=False,
)
"""Never left out: a file that cannot be read has passed no other rule either."""

INTACT = (
    FileRule(
        code="A302",
        name="intact",
        severity=Severity.ERROR,
        summary="Every member unpacks and matches its checksum",
        judge=flaws(FlawKind.CORRUPT, "an intact archive", _COPY_AGAIN),
    ),
    FileRule(
        code="A303",
        name="whole",
        severity=Severity.ERROR,
        summary="No byte of the archive is missing",
        judge=flaws(FlawKind.TRUNCATED, "a whole archive", _COPY_AGAIN),
    ),
    FileRule(
        code="A304",
        name="not-encrypted",
        severity=Severity.ERROR,
        summary="No member is encrypted",
        judge=flaws(
            FlawKind.ENCRYPTED, "an archive without encryption", "Build it without a password."
        ),
    ),
    FileRule(
        code="A305",
        name="no-bomb",
        severity=Severity.ERROR,
        summary="The archive does not unpack to far more than a distribution can be",
        judge=flaws(
            FlawKind.BOMB,
            "an archive of a reasonable size",
            "Leave out what only pads the files, or download such data where they are needed.",
        ),
    ),
    FileRule(
        code="A306",
        name="compression",
        severity=Severity.ERROR,
        summary="Every member is packed in a way that all installers can read",
        judge=flaws(
            FlawKind.UNSUPPORTED,
            "members that are stored or deflated, and none sparse",
            _REBUILD,
        ),
    ),
)

DIST_INFO = (
    FileRule(
        code="A310",
        name="one-dist-info",
        severity=Severity.ERROR,
        summary="A wheel has one .dist-info folder at its top",
        judge=_one_dist_info,
    ),
    FileRule(
        code="A311",
        name="dist-info-name",
        severity=Severity.ERROR,
        summary="The .dist-info folder of a wheel carries the project and version of the filename",
        judge=_dist_info_name,
    ),
)

_SAME_FOR_ALL = "Build the file again with a current build backend, and change nothing in it after."

STRUCTURE = (
    FileRule(
        code="A330",
        name="unambiguous",
        severity=Severity.ERROR,
        summary="Every tool that reads the archive sees the same in it",
        judge=flaws(FlawKind.AMBIGUOUS, "an archive that all tools read alike", _SAME_FOR_ALL),
    ),
    FileRule(
        code="A331",
        name="plain-zip",
        severity=Severity.ERROR,
        summary="The zip archive has nothing in it that PyPI refuses",
        judge=flaws(FlawKind.UNUSUAL, "a zip archive as PyPI takes it", _SAME_FOR_ALL),
        is_of_pypi=True,
    ),
    FileRule(
        code="A332",
        name="not-scrambled",
        severity=Severity.ERROR,
        summary="No module is encrypted or obfuscated by a tool that PyPI refuses",
        judge=flaws(
            FlawKind.SCRAMBLED,
            "modules that can be read",
            "Publish the modules as they are, or compiled; or use an index of your own.",
        ),
        is_of_pypi=True,
    ),
    FileRule(
        code="A333",
        name="one-top-folder",
        severity=Severity.ERROR,
        summary="All members of an sdist are in one folder at its top",
        judge=flaws(FlawKind.SCATTERED, "one folder at the top with all members", _REBUILD),
        is_of_pypi=True,
    ),
    FileRule(
        code="A334",
        name="pkg-info-place",
        severity=Severity.ERROR,
        summary="PKG-INFO stands where PyPI looks for it, and not alone",
        judge=_pkg_info,
        is_of_pypi=True,
    ),
    FileRule(
        code="A340",
        name="nothing-outside",
        severity=Severity.WARNING,
        summary="No member would be unpacked outside of its folder",
        judge=flaws(
            FlawKind.OUTSIDE,
            "names that lead to places in the archive's own folder",
            "Build the file again from relative paths; installers refuse such members.",
        ),
    ),
    FileRule(
        code="A341",
        name="no-links",
        severity=Severity.WARNING,
        summary="Every member is a plain file or a folder",
        judge=flaws(
            FlawKind.LINK,
            "plain files and folders",
            "Pack what the link leads to instead; not every system and installer makes links.",
        ),
    ),
    FileRule(
        code="A342",
        name="no-duplicates",
        severity=Severity.WARNING,
        summary="No file is in a tar archive more than once",
        judge=flaws(
            FlawKind.DUPLICATE, "each file once", "Leave the older one out: the last one wins."
        ),
    ),
)

NO_STAGE = FileRule(
    code="A320",
    name="no-stage",
    severity=Severity.ERROR,
    summary="The distribution holds no .stage folder",
    judge=_no_stage,
)

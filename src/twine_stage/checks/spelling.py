"""F104 to F119: the filename as PyPI wants it spelled, and the size of the file."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from twine_stage.checks import platform_tags
from twine_stage.checks.base import FileRule, Problem, SetRule, Severity, Subject
from twine_stage.checks.parsing import parsed, version_of
from twine_stage.contents import Contents, shown
from twine_stage.distributions import Filename, Kind
from twine_stage.sizes import MIB, exact

_REBUILD = "Build the file again with a current build backend; never rename one."
_SDIST = ".tar.gz"
_LONGEST_WHEEL = 246  # with .metadata behind it, the longest name a disk takes
_LARGEST_GRANTED = 1024 * MIB


def _project(contents: Contents) -> Iterator[Problem]:
    filename = contents.filename
    if filename is None:
        return
    expected, found = filename.project.replace("-", "_"), _project_part(filename)
    if found != expected:
        yield Problem(
            contents.name,
            f"expected the project to be spelled {expected} in the filename, found {found}",
            _REBUILD,
        )


def _project_part(filename: Filename) -> str:
    if filename.kind is Kind.WHEEL:
        return filename.text.partition("-")[0]
    return filename.text.rpartition("-")[0]


def _gzipped(contents: Contents) -> Iterator[Problem]:
    filename = contents.filename
    if filename and filename.kind is Kind.SDIST and not filename.text.endswith(_SDIST):
        yield Problem(
            contents.name,
            f"expected an sdist that ends in {_SDIST}, found a .zip",
            f"Let the build backend make a {_SDIST}.",
        )


def _version(contents: Contents) -> Iterator[Problem]:
    filename = contents.filename
    if filename is None or filename.kind is not Kind.SDIST:
        return
    expected, found = str(_said(contents, filename)), _version_part(filename)
    if found != expected:
        yield Problem(
            contents.name,
            f"expected the version to be spelled {shown(expected)} in the filename, found {found}",
            _REBUILD,
        )


def _said(contents: Contents, filename: Filename) -> Version:
    """The version of the core metadata, unless it is another one: that is for F103 to tell."""
    metadata = parsed(contents)
    said = version_of(metadata.raw.get("version")) if metadata else None
    return said if said is not None and said == filename.version else filename.version


def _version_part(filename: Filename) -> str:
    return filename.text.removesuffix(_SDIST).removesuffix(".zip").rpartition("-")[2]


def _platforms(contents: Contents) -> Iterator[Problem]:
    tags = contents.filename.tags if contents.filename else ()
    for platform in sorted({tag.platform for tag in tags}):
        if not platform_tags.is_taken(platform):
            yield Problem(
                contents.name,
                f"expected platforms that PyPI takes wheels for, found {platform}",
                platform_tags.advice(platform),
            )


def _length(contents: Contents) -> Iterator[Problem]:
    filename = contents.filename
    if filename and filename.kind is Kind.WHEEL and len(filename.text) > _LONGEST_WHEEL:
        yield Problem(
            contents.name,
            f"expected a filename of at most {_LONGEST_WHEEL} characters,"
            f" found {len(filename.text)}",
            "Shorten the version, or build a wheel for each platform instead of one for many.",
        )


def _size(subject: Subject) -> Iterator[Problem]:
    profile = subject.destination.profile
    most = profile.max_file_size
    if most is None:
        return
    for contents in subject.contents:
        size = contents.digests.size
        if size > most:
            is_grantable = profile.is_pypi and size <= _LARGEST_GRANTED
            yield Problem(
                contents.name,
                f"expected a file of at most {exact(most)}, found {exact(size)}",
                _grant(size) if is_grantable else _SMALLER,
            )


_SMALLER = "Leave out what is not needed to run, or let the program download its data."


def _grant(size: int) -> str:
    needed = -(-size // MIB)
    return (
        "If PyPI has granted the project larger files, say so in pyproject.toml:"
        f' `max-file-size = "{needed} MiB"` in [tool.stage.index.NAME]. Otherwise ask for it, or'
        " leave out what is not needed to run."
    )


RULES = (
    FileRule(
        code="F104",
        name="filename-project-spelling",
        severity=Severity.ERROR,
        summary="The filename has the normalized name of the project, with underscores",
        judge=_project,
        is_of_pypi=True,
    ),
    FileRule(
        code="F105",
        name="sdist-gzipped",
        severity=Severity.ERROR,
        summary="The name of an sdist ends in .tar.gz",
        judge=_gzipped,
        is_of_pypi=True,
    ),
    FileRule(
        code="F106",
        name="sdist-version-spelling",
        severity=Severity.ERROR,
        summary="The filename of an sdist has the version in its normalized spelling",
        judge=_version,
        is_of_pypi=True,
    ),
    FileRule(
        code="F107",
        name="platform-tags",
        severity=Severity.ERROR,
        summary="The platforms of a wheel are ones that PyPI takes wheels for",
        judge=_platforms,
        is_of_pypi=True,
    ),
    FileRule(
        code="F108",
        name="filename-length",
        severity=Severity.ERROR,
        summary="The filename of a wheel has at most 246 characters",
        judge=_length,
        is_of_pypi=True,
    ),
    SetRule(
        code="F109",
        name="file-size",
        severity=Severity.ERROR,
        summary="No file is larger than the index takes",
        judge=_size,
    ),
)

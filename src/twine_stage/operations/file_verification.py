"""File verification: are these the files that were frozen? Asked with no project and no index."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twine_stage import attestations
from twine_stage.distributions import ATTESTATION_SUFFIX, kind_of
from twine_stage.errors import InvalidDistribution, UsageError
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.operations.sources import OnDisk
from twine_stage.operations.workers import Workers
from twine_stage.reporting import Reporter

_WORKERS = 4
MATCHING, DIFFERENT, RENAMED = "matching", "different", "renamed"
UNEXPECTED, MISSING = "unexpected", "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedFile:
    """A file, and how it stands to what was frozen; ``message`` is empty if it matches.

    ``release`` is empty for a file of none, ``sha256`` for one that is missing.
    """

    filename: str
    outcome: str
    release: str
    sha256: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVerificationReport:
    """How files stand to the manifests of the releases that they are ``compared_with``.

    ``ignored`` are the names of files in folders that are no distributions.
    """

    compared_with: tuple[str, ...]
    files: tuple[VerifiedFile, ...]
    ignored: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0 if each file is as it was frozen, else 1."""
        return 0 if all(file.outcome == MATCHING for file in self.files) else 1


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A name and a digest that stand in a manifest; ``name`` is that of the distribution."""

    name: str
    sha256: str
    release: str
    is_attestation: bool = False


def is_file(argument: str) -> bool:
    """Whether an argument means files, also if there are none of that name."""
    is_named = kind_of(argument) is not None or argument.endswith(ATTESTATION_SUFFIX)
    return is_named or selection.is_path(argument)


def verify_files(
    manifests: Sequence[Manifest],
    arguments: Sequence[str],
    *,
    all_expected: bool,
    reporter: Reporter,
) -> FileVerificationReport:
    """Compare files with manifests, by name and by hash.

    Args:
        manifests: what was frozen.
        arguments: files, folders and patterns. A file that is named is always compared; of
            those in folders and of patterns the distributions and their attestations are.
        all_expected: whether a file of a manifest that is not among them is a difference.
        reporter: hears of every byte.

    Raises:
        UsageError: the arguments mean no file.
        InvalidDistribution: a file cannot be read.
    """
    paths, ignored = _sorted_out(arguments)
    frozen = [one for manifest in manifests for one in _frozen(manifest)]
    with Workers(_WORKERS, name="verify") as workers:
        futures = [(path, workers.submit(_digest, path, reporter)) for path in paths]
        digests = [(path.name, future.result()) for path, future in futures]
    files = [_judged(name, digest, frozen) for name, digest in digests]
    if all_expected:
        files += _missing(frozen, {digest for _, digest in digests}, {one.name for one in paths})
    return FileVerificationReport(
        compared_with=tuple(dict.fromkeys(str(manifest.id) for manifest in manifests)),
        files=tuple(files),
        ignored=tuple(path.name for path in ignored),
    )


def _sorted_out(arguments: Sequence[str]) -> tuple[list[Path], list[Path]]:
    """The files to compare, and those to leave out."""
    found: dict[Path, bool] = {}
    for argument in arguments:
        is_named = Path(argument).is_file()
        for path in selection.paths([argument]):
            is_ours = bool(kind_of(path.name)) or path.name.endswith(ATTESTATION_SUFFIX)
            found[path] = found.get(path, False) or is_named or is_ours
    paths = [path for path, is_compared in sorted(found.items()) if is_compared]
    if not paths:
        raise UsageError(
            f"expected files to verify, found none in {' '.join(arguments)}",
            hint="Name them one by one; of a folder only wheels, sdists and attestations count.",
        )
    return paths, [path for path, is_compared in sorted(found.items()) if not is_compared]


def _frozen(manifest: Manifest) -> Iterator[_Frozen]:
    release = str(manifest.id)
    for dist in manifest.release.distributions:
        yield _Frozen(dist.filename.text, dist.sha256, release)
        for one in dist.attestations:
            yield _Frozen(dist.filename.text, one.sha256, release, is_attestation=True)


def _digest(path: Path, reporter: Reporter) -> str:
    source = OnDisk(path)
    hashing = hashlib.sha256()
    reporter.began(path.name, source.size())
    for chunk in source.chunks():
        hashing.update(chunk)
        reporter.advanced(path.name, len(chunk))
    reporter.ended(path.name, "present")
    return hashing.hexdigest()


def _judged(name: str, digest: str, frozen: Iterable[_Frozen]) -> VerifiedFile:
    is_attestation = name.endswith(ATTESTATION_SUFFIX)
    own = _subject(name) if is_attestation else name
    alike = [one for one in frozen if one.is_attestation == is_attestation]
    named = [one for one in alike if one.name == own]
    same = [one for one in alike if one.sha256 == digest]
    exact = [one for one in named if one in same]
    release = next((one.release for one in (*exact, *same, *named)), "")
    outcome, message = _outcome(named, same, digest, is_attestation=is_attestation)
    if exact:
        outcome, message = MATCHING, ""
    return VerifiedFile(
        filename=name, outcome=outcome, release=release, sha256=digest, message=message
    )


def _outcome(
    named: Sequence[_Frozen], same: Sequence[_Frozen], digest: str, *, is_attestation: bool
) -> tuple[str, str]:
    """How a file differs that does not match."""
    others = ", ".join(sorted({one.name for one in same}))
    if is_attestation:
        if same:
            return RENAMED, f"its content is frozen as an attestation of {others}"
        return UNEXPECTED, "an attestation that was not frozen"
    if named:
        wanted = " or ".join(sorted({one.sha256 for one in named}))
        also = f", the content of {others}" if same else ""
        return DIFFERENT, f"frozen with sha256 {wanted}, found {digest}{also}"
    if same:
        return RENAMED, f"its content is frozen under the name {others}"
    return UNEXPECTED, f"no manifest has this name, or sha256 {digest}"


def _missing(
    frozen: Iterable[_Frozen], digests: Collection[str], names: Collection[str]
) -> list[VerifiedFile]:
    """The distributions of which neither the name nor the content is there."""
    lacking = {
        one.name: one
        for one in frozen
        if not one.is_attestation and one.name not in names and one.sha256 not in digests
    }
    return [
        VerifiedFile(
            filename=name,
            outcome=MISSING,
            release=one.release,
            sha256="",
            message=f"frozen with sha256 {one.sha256}, not among the files",
        )
        for name, one in sorted(lacking.items())
    ]


def _subject(name: str) -> str:
    try:
        return attestations.subject_of(name)
    except InvalidDistribution:
        return ""

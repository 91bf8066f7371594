"""Selection: what the arguments of a command line mean: files, or releases of the stage."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from twine_stage.distributions import ATTESTATION_SUFFIX, kind_of
from twine_stage.errors import UsageError, WrongState
from twine_stage.releases import ReleaseId
from twine_stage.store import Record, Store
from twine_stage.store.writing import storing


@dataclass(frozen=True, slots=True)
class Expanded:
    """The files that arguments mean, sorted: distributions, attestations, and all others."""

    paths: tuple[Path, ...]
    attestations: tuple[Path, ...] = ()
    ignored: tuple[Path, ...] = ()


def is_path(argument: str) -> bool:
    """Whether an argument is a path: an existing file, a pattern, or anything with a separator.

    A folder alone is not: a project often stands in a folder of its own name.
    """
    separators = {os.sep, os.altsep, "/"} - {None}
    has_separator = any(separator in argument for separator in separators if separator)
    return has_separator or glob.has_magic(argument) or Path(argument).is_file()


def expand(arguments: Sequence[str]) -> Expanded:
    """The files that arguments mean: patterns are expanded, a folder means what is in it.

    Raises:
        UsageError: an argument matches nothing, or there is no distribution among the files.
        StorageFailed: a folder cannot be read.
    """
    found = set(paths(arguments))
    distributions = {path for path in found if kind_of(path.name)}
    attestations = {path for path in found if path.name.endswith(ATTESTATION_SUFFIX)}
    if not distributions and not attestations:
        raise UsageError(
            f"expected wheels or sdists, found none in {' '.join(arguments)}",
            hint="Build them first: python -m build",
        )
    ignored = found - distributions - attestations
    return Expanded(
        tuple(sorted(distributions)), tuple(sorted(attestations)), tuple(sorted(ignored))
    )


def paths(arguments: Sequence[str]) -> tuple[Path, ...]:
    """The files that arguments mean, whatever they are, sorted; as ``expand`` finds them.

    Raises:
        UsageError: an argument matches nothing.
        StorageFailed: a folder cannot be read.
    """
    found: set[Path] = set()
    for argument in arguments:
        with storing(argument, verb="read"):
            found.update(_files(argument))
    return tuple(sorted(found))


def releases(
    store: Store, names: Sequence[str], *, default: Callable[[Record], bool]
) -> tuple[ReleaseId, ...]:
    """The releases of the stage that names mean; without names those for which ``default`` holds.

    Args:
        store: the stage.
        names: each ``NAME==VERSION``, or ``NAME`` where only one version is staged.
        default: whether a release is meant when nothing is named.

    Raises:
        UsageError: a name fits several versions.
        WrongState: a release is not staged.
    """
    staged = store.releases()
    if not names:
        return tuple(one for one in staged if default(store.record(one)))
    return tuple(dict.fromkeys(_named(name, staged) for name in names))


def anywhere(store: Store | None, names: Sequence[str]) -> tuple[ReleaseId, ...]:
    """The releases that names mean, staged or not.

    Args:
        store: the stage, if there is one.
        names: each ``NAME==VERSION``, or ``NAME`` where only one version is staged.

    Raises:
        UsageError: a name is no release, or fits several.
        WrongState: a bare name is not staged.
    """
    staged = store.releases() if store else ()
    return tuple(
        dict.fromkeys(
            _named(name, staged) if staged and "==" not in name else ReleaseId.parse(name)
            for name in names
        )
    )


def filenames(store: Store, releases: Iterable[ReleaseId]) -> frozenset[str]:
    """The names of all files that are staged of some releases."""
    return frozenset(
        dist.filename.text
        for release in releases
        for dist in store.record(release).current.distributions
    )


def expect_among(allowed: Collection[str], names: Collection[str]) -> None:
    """What may take the place of others is among the files at hand: else it is mistyped.

    Raises:
        UsageError: it is not.
    """
    unknown = sorted(set(allowed) - set(names))
    if unknown:
        raise UsageError(
            f"--allow-shadow names {', '.join(unknown)}, and the files are "
            f"{', '.join(sorted(names))}",
            hint="Each name is that of a file to be added, with or without its folder.",
        )


def _files(argument: str) -> Iterable[Path]:
    path = Path(argument)
    if path.is_dir():
        return [entry for entry in path.iterdir() if not entry.name.startswith(".")]
    if path.exists() or not glob.has_magic(argument):
        _expect(path)
        return [path]
    matches = [Path(match) for match in glob.glob(argument, recursive=True)]  # noqa: PTH207 - as typed
    if not matches:
        raise UsageError(
            f"expected files, found none that match {argument}",
            hint="Build them first: python -m build",
        )
    return matches


def _expect(path: Path) -> None:
    if not path.exists() and not path.is_symlink():
        raise UsageError(
            f"expected a file at {path}, found none",
            hint="Check the name; folders, and patterns like dist/*, are taken too.",
        )


def _named(name: str, staged: Sequence[ReleaseId]) -> ReleaseId:
    if "==" in name:
        wanted = ReleaseId.parse(name)
        found = [one for one in staged if one == wanted]
    else:
        found = [one for one in staged if one.project == canonicalize_name(name)]
    if len(found) > 1:
        raise UsageError(
            f"{name}: several versions are staged: {', '.join(map(str, found))}",
            hint=f"Name one of them, say {found[-1]}.",
        )
    if not found:
        known = ", ".join(map(str, staged)) or "nothing"
        raise WrongState(
            f"{name} is not staged; the stage holds {known}",
            hint="Check the name: stage status shows what is staged.",
        )
    return found[0]

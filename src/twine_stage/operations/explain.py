"""``stage explain``: which file of a release each installer chooses, in every environment."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from packaging.tags import platform_tags

from twine_stage.contents import Contents, distribution
from twine_stage.distributions import Distribution, Filename
from twine_stage.environments import environments_for
from twine_stage.environments import local as environment_of
from twine_stage.errors import InvalidDistribution
from twine_stage.listings import Listing, filename_of
from twine_stage.operations.reading import read_all, read_path
from twine_stage.releases import ReleaseId, group
from twine_stage.resolution import Candidates, Environment, Installer
from twine_stage.store import Record

Choice = Mapping[str, str | None]
"""The filename that each installer chooses, by the installer's name; None where none fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFile:
    """A file of a release, and in how many environments each installer chooses it.

    ``state`` is ``published`` for what the index shows, ``yanked`` for what it shows but installers
    pass over, ``staged``, or ``built`` for a path. ``size`` is in bytes, None where it is not told.
    """

    filename: str
    kind: str
    state: str
    size: int | None
    requires_python: str | None
    chosen: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedEnvironment:
    """What is chosen in one environment; ``platform`` is its newest tag.

    ``before`` is what the index alone offers; None where nothing would be added to it.
    """

    python: str
    platform: str
    chosen: Choice
    before: Choice | None = None

    @property
    def is_changed(self) -> bool:
        """Whether what would be added changes any choice."""
        return self.before is not None and self.before != self.chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRelease:
    """A release in all environments.

    ``index`` is the URL of the index that was asked, if any. The ``local`` environment is beside
    the others, which are those of the table and of the tags of the files.
    """

    release: str
    index: str | None
    files: tuple[ExplainedFile, ...]
    environments: tuple[ExplainedEnvironment, ...]
    local: ExplainedEnvironment | None = None

    @property
    def added(self) -> tuple[str, ...]:
        """The names of the files that the index does not show, if one was asked."""
        shown = ("published", "yanked")
        return tuple(one.filename for one in self.files if self.index and one.state not in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainReport:
    """All releases that were asked about; ``installers`` are the names of those that were."""

    installers: tuple[str, ...]
    releases: tuple[ExplainedRelease, ...]

    @property
    def exit_status(self) -> int:
        """0: it is shown, not judged."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that an installer may choose; the fields are those of ``ExplainedFile``."""

    filename: Filename
    state: str
    size: int | None
    requires_python: str | None


def explain(
    candidates: Mapping[ReleaseId, Sequence[Candidate]],
    *,
    index: str | None = None,
    listing: Callable[[ReleaseId], Listing] | None = None,
    installers: Sequence[Installer] = tuple(Installer),
    local: Environment | None = None,
) -> ExplainReport:
    """Work out who gets which file.

    Args:
        candidates: our own files, by release; a release may have none where an index is asked.
        index: the URL of the index that ``listing`` asks.
        listing: what an index shows of a release, if one was named.
        installers: those whose choices are wanted.
        local: the environment at hand, which is shown beside the table's.

    Raises:
        Unreachable: the index does not answer.
    """
    return ExplainReport(
        installers=tuple(installer.value for installer in installers),
        releases=tuple(
            _release(
                release,
                own,
                _listed(listing(release)) if listing else (),
                index=index,
                installers=installers,
                local=local,
            )
            for release, own in sorted(candidates.items(), key=lambda item: item[0].sort_key)
        ),
    )


def built(paths: Iterable[Path]) -> dict[ReleaseId, tuple[Candidate, ...]]:
    """The files at some paths, by release.

    Raises:
        InvalidDistribution: one cannot be read, or its name follows no grammar.
    """
    found = read_all(partial(read_path, path) for path in paths)
    for error in found.unreadable:
        raise error
    return {
        release.id: tuple(_own(one, "built") for one in release.distributions)
        for release in group(map(_sound, found.contents))
    }


def staged(record: Record) -> tuple[Candidate, ...]:
    """The files of a release as it would be public: what went before, and what is staged now."""
    before = record.base.release.distributions if record.base else ()
    files = {one.filename.text: one for one in (*before, *record.current.distributions)}
    return tuple(_own(one, "staged") for one in files.values())


def here() -> Environment:
    """The environment that this runs in."""
    pypy = getattr(sys, "pypy_version_info", None)
    flags = f"_pp{pypy[0]}{pypy[1]}".replace("_pp73", "") if pypy else getattr(sys, "abiflags", "")
    return environment_of(
        implementation=sys.implementation.name,
        version=platform.python_version(),
        flags=flags,
        platform_tags=tuple(platform_tags()),
    )


def _release(
    release: ReleaseId,
    own: Sequence[Candidate],
    shown: Sequence[Candidate],
    *,
    index: str | None,
    installers: Sequence[Installer],
    local: Environment | None,
) -> ExplainedRelease:
    by_name = {one.filename.text: one for one in (*own, *shown)}
    files = [by_name[name] for name in sorted(by_name)]
    chosen = _chooser(files, installers)
    before = _chooser(shown, installers) if 0 < len(shown) < len(files) else None

    def explained(environment: Environment) -> ExplainedEnvironment:
        return ExplainedEnvironment(
            python=environment.python.name,
            platform=environment.platform.name,
            chosen=chosen(environment),
            before=before(environment) if before else None,
        )

    environments = tuple(map(explained, environments_for(files)))
    return ExplainedRelease(
        release=str(release),
        index=index,
        files=tuple(_explained(one, environments, installers) for one in files),
        environments=environments,
        local=explained(local) if local else None,
    )


def _chooser(
    files: Sequence[Candidate], installers: Sequence[Installer]
) -> Callable[[Environment], Choice]:
    """What is chosen; yanked files only where there is nothing else, as ``==`` admits them then."""
    candidates = Candidates([one for one in files if one.state != "yanked"] or files)

    def chosen(environment: Environment) -> Choice:
        picks = {one.value: candidates.pick(environment, one) for one in installers}
        return {name: found.filename.text if found else None for name, found in picks.items()}

    return chosen


def _explained(
    file: Candidate,
    environments: Collection[ExplainedEnvironment],
    installers: Sequence[Installer],
) -> ExplainedFile:
    name = file.filename.text
    counts = Counter(
        installer
        for one in environments
        for installer, chosen in one.chosen.items()
        if chosen == name
    )
    return ExplainedFile(
        filename=name,
        kind=file.filename.kind.value,
        state=file.state,
        size=file.size,
        requires_python=file.requires_python,
        chosen={installer.value: counts[installer.value] for installer in installers},
    )


def _listed(listing: Listing) -> tuple[Candidate, ...]:
    """What an index shows; a name that follows no grammar no installer takes."""
    return tuple(
        Candidate(
            filename=filename,
            state="published" if file.yanked is None else "yanked",
            size=file.size,
            requires_python=file.requires_python,
        )
        for file in listing.files
        if (filename := filename_of(file.filename))
    )


def _own(file: Distribution, state: str) -> Candidate:
    return Candidate(
        filename=file.filename,
        state=state,
        size=file.size,
        requires_python=file.requires_python,
    )


def _sound(contents: Contents) -> Distribution:
    """A file that an installer would take for one of a release.

    Raises:
        InvalidDistribution: it is not.
    """
    Filename.parse(contents.name)
    if contents.core_metadata is None:
        raise InvalidDistribution(
            contents.name,
            "expected core metadata, found none",
            hint=f"stage check {contents.name} says what is wrong.",
        )
    return distribution(contents)

"""Impact: what the installers choose otherwise once files are added to a release.

Pages of an index are taken to be sorted by filename, as nearly all are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from twine_stage.distributions import Filename, Kind
from twine_stage.listings import Listing, filename_of
from twine_stage.resolution import Candidates, Environment, Installable, Installer

_FAMILIAR = ("manylinux_2_28_x86_64", "win_amd64", "macosx_15_0_arm64")
"""Platforms that make a good example, the best first."""


class Effect(Enum):
    """What a file does to a choice, the least serious first."""

    FILLS = "fills"
    """There was nothing to choose."""
    REPLACES_SDIST = "replaces-sdist"
    """It is a wheel, and an sdist was chosen."""
    SHADOWS = "shadows"
    """A file of its kind was chosen; or uv gives up the version for what it requires of Python."""
    TIE = "tie"
    """The installers chose alike, and no longer do."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as an index offers it: all that an installer chooses by."""

    filename: Filename
    requires_python: str | None = None


def offered(listing: Listing) -> tuple[Offered, ...]:
    """The files that an index offers of a release.

    Those that are yanked are left out: they alone get them who have pinned nothing else.
    """
    return tuple(
        Offered(filename, file.requires_python)
        for file in listing.files
        if file.yanked is None and (filename := filename_of(file.filename)) is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one file does to the choices of some installers in some environments.

    ``instead_of`` is what was chosen before, and None where nothing was; of a tie, what the other
    installer chooses, if anything. ``environments`` are names, in the order of the table.
    """

    effect: Effect
    file: str
    instead_of: str | None
    installers: tuple[Installer, ...]
    environments: tuple[str, ...]

    @property
    def example(self) -> str:
        """One of the environments, that most people know if there is such."""
        of_known = (name for end in _FAMILIAR for name in self.environments if name.endswith(end))
        return next(of_known, self.environments[0])

    @property
    def audience(self) -> str:
        """By whom it is chosen and where: ``pip and uv on 12 environments, such as …``."""
        whom = " and ".join(installer.value for installer in self.installers)
        plural = "" if len(self.environments) == 1 else "s"
        return f"{whom} on {len(self.environments)} environment{plural}, such as {self.example}"


File = TypeVar("File", bound=Installable)
Told = tuple[Effect, str, str | None]


def impact(
    before: Iterable[Installable],
    after: Iterable[Installable],
    environments: Iterable[Environment],
) -> tuple[Change, ...]:
    """What files that are added to a release change, the most serious first.

    Args:
        before: the files of the release that are public.
        after: the same, and those that are added.
        environments: those in which the installers are to choose.
    """
    old, new = Candidates(_sorted(before)), Candidates(_sorted(after))
    found: dict[Told, dict[str, list[Installer]]] = defaultdict(dict)
    for environment in environments:
        for installer, told in _told(old, new, environment):
            found[told].setdefault(environment.name, []).append(installer)
    return tuple(sorted(_changes(found), key=_order))


def useless(
    files: Iterable[File], environments: Sequence[Environment]
) -> tuple[tuple[File, frozenset[str]], ...]:
    """The wheels of one release that no installer ever chooses, sorted by name.

    Each with the names of the files that are chosen where it could be used: none if what it
    requires of Python rules out every one that it is for. One for an environment that we do not
    know is not among them; nor is an sdist, which is there to be read and built.
    """
    ordered = _sorted(files)
    strays = {file.filename.text for file in unknown(ordered, environments)}
    better: dict[str, set[str]] = {
        file.filename.text: set()
        for file in ordered
        if file.filename.kind is Kind.WHEEL and file.filename.text not in strays
    }
    candidates = Candidates(ordered)
    for environment in environments:
        for installer in Installer:
            ranked = candidates.ranking(environment, installer)
            for file in ranked[:1]:
                better.pop(file.filename.text, None)
            for file in ranked[1:]:
                if file.filename.text in better:
                    better[file.filename.text].add(ranked[0].filename.text)
    return tuple(
        (file, frozenset(better[file.filename.text]))
        for file in ordered
        if file.filename.text in better
    )


def unknown(files: Iterable[File], environments: Iterable[Environment]) -> tuple[File, ...]:
    """The files whose tags no environment takes, sorted by name, whatever Python they require."""
    ordered = _sorted(files)
    candidates = Candidates([Offered(file.filename) for file in ordered])
    taken: set[str] = set()
    for environment in environments:
        ranked = candidates.ranking(environment, Installer.PIP)
        taken.update(one.filename.text for one in ranked)
    return tuple(file for file in ordered if file.filename.text not in taken)


def _sorted(files: Iterable[File]) -> list[File]:
    return sorted(files, key=lambda file: file.filename.text)


def _told(
    old: Candidates[Installable], new: Candidates[Installable], environment: Environment
) -> Iterator[tuple[Installer, Told]]:
    """What changes in one environment, by installer."""
    before = {one: old.pick(environment, one) for one in Installer}
    spoilers = {one: new.spoiler(environment, one) for one, past in before.items() if past}
    after = {one: spoilers.get(one) or new.pick(environment, one) for one in Installer}
    parts = len(_names(before.values())) == 1 and len(_names(after.values())) > 1
    for installer, chosen in after.items():
        past = before[installer]
        if chosen is None or _name(chosen) == _name(past):
            continue
        if parts:
            (other,) = (one for by, one in after.items() if by is not installer)
            yield installer, (Effect.TIE, chosen.filename.text, _name(other))
        else:
            effect = Effect.SHADOWS if spoilers.get(installer) else _effect(past, chosen)
            yield installer, (effect, chosen.filename.text, _name(past))


def _effect(past: Installable | None, chosen: Installable) -> Effect:
    if past is None:
        return Effect.FILLS
    is_built = (past.filename.kind, chosen.filename.kind) == (Kind.SDIST, Kind.WHEEL)
    return Effect.REPLACES_SDIST if is_built else Effect.SHADOWS


def _names(files: Iterable[Installable | None]) -> set[str | None]:
    return {_name(file) for file in files}


def _name(file: Installable | None) -> str | None:
    return None if file is None else file.filename.text


def _changes(found: dict[Told, dict[str, list[Installer]]]) -> Iterator[Change]:
    for (effect, file, instead_of), by_environment in found.items():
        groups: dict[tuple[Installer, ...], list[str]] = defaultdict(list)
        for environment, choosing in by_environment.items():
            groups[tuple(choosing)].append(environment)
        for installers, names in groups.items():
            yield Change(
                effect=effect,
                file=file,
                instead_of=instead_of,
                installers=installers,
                environments=tuple(names),
            )


def _order(change: Change) -> tuple[int, str, str, int, str]:
    return (
        -list(Effect).index(change.effect),
        change.file,
        change.instead_of or "",
        -len(change.installers),
        change.installers[0].value,
    )

"""The format ``versions``: one static document about all releases of a project.

It is in the manner of the ``versions.json`` of PyPy and of the manifests of python-versions: a
program that downloads reads this one document, and needs no index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from packaging.version import Version

from twine_stage.exports.listing import dumps, moment
from twine_stage.exports.machines import Machine, machines
from twine_stage.exports.values import Exported, ExportedFile

SCHEMA = 1


def write(releases: Sequence[Exported]) -> str:
    """The document of releases of one project, the newest first."""
    ordered = sorted(releases, key=lambda release: release.id.version, reverse=True)
    newest = latest(ordered)
    return dumps(
        {
            "schema": SCHEMA,
            "project": ordered[0].id.project,
            "latest": str(newest.id.version) if newest else None,
            "newest": _newest(ordered),
            "versions": [_release(release, ordered, newest) for release in ordered],
        }
    )


def latest(releases: Sequence[Exported]) -> Exported | None:
    """The newest of some releases that is stable; None if none is."""
    stable = (release for release in releases if release.is_stable)
    return max(stable, key=lambda release: release.id.version, default=None)


def superseded_by(version: Version, releases: Sequence[Exported]) -> Version | None:
    """The newest post release of a version: 1.2.3.post1 of 1.2.3; None if there is none."""
    later = (
        other.id.version
        for other in releases
        if not other.is_yanked and _is_post(other.id.version, version)
    )
    return max(later, default=None)


def _is_post(other: Version, version: Version) -> bool:
    return (
        other > version
        and not (other.is_devrelease or version.is_devrelease)
        and _line(other) == _line(version)
    )


def _line(version: Version) -> tuple[object, ...]:
    """What a version and its post releases have in common."""
    release = version.release
    while release[-1:] == (0,):
        release = release[:-1]
    return version.epoch, release, version.pre, version.local


def _newest(ordered: Sequence[Exported]) -> dict[str, str]:
    """For each platform the newest stable version that has a file for it."""
    found: dict[str, str] = {}
    for release in ordered:
        for file in release.files if release.is_stable else ():
            for machine in _machines(file) if file.yanked is None else ():
                found.setdefault(machine.key, str(release.id.version))
    return dict(sorted(found.items()))


def _release(
    release: Exported, ordered: Sequence[Exported], newest: Exported | None
) -> dict[str, Any]:
    successor = superseded_by(release.id.version, ordered)
    return {
        "version": str(release.id.version),
        "date": moment(release.first_upload),
        "stable": not release.id.version.is_prerelease,
        "latest": release is newest,
        "superseded_by": None if successor is None else str(successor),
        "yanked": release.is_yanked,
        "digest": release.manifest.release.digest,
        "files": [entry for file in release.files for entry in _entries(file)],
    }


def _entries(file: ExportedFile) -> list[dict[str, Any]]:
    """An entry for each platform that a file is for; an sdist is for none in particular."""
    if not file.is_wheel:
        return [_entry(file, None)]
    return [_entry(file, machine) for machine in _machines(file)]


def _entry(file: ExportedFile, machine: Machine | None) -> dict[str, Any]:
    since = ".".join(map(str, machine.since)) if machine else ""
    tags = file.name.removesuffix(".whl").split("-")[-3:] if machine else [None, None, None]
    return {
        "filename": file.name,
        "kind": file.distribution.filename.kind.value,
        "platform": machine.platform if machine else None,
        "arch": machine.arch if machine else None,
        "libc": machine.libc if machine else None,
        "platform_version": since or None,
        "python": tags[0],
        "abi": tags[1],
        "requires_python": file.distribution.requires_python,
        "url": file.url,
        "sha256": file.distribution.sha256,
        "size": file.distribution.size,
        "yanked": file.yanked is not None,
    }


def _machines(file: ExportedFile) -> tuple[Machine, ...]:
    """The platforms of a wheel; none of an sdist."""
    return machines(tag.platform for tag in file.distribution.filename.tags)

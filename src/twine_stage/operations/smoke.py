"""Smoke: whether a release works, tried in a clean environment before it is public.

The release comes from its preview and from nowhere else; its dependencies come from where they
always do, by the person's own configuration, which is never asked for the release itself. In the
end what is installed of it is compared with what came from the preview.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from twine_stage.errors import SmokeFailed, StageError, UsageError
from twine_stage.operations import isolation
from twine_stage.operations.children import Ended
from twine_stage.operations.environments import CleanEnvironment, Installed
from twine_stage.operations.fetching import sdist
from twine_stage.operations.preview import temporary
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter

_NO_WHEEL = "No matching distribution found"
"""What pip says where no file fits, all other troubles being told in other words."""

_EXAMPLE = "For example: --smoke \"python -c 'import spam'\""
_SHOWN = 5
"""Names of files that a message holds."""


def smoke(
    release: ReleaseId,
    url: str,
    command: str,
    *,
    environ: Mapping[str, str],
    python: str | None,
    reporter: Reporter,
    folder: Path | None = None,
) -> None:
    """Install a release from a preview into a clean virtual environment, and run a command there.

    Args:
        release: at its exact version.
        url: of the simple index that shows it; kept secret unless it is a folder.
        command: split as a shell would, and run without one, in an empty folder, so that nothing
            but what is installed is imported; a word with a slash that names something in
            ``folder`` leads there all the same.
        environ: the person's own; what it takes to upload is kept from what is run.
        python: the interpreter; None for our own.
        reporter: hears of each step.
        folder: that relative paths begin at; the current one if it is None.

    Raises:
        SmokeFailed: a step failed; everything that was made is removed again.
        UsageError: the command cannot be split, or is empty.
    """
    base = folder or Path.cwd()
    words = words_of(command, base)
    with temporary() as scratch:
        place = CleanEnvironment(
            release=release,
            scratch=scratch,
            environ=isolation.clean(environ),
            secrets=isolation.secrets(url),
        )
        reporter.note(f"smoke test of {release}: making a clean environment")
        place.make(interpreter(python, environ, base))
        installed = _install(place, url, reporter)
        _install_dependencies(place, installed, reporter)
        reporter.note(f"running {command}")
        place.expect("command", place.run(words, place.activated), f"{words[0]} failed")


def _install(place: CleanEnvironment, url: str, reporter: Reporter) -> Installed:
    """Install the release itself, from the preview alone."""
    reporter.note(f"installing {place.release} from its preview alone")
    only = ["--no-deps", "--only-binary", ":all:", str(place.release)]
    ended = place.pip(only, isolation.alone(place.environ, url))
    if ended.status and _NO_WHEEL in ended.said:
        ended = _build(place, url, reporter) or ended
    place.expect("install", ended, "it cannot be installed from its preview")
    found = place.look("install")
    if found.version != place.release.version:
        raise SmokeFailed(
            f"smoke test of {place.release}: version {found.version} came from its preview",
            step="install",
            status=1,
            hint="It is the preview of another release.",
        )
    return found


def _build(place: CleanEnvironment, url: str, reporter: Reporter) -> Ended | None:
    """Install the sdist, if there is one; what it takes to build comes from where it always does.

    It is downloaded first, so that pip is given a file, and asks nobody for the release.
    """
    try:
        path = sdist(place.release, url, place.scratch)
    except StageError as error:
        return Ended(1, f"{error.message}")
    if path is None:
        return None
    reporter.note(f"no wheel fits this interpreter: building {path.name}")
    return place.pip(["--no-deps", str(path)], place.environ)


def _install_dependencies(
    place: CleanEnvironment, installed: Installed, reporter: Reporter
) -> None:
    """Install what the release requires, as pip is configured; never the release itself."""
    requirements = [str(one) for one in _requirements(place.release, installed)]
    if not requirements:
        return
    reporter.note("installing its dependencies, as pip is configured")
    # A dependency that requires the release in turn has to do with this one.
    constraints = [f"{place.release.project}==={installed.version}"]
    arguments: list[str] = []
    for kind, lines in (("constraint", constraints), ("requirement", requirements)):
        file = place.scratch / f"{kind}s.txt"
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        arguments += [f"--{kind}", str(file)]
    ended = place.pip(arguments, place.environ)
    place.expect("dependencies", ended, "its dependencies cannot be installed")
    _expect_same(place, installed)


def _requirements(release: ReleaseId, installed: Installed) -> Iterator[Requirement]:
    """What the release requires of others; each is one requirement, and no option of pip."""
    for text in installed.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise SmokeFailed(
                f"smoke test of {release}: it requires {text!r}, which is no requirement",
                step="dependencies",
                status=1,
            ) from error
        if canonicalize_name(requirement.name) != release.project:
            yield requirement


def _expect_same(place: CleanEnvironment, installed: Installed) -> None:
    """Require that what came from the preview is what is there."""
    found = place.look("dependencies")
    changed = sorted(
        name
        for name in {*installed.files, *found.files}
        if installed.files.get(name) != found.files.get(name)
    )
    if changed:
        raise SmokeFailed(
            f"smoke test of {place.release}: what came from its preview was replaced by something "
            f"else: {', '.join(changed[:_SHOWN])}",
            step="dependencies",
            status=1,
            hint="A dependency ships the same files, or requires another file of this release.",
        )


def words_of(command: str, folder: Path) -> list[str]:
    """The words of a command; see ``smoke``.

    Raises:
        UsageError: it cannot be split, or is empty.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        problem = str(error).lower()
        raise UsageError(f"--smoke {command!r}: {problem}", hint=_EXAMPLE) from error
    if not words:
        raise UsageError("--smoke names no command", hint=_EXAMPLE)
    return [str(folder / word) if _is_path(word, folder) else word for word in words]


def _is_path(word: str, folder: Path) -> bool:
    return "/" in word and os.path.exists(folder / word)  # noqa: PTH110 - takes any text


def interpreter(python: str | None, environ: Mapping[str, str], folder: Path) -> str:
    """The interpreter that is meant: by its name, or by a path that begins at ``folder``."""
    if python is None:
        return sys.executable
    found = None if "/" in python else shutil.which(python, path=environ.get("PATH"))
    return found or str(folder / python)

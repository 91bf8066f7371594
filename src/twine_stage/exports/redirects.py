"""The format ``redirects``: links that always lead to the newest files, for a static host.

It is the file ``_redirects`` of Netlify, Cloudflare Pages and others: a line per link, with where
it leads and the status 302, since it leads elsewhere after the next release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from twine_stage.exports.values import Exported, ExportedFile
from twine_stage.exports.versions import latest


def write(releases: Sequence[Exported]) -> str:
    """Rules for the newest stable release of all, and of each line ``X.Y``.

    A file is linked under its name, with ``latest`` or ``X.Y-latest`` in place of the version.
    """
    links: dict[str, str] = {}
    for word, release in _named(releases):
        for file in release.files:
            if file.yanked is None:
                links[f"/{release.id.project}/{_renamed(file, word)}"] = file.url
    return "".join(f"{link} {url} 302\n" for link, url in links.items())


def _named(releases: Sequence[Exported]) -> Iterator[tuple[str, Exported]]:
    """The releases that are linked, and the word for each, the newest line first."""
    yield from _newest("latest", releases)
    lines: dict[str, list[Exported]] = {}
    for release in sorted(releases, key=lambda one: one.id.version, reverse=True):
        version = release.id.version
        epoch = f"{version.epoch}-" if version.epoch else ""
        lines.setdefault(f"{epoch}{version.major}.{version.minor}", []).append(release)
    for line, members in lines.items():
        yield from _newest(f"{line}-latest", members)


def _newest(word: str, releases: Sequence[Exported]) -> Iterable[tuple[str, Exported]]:
    newest = latest(releases)
    return () if newest is None else ((word, newest),)


def _renamed(file: ExportedFile, word: str) -> str:
    """A filename with a word in place of the version: ``spam-latest-py3-none-any.whl``."""
    project = file.distribution.filename.project.replace("-", "_")
    if file.is_wheel:
        return "-".join([project, word, *file.name.split("-")[2:]])
    return f"{project}-{word}{'.zip' if file.name.endswith('.zip') else '.tar.gz'}"

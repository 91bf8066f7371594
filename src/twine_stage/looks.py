"""Looks: what the last look at an index showed, kept in one file until the next.

The document is versioned: later versions read what this one writes. What is kept of a file is read
only where its page has changed, since there may be tens of thousands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from twine_stage.changes import Sighting, Sightings
from twine_stage.documents import Node
from twine_stage.errors import NewerFormat

SCHEMA = 1
MOST_ENTRIES = 200
"""How many of the latest changes are kept, for a feed."""

_HINT = "Move the file away: the next look compares with the manifests anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A difference from the manifest, as it was when the page was last read."""

    kind: str
    file: str
    message: str
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRelease:
    """What was seen of a release.

    ``manifest`` is the SHA-256 of the manifest's document, ``shown`` what was shown of its files by
    name, as it is written; ``silent`` are the files whose address in the receipt did not answer.
    """

    manifest: str
    shown: Mapping[str, Any] = field(repr=False)
    differences: tuple[Standing, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def sightings(self) -> dict[str, Sighting]:
        """What was shown of the files, by filename.

        Raises:
            Damaged: it is not what we wrote.
        """
        node = Node(name="the state", value=self.shown, hint=_HINT)
        return {name: _sighting(item) for name, item in node.members()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProject:
    """What was seen of a project, and when; ``status`` is ``gone`` where it was not known.

    ``serial`` numbers the last change of the project by then, where the index counts them.
    """

    at: datetime
    etag: str = ""
    serial: int | None = None
    status: str = "active"
    releases: Mapping[str, SeenRelease] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change that was told, as a feed repeats it."""

    id: str
    at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that is kept between two looks at one index.

    ``begun`` is the moment of the first look. ``manifests`` names the release and the revision of
    each manifest by the SHA-256 of its document, so that it is not read again for nothing.
    ``folders`` names the folder in which the manifest of a release was found, if it was in one.
    """

    index: str
    begun: datetime
    at: datetime
    projects: Mapping[str, SeenProject] = field(default_factory=dict)
    manifests: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    folders: Mapping[str, str] = field(default_factory=dict)

    def told(self, entries: Iterable[Entry]) -> State:
        """The state with what is told now, the latest first."""
        return replace(self, entries=(*entries, *self.entries)[:MOST_ENTRIES])

    def dumps(self) -> bytes:
        """The document; a line for each project, so that two can be compared."""
        head = {
            "schema": SCHEMA,
            "index": self.index,
            "begun": self.begun.isoformat(),
            "at": self.at.isoformat(),
            "entries": [{**_told(one), "at": one.at.isoformat()} for one in self.entries],
            "manifests": {
                digest: {"release": release, "revision": revision}
                for digest, (release, revision) in sorted(self.manifests.items())
            },
        }
        if self.folders:  # earlier versions wrote none
            head["folders"] = dict(sorted(self.folders.items()))
        projects = ",\n".join(
            f"{_json(name)}: {_json(_project_document(seen))}"
            for name, seen in sorted(self.projects.items())
        )
        whole = f'{_json(head)[:-1]}, "projects": {{\n{projects}\n}}}}\n'
        return whole.encode(errors="replace")  # an index may tell halves of characters

    @classmethod
    def loads(cls, content: bytes, *, name: str = "the state") -> State:
        """Read a state.

        Raises:
            NewerFormat: a later version wrote it, and this one cannot read it.
            Damaged: it is not a state.
        """
        node = Node.loads(content, name=name, hint=_HINT)
        schema = node.get("schema")
        if schema.number() > SCHEMA:
            raise NewerFormat(
                f"{name}: expected a state of schema {SCHEMA}, found {schema.value}",
                hint="It was written by a newer version of twine-stage: use that one.",
            )
        schema.expect(SCHEMA)
        return cls(
            index=node.get("index").text(),
            begun=node.get("begun").moment(),
            at=node.get("at").moment(),
            projects={name: _project(item) for name, item in node.get("projects").members()},
            manifests={
                digest: (item.get("release").text(), item.get("revision").number())
                for digest, item in node.get("manifests").members()
            },
            entries=tuple(_entry(item) for item in node.get("entries").items()),
            folders={name: item.text() for name, item in _members(node.find("folders"))},
        )


def shown(sightings: Sightings) -> dict[str, dict[str, Any]]:
    """Sightings as they are written: what an index did not say is left out."""
    return {
        name: {
            key: told.isoformat() if isinstance(told, datetime) else told
            for key, told in zip(_FACTS, _facts(sighting), strict=True)
            if told not in (None, False)
        }
        for name, sighting in sightings.items()
    }


def _members(node: Node | None) -> list[tuple[str, Node]]:
    return node.members() if node else []


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _told(value: Standing | Entry) -> dict[str, Any]:
    """A value as it is written; ``asdict`` takes ten times as long."""
    return {name: getattr(value, name) for name in value.__slots__}


_FACTS = tuple(fact.name for fact in fields(Sighting))


def _facts(sighting: Sighting) -> list[Any]:
    return [getattr(sighting, fact) for fact in _FACTS]


def _sighting(node: Node) -> Sighting:
    return Sighting(
        sha256=node.optional("sha256", Node.hash),
        uploaded_at=node.optional("uploaded_at", Node.moment),
        yanked=node.optional("yanked", Node.text),
        requires_python=node.optional("requires_python", Node.text),
        core_metadata=node.optional("core_metadata", Node.hash),
        is_proven=node.find("is_proven") is not None,
    )


def _project_document(seen: SeenProject) -> dict[str, Any]:
    releases = {
        name: {
            "manifest": release.manifest,
            "differences": [_told(one) for one in release.differences],
            "silent": release.silent,
            "files": release.shown,
        }
        for name, release in seen.releases.items()
    }
    return {
        "at": seen.at.isoformat(),
        "etag": seen.etag,
        "serial": seen.serial,
        "status": seen.status,
        "releases": releases,
    }


def _project(node: Node) -> SeenProject:
    return SeenProject(
        at=node.get("at").moment(),
        etag=node.get("etag").text(),
        serial=node.optional("serial", Node.number),
        status=node.get("status").text(),
        releases={name: _release(item) for name, item in node.get("releases").members()},
    )


def _release(node: Node) -> SeenRelease:
    files = node.get("files")
    if not isinstance(files.value, dict):
        raise files.unlike("an object")
    return SeenRelease(
        manifest=node.get("manifest").hash(),
        shown=files.value,
        differences=tuple(_standing(item) for item in node.get("differences").items()),
        silent=tuple(item.text() for item in node.get("silent").items()),
    )


def _standing(node: Node) -> Standing:
    return Standing(
        kind=node.get("kind").text(),
        file=node.get("file").text(),
        message=node.get("message").text(),
        cause=node.get("cause").text(),
    )


def _entry(node: Node) -> Entry:
    return Entry(
        id=node.get("id").text(),
        at=node.get("at").moment(),
        title=node.get("title").text(),
        text=node.get("text").text(),
    )

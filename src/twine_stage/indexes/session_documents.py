"""The documents of Upload 2.0 (PEP 694), read: publishing sessions and file upload sessions.

Unknown keys are ignored, and a status that is not known yet is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from twine_stage.documents import Node
from twine_stage.errors import Damaged, Unreachable
from twine_stage.transport import Answered, clean

API_VERSION = "2.0"

EDITABLE = ("open", "error")
"""In both, files come and go, and the session can be published or canceled."""

_REQUIRED = ("session", "upload", "publish")
_FILE_REQUIRED = ("file-upload-session", "complete")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """A file as the document of its publishing session names it; ``link`` deletes it."""

    status: str
    link: str = field(repr=False)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDocument:
    """A publishing session; ``links`` are ``session``, ``upload``, ``publish``, perhaps others."""

    status: str
    links: Mapping[str, str] = field(repr=False)
    mechanisms: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where its status is read."""
        return self.links["session"]

    @property
    def is_editable(self) -> bool:
        """Whether files come and go, and it can be published or canceled."""
        return self.status in EDITABLE

    @property
    def said(self) -> tuple[str, ...]:
        """Its notices, and those of its files behind their names."""
        files = sorted(self.files.items())
        return (
            *self.notices,
            *(f"{name}: {notice}" for name, file in files for notice in file.notices),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDocument:
    """A file upload session; ``mechanism`` is what the negotiated mechanism needs to know."""

    status: str
    links: Mapping[str, str] = field(repr=False)
    mechanism: Mapping[str, str] = field(default_factory=dict, repr=False)
    expires_at: datetime | None = None

    @property
    def url(self) -> str:
        """Where its status is read, and it is deleted."""
        return self.links["file-upload-session"]


def session_document(answered: Answered) -> SessionDocument:
    """Read a publishing session.

    Raises:
        Unreachable: it is none; the error names the place that is wrong.
    """
    try:
        top = _top(answered, "the publishing session")
        return SessionDocument(
            status=top.get("status").text(),
            links=_links(top, _REQUIRED),
            mechanisms=tuple(one.text() for one in top.get("mechanisms").items()),
            token=top.optional("session-token", Node.text),
            expires_at=_expiry(top),
            files={name: _file(node) for name, node in top.get("files").members()},
            notices=_notices(top),
        )
    except Damaged as error:
        raise _unknown(answered, error) from None


def file_document(answered: Answered) -> FileDocument:
    """Read a file upload session.

    Raises:
        Unreachable: it is none; the error names the place that is wrong.
    """
    try:
        top = _top(answered, "the file upload session")
        return FileDocument(
            status=top.get("status").text(),
            links=_links(top, _FILE_REQUIRED),
            mechanism=_mechanism(top.get("mechanism")),
            expires_at=_expiry(top),
        )
    except Damaged as error:
        raise _unknown(answered, error) from None


def _top(answered: Answered, name: str) -> Node:
    top = Node.loads(answered.body, name=name)
    version = top.get("meta").get("api-version")
    if not version.text().startswith("2."):
        raise version.unlike("a version 2 of the upload API")
    return top


def _links(top: Node, required: tuple[str, ...]) -> Mapping[str, str]:
    links = top.get("links")
    for key in required:
        links.get(key).text()
    return _texts(links)


def _texts(node: Node) -> Mapping[str, str]:
    """The members that are texts; what else stands there is for others."""
    return {key: one.value for key, one in node.members() if isinstance(one.value, str)}


def _mechanism(node: Node) -> Mapping[str, str]:
    """What a mechanism needs: beside its identifier, or in a map of that name; the PEP has both."""
    flat = _texts(node)
    inner = node.find(flat.get("identifier", ""))
    if inner is None or not isinstance(inner.value, dict):
        return flat
    return {**flat, **_texts(inner)}


def _file(node: Node) -> FileEntry:
    return FileEntry(
        status=node.get("status").text(),
        link=node.get("link").text(),
        notices=_notices(node),
    )


def _notices(node: Node) -> tuple[str, ...]:
    found = node.optional("notices", Node.items) or []
    return tuple(one.value for one in found if isinstance(one.value, str))


def _expiry(node: Node) -> datetime | None:
    """The moment after which all is gone; None where it is not told as it must be."""
    try:
        found = node.get("expires-at").text()
        moment = datetime.fromisoformat(f"{found.removesuffix('Z')}+00:00")
    except (Damaged, ValueError):
        return None
    return moment


def _unknown(answered: Answered, error: Damaged) -> Unreachable:
    return Unreachable(
        f"the index does not speak Upload 2.0 as it should (status {answered.status}): "
        f"{clean(error.message)}",
        hint="Tell its operators; --api legacy sends files the old way, where there is one.",
    )

"""What is told of publishing sessions outside of the modules that speak Upload 2.0."""

from __future__ import annotations

from collections.abc import Collection

from twine_stage.digests import sha256
from twine_stage.indexes.base import Capabilities, SessionState
from twine_stage.indexes.session_documents import SessionDocument
from twine_stage.settings import Secret

UPLOAD2 = Capabilities(
    shows_each_file=False,
    takes_attestations=True,
    is_permanent=True,
    can_hold=True,
    expects_attestations=True,
)
"""What every index of this kind can do."""


def state_of(document: SessionDocument) -> SessionState:
    """How a session stands, for everybody else."""
    return SessionState(
        url=document.url,
        status=document.status,
        expires_at=document.expires_at,
        preview=preview_of(document),
        files={name: file.status for name, file in sorted(document.files.items())},
        notices=document.notices,
    )


def preview_of(document: SessionDocument) -> Secret | None:
    """The URL of the preview of a session, if the index has one."""
    stage = document.links.get("stage")
    return Secret(stage) if stage else None


def seal_of(document: SessionDocument, names: Collection[str]) -> str:
    """A digest of the links of some files; it tells nothing of the links, which are secrets."""
    links = sorted((name, file.link) for name, file in document.files.items() if name in names)
    return sha256(repr(links).encode())

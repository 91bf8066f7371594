"""Upload 2.0 (PEP 694): a session takes all files, can be previewed, and is published at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from twine_stage.errors import Unreachable
from twine_stage.indexes.authority import Authority
from twine_stage.indexes.base import Capabilities, SessionState
from twine_stage.indexes.connections import Connections
from twine_stage.indexes.endpoints import Endpoints, Heard
from twine_stage.indexes.expiry import Expiry
from twine_stage.indexes.file_uploads import FileUploads
from twine_stage.indexes.mechanisms import MECHANISMS, Mechanism
from twine_stage.indexes.opening import Opening
from twine_stage.indexes.over_http import HttpIndex, utc_now
from twine_stage.indexes.polling import Polling
from twine_stage.indexes.session_documents import SessionDocument
from twine_stage.indexes.session_facts import UPLOAD2, state_of
from twine_stage.indexes.sessions import Upload2Session
from twine_stage.indexes.simple import SimpleReader
from twine_stage.journal import Progress
from twine_stage.manifest import Manifest
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter, Silent
from twine_stage.transport import Timeouts

_HURRY = Timeouts(connect=5, read=5, send=5, answer=10, page=10)
"""For discarding a session at the end of a run that a person broke off."""


@dataclass(frozen=True, kw_only=True)
class Upload2Index(HttpIndex):
    """An index that speaks Upload 2.0; its ``url`` may be that of the legacy API beside it.

    Args:
        root: where sessions are created.
        reporter: hears what the index has to say.
        mechanisms: the ways to send a file.
        now: aware, in UTC.
        heard: what it said in this run.
    """

    root: str
    reporter: Reporter
    mechanisms: Mapping[str, Mechanism] = field(default_factory=lambda: MECHANISMS)
    now: Callable[[], datetime] = utc_now
    heard: Heard = field(default_factory=Heard, repr=False)

    @property
    def api(self) -> str:
        """The version of the API."""
        return "2.0"

    def rehearse(self) -> tuple[str, Capabilities]:
        """Ask whether it speaks Upload 2.0; see ``base.Index``."""
        with self._opening() as opening:
            opening.expect_spoken()
        return self.api, UPLOAD2

    @contextmanager
    def session(
        self,
        manifest: Manifest,
        *,
        progress: Progress | None = None,
        missing: frozenset[str] = frozenset(),
    ) -> Iterator[Upload2Session]:
        """Open a session, or take up the live one; see ``base.Index``."""
        self.authorize()
        with self._opening() as opening:
            document, was_opened = self._found(opening, manifest, progress, missing)
            is_known = progress is not None and progress.session == document.url
            session = Upload2Session(
                opening=opening,
                document=document,
                manifest=manifest,
                uploads=self._uploads(opening, document),
                previewed=lambda now: self._previewed(now, manifest.id),
                filled=progress.filled if progress and is_known else frozenset(),
                seal=progress.seal if progress and is_known else None,
                public=_names(manifest) - missing if missing else frozenset(),
                was_opened=was_opened,
            )
            self._tell_of_changes(session)
            try:
                yield session
            except BaseException as error:
                with self._opening(is_hurried=True) as hurried:
                    session.opening = hurried
                    session.abandon(error)
                raise

    def state(self, url: str) -> SessionState | None:
        """How a session stands; see ``base.Index``."""
        with self._opening() as opening:
            document = opening.read(url)
        return state_of(document) if document else None

    def discard(self, release: ReleaseId, url: str | None) -> SessionState | None:
        """Cancel the live session of a release; see ``base.Index``."""
        with self._opening() as opening:
            document = opening.read(url) if url else None
            was_opened = False
            if document is None or document.status in ("canceled", "published"):
                document, was_opened = opening.create(release)
            opening.cancel(document.url)
        return None if was_opened else state_of(document)

    def _found(
        self,
        opening: Opening,
        manifest: Manifest,
        progress: Progress | None,
        missing: frozenset[str],
    ) -> tuple[SessionDocument, bool]:
        """The session that our journal knows of, else the live one, else a new one."""
        if progress is not None and progress.session is not None:
            document = opening.read(progress.session)
            if document is not None and document.status in ("open", "error", "processing"):
                return document, False
            # Published with all that we put there, a moment ago: the index is about to show it.
            if document is not None and document.status == "published":
                ours = progress.filled & document.files.keys()
                if missing <= ours and not progress.is_verified:
                    return document, False
        return opening.create(manifest.id)

    def _tell_of_changes(self, session: Upload2Session) -> None:
        """Whoever may upload may change what is held: that should be known, and is mended."""
        changed = sorted((session.filled & session.document.files.keys()) - session.has)
        if changed:
            self.reporter.warn(
                f"somebody changed {', '.join(changed)} in the session of {session.manifest.id}; "
                "what was frozen is sent again"
            )

    def _uploads(self, opening: Opening, document: SessionDocument) -> FileUploads:
        return FileUploads(
            opening=opening,
            session=document,
            mechanisms=self.mechanisms,
            expiry=Expiry(endpoints=opening.endpoints, now=self.now),
            links={name: file.link for name, file in document.files.items()},
        )

    def _previewed(self, document: SessionDocument, release: ReleaseId) -> Mapping[str, str]:
        """The SHA-256 by filename of what the preview shows; it gets no credentials."""
        stage = document.links.get("stage")
        if stage is None:
            return {}
        reader = SimpleReader(
            url=stage,
            upload_url=stage,
            transport=replace(self.transport, client_cert=None),
            authority=Authority("", lambda: None),
            reporter=Silent(),
        )
        try:
            listing = reader.listing(release)
        except Unreachable:  # whose message would tell the URL
            self.reporter.warn("the preview of the session cannot be read")
            return {}
        return {file.filename: file.sha256 for file in listing.files if file.sha256}

    @contextmanager
    def _opening(self, *, is_hurried: bool = False) -> Iterator[Opening]:
        transport, polling = self.transport, Polling(sleep=self.transport.sleep)
        if is_hurried:
            transport = replace(transport, timeouts=_HURRY)
            polling = replace(polling, attempts=2, longest=1.0)
        connections = Connections(transport)
        try:
            yield Opening(
                endpoints=Endpoints(
                    root=self.root,
                    transport=transport,
                    authority=self.authority,
                    reporter=self.reporter,
                    connections=connections,
                    heard=self.heard,
                ),
                polling=polling,
            )
        finally:
            connections.close()


def _names(manifest: Manifest) -> frozenset[str]:
    return frozenset(dist.filename.text for dist in manifest.release.distributions)

"""File upload sessions of Upload 2.0: one file on its way into a publishing session.

A file upload session that failed cannot be mended: it is deleted, and the file is started anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from twine_stage.errors import StageError, Unreachable
from twine_stage.indexes.answers import is_busy, refusal
from twine_stage.indexes.bodies import Body
from twine_stage.indexes.endpoints import Endpoints, NoAnswer
from twine_stage.indexes.expiry import Expiry
from twine_stage.indexes.mechanisms import Mechanism, choose
from twine_stage.indexes.opening import Opening
from twine_stage.indexes.session_documents import FileDocument, SessionDocument, file_document
from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Taken, Unclear, Upload
from twine_stage.transport import Answered

_GONE = (404, 410)
_CONFLICT = 409
_FAILURES = 2
"""How often a file may fail when it is completed: once may be the way there, twice is the file."""


@dataclass(kw_only=True)
class FileUploads:
    """The files of one publishing session; may be used from any thread.

    ``links`` are the file upload sessions by filename: those that the index told of when the
    session was taken up, and our own. ``digests`` are the SHA-256 of ours.
    """

    opening: Opening
    session: SessionDocument
    mechanisms: Mapping[str, Mechanism]
    expiry: Expiry
    links: dict[str, str] = field(default_factory=dict, repr=False)
    digests: dict[str, str] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _delivered: dict[str, FileDocument] = field(default_factory=dict, repr=False)
    _running: set[str] = field(default_factory=set)
    _crowd: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        """Bring a file into the session, once; see ``base.Session``."""
        name = upload.distribution.filename.text
        try:
            self._enter(name)
            match self._standing(upload):
                case "completed":
                    return Accepted()
                case "pending" if name in self._delivered:
                    return self._complete(name, self._delivered[name])
                case _:
                    return self._clear(name) or self._create(upload, sent)
        except NoAnswer as lost:
            return Unclear(message=lost.message)
        finally:
            self._leave(name)

    def look(self, name: str) -> str | None:
        """The SHA-256 of a file that this object brought into the session completely, or None."""
        digest = self.digests.get(name)
        if digest is None or name not in self.links:
            return None
        return digest if self._settled(self.links[name]) == "completed" else None

    @property
    def endpoints(self) -> Endpoints:
        """How the index is asked."""
        return self.opening.endpoints

    def _enter(self, name: str) -> None:
        """Remember who was on the way at the same time."""
        with self._lock:
            self._running.add(name)
            if len(self._running) > 1:
                self._crowd |= self._running

    def _leave(self, name: str) -> None:
        with self._lock:
            self._running.discard(name)
            self._crowd.discard(name)

    def _standing(self, upload: Upload) -> str | None:
        """How an attempt of this run stands that ended without a clear answer; None without one."""
        dist = upload.distribution
        name = dist.filename.text
        if name not in self.links or self.digests.get(name) != dist.sha256:
            return None
        return self._settled(self.links[name])

    def _settled(self, link: str, *, since: Answered | None = None) -> str:
        """The status of a file upload session, once the index has thought about it."""

        def status() -> tuple[str, Answered]:
            answered = self.endpoints.read(link)
            if answered.status in _GONE:
                return "canceled", answered
            if answered.status != 200:  # noqa: PLR2004 - OK
                raise self.opening.error("a file upload session cannot be read", answered)
            return file_document(answered).status, answered

        polling = self.opening.polling
        return polling.until(status, lambda found: found != "processing", since=since)

    def _now(self) -> SessionDocument:
        """The publishing session as it is now."""
        now = self.opening.read(self.session.url)
        if now is None:
            raise _ended()
        return now

    def _clear(self, name: str) -> Answer | None:
        """Delete what stands under a name; None if nothing does any more."""
        link = self.links.get(name)
        if link is None:
            return None
        answered = self.endpoints.delete(link)
        if answered.status == _CONFLICT:  # it is being processed: the outcome is decided soon
            self._settled(link)
            answered = self.endpoints.delete(link)
        if answered.status in _GONE or 200 <= answered.status < 300:  # noqa: PLR2004 - success
            with self._lock:
                self.links.pop(name, None)
                self.digests.pop(name, None)
                self._delivered.pop(name, None)
            return None
        return refusal(answered, secrets=self.endpoints.secrets)

    def _create(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        dist = upload.distribution
        name = dist.filename.text
        identifier = choose(self.session.mechanisms, self.mechanisms)
        answered = self.endpoints.post(
            self.session.links["upload"],
            filename=name,
            size=dist.size,
            hashes={"sha256": dist.sha256},
            mechanism=identifier,
        )
        if answered.status == _CONFLICT:
            return self._conflict(name, answered)
        if answered.status in _GONE:
            raise _ended()
        if not 200 <= answered.status < 300:  # noqa: PLR2004 - success
            return refusal(answered, secrets=self.endpoints.secrets)
        try:
            document = file_document(answered)
        except Unreachable as error:  # it may have broken off; what was begun is deleted then
            return Unclear(message=error.message)
        with self._lock:
            self.links[name], self.digests[name] = document.url, dist.sha256
        self.expiry.outlast(document, file_document, size=dist.size)
        if document.mechanism.get("identifier") != identifier:
            return self._give_up(name, Rejected(f"the index does not take {identifier}"))
        return self._send(upload, document, sent)

    def _conflict(self, name: str, answered: Answered) -> Answer:
        """A 409: this name is in the session, or public, or files must come one by one."""
        message = self.endpoints.sentence(answered)
        now = self._now()
        if not now.is_editable:
            return Unclear(message=f"{message} (the session is {now.status})")
        # An attempt whose answer was lost; the next one begins by deleting it.
        if name in now.files:
            with self._lock:
                self.links[name] = now.files[name].link
            return Unclear(message=message)
        others = any(file.status in ("pending", "processing") for file in now.files.values())
        if others or name in self._crowd:  # which may be through with it by now
            return Unclear(message=message, slow_down=True)
        return Taken(message)

    def _send(self, upload: Upload, document: FileDocument, sent: Callable[[int], None]) -> Answer:
        dist = upload.distribution
        name = dist.filename.text
        mechanism = self.mechanisms[document.mechanism["identifier"]]
        try:
            body = Body(dist, upload.chunks(), sent)
            answered = mechanism.send(self.endpoints, document.mechanism, body)
            if not 200 <= answered.status < 300:  # noqa: PLR2004 - success
                return self._give_up(name, self._refusal(answered))
            if upload.attestations:
                refused = self._attest(upload, mechanism, document)
                if refused:
                    return self._give_up(name, refused)
        except StageError:
            with suppress(StageError, NoAnswer):
                self._clear(name)
            raise
        self._delivered[name] = document
        return self._complete(name, document)

    def _attest(
        self, upload: Upload, mechanism: Mechanism, document: FileDocument
    ) -> Rejected | Unclear | None:
        answered = mechanism.attest(self.endpoints, document.mechanism, upload.attestations)
        if answered is None:
            name = upload.distribution.filename
            self.endpoints.reporter.warn(
                f"{name}: its attestations stay behind: the index takes none"
            )
            return None
        if 200 <= answered.status < 300:  # noqa: PLR2004 - success
            return None
        return refusal(answered, secrets=self.endpoints.secrets)

    def _refusal(self, answered: Answered) -> Rejected | Unclear:
        """What an answer means that is no success; a link that has ended is no refusal."""
        if answered.status in _GONE:
            return Unclear(message="the file upload session has ended")
        return refusal(answered, secrets=self.endpoints.secrets)

    def _complete(self, name: str, document: FileDocument) -> Answer:
        answered = self.endpoints.post(document.links["complete"])
        if is_busy(answered.status):
            return refusal(answered, secrets=self.endpoints.secrets)
        if not 200 <= answered.status < 300:  # noqa: PLR2004 - success
            return self._failed(name, self._refusal(answered))
        if answered.status != 202:  # noqa: PLR2004 - accepted, but not completed yet
            return Accepted()
        if self._settled(document.url, since=answered) != "completed":
            return self._failed(name, Rejected(self._reason(name)))
        return Accepted()

    def _reason(self, name: str) -> str:
        """Why the index could not process a file: what it says in the document of the session."""
        now = self._now()
        notices = now.files[name].notices if name in now.files else ()
        said = "; ".join(map(self.endpoints.clean, notices))
        return said or "the index could not process it, and says nothing of the reason"

    def _failed(self, name: str, answer: Rejected | Unclear) -> Answer:
        """Start the file anew, once; what fails again is refused."""
        count = self._failures[name] = self._failures.get(name, 0) + 1
        if count < _FAILURES:
            return self._give_up(name, Unclear(message=answer.message))
        return self._give_up(name, answer)

    def _give_up(self, name: str, answer: Answer) -> Answer:
        """Delete what cannot be completed; if that fails, the next attempt begins with it."""
        with suppress(StageError, NoAnswer):
            self._clear(name)
        return answer


def _ended() -> Unreachable:
    return Unreachable(
        "the session has ended: it was canceled, or it has expired",
        hint="Run the same command again; it opens another one.",
    )

"""Publishing sessions of Upload 2.0: fill one, hold it, publish it, or discard it.

Whoever may upload to the project may change the session, too. So what it holds is compared with
what is frozen when it is taken up, and once more right before it is published or held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from twine_stage.errors import Refused, StageError, Unreachable, UploadRefused
from twine_stage.indexes.answers import is_busy
from twine_stage.indexes.base import SessionState
from twine_stage.indexes.endpoints import NoAnswer
from twine_stage.indexes.file_uploads import FileUploads
from twine_stage.indexes.opening import Opening
from twine_stage.indexes.polling import ATTEMPTS
from twine_stage.indexes.session_documents import SessionDocument, session_document
from twine_stage.indexes.session_facts import UPLOAD2, preview_of, seal_of, state_of
from twine_stage.indexes.uploads import Accepted, Answer, Upload
from twine_stage.manifest import Manifest
from twine_stage.settings import Secret
from twine_stage.transport import Answered

_OVERTAKEN = (404, 409, 410)
"""Somebody else may have put a file in, or published or canceled it, since it was read."""
_AGAIN = "Run the same command again; it continues where it stopped."
_DISCARD = (
    "Find out who put them there: publishing the session would publish them. "
    "--discard-unexpected removes them from it."
)

Previewed = Callable[[SessionDocument], Mapping[str, str]]
"""The SHA-256 by filename of what the preview of a session shows; empty without a preview."""


class Strangers(Refused):
    """Somebody else put files into the session, and should be asked why before it is gone."""


@dataclass(kw_only=True)
class Upload2Session:
    """One publishing session.

    Args:
        opening: how sessions of the index are read.
        document: the session as it was opened or taken up.
        manifest: what is frozen.
        uploads: the files on their way into it.
        previewed: reads the preview.
        filled: the names that our journal put into this session.
        seal: what the links of its files were sealed with when it was held.
        public: the names of ours that are public already.
        was_opened: this run opened it.
    """

    opening: Opening
    document: SessionDocument
    manifest: Manifest
    uploads: FileUploads
    previewed: Previewed
    filled: frozenset[str] = frozenset()
    seal: str | None = None
    public: frozenset[str] = frozenset()
    was_opened: bool = False
    is_canceled: bool = False
    has: frozenset[str] = field(init=False)
    _accepted: set[str] = field(default_factory=set)
    _is_settled: bool = False

    api = "2.0"
    capabilities = UPLOAD2

    def __post_init__(self) -> None:
        self.has = self._proven(self.document)

    @property
    def url(self) -> str:
        """Where its status is read."""
        return self.document.url

    @property
    def preview(self) -> Secret | None:
        """The URL of its preview, if the index has one."""
        return preview_of(self.document)

    def upload(self, upload: Upload, sent: Callable[[int], None]) -> Answer:
        """Send one file, once; see ``base.Session``."""
        size = upload.distribution.size
        self.uploads.expiry.outlast(self.document, session_document, size=size)
        answer = self.uploads.upload(upload, sent)
        if isinstance(answer, Accepted):
            self._accepted.add(upload.distribution.filename.text)
        return answer

    def look(self, filename: str) -> str | None:
        """What this run brought into the session under a name; see ``base.Session``."""
        digest = self.uploads.look(filename)
        if digest:
            self._accepted.add(filename)
        return digest

    def greet(self, *, discard: bool = False) -> None:
        """Look for files of strangers; see ``base.Session``."""
        self._expect_no_strangers(self.document, discard=discard)

    def review(self, *, discard: bool = False) -> None:
        """Compare it with what is frozen; see ``base.Session``."""
        self._reviewed(self._resolved(self._read()), discard=discard)

    def hold(self, *, discard: bool = False) -> SessionState:
        """Compare, and leave it as it is; see ``base.Session``."""
        document = self._resolved(self._read())
        if document.status == "published":
            raise Refused(f"{self.manifest.id} cannot be held: somebody published it meanwhile")
        self.document = self._reviewed(document, discard=discard)
        self._is_settled = True
        state = state_of(self.document)
        return replace(state, seal=seal_of(self.document, self.document.files.keys()))

    def publish(self, *, discard: bool = False) -> None:
        """Compare, then make all of it public at once; see ``base.Session``."""
        attempt = 0
        while True:
            attempt += 1
            document = self._resolved(self._read())
            self._is_settled = document.status == "published"
            if self._is_settled:
                return
            document = self._reviewed(document, discard=discard)
            if not document.files:  # all of it became public by another way
                self._cancel()
                return
            pause = self._published(document, attempt)
            if pause is None:
                return
            self.opening.polling.sleep(max(pause, 2.0 ** (attempt - 1)))

    def abandon(self, error: BaseException) -> None:
        """Discard what this run opened, unless it is held or public, or a rerun goes on with it."""
        stays = isinstance(error, Unreachable | Strangers)
        if not self.was_opened or self._is_settled or stays:
            return
        try:
            self._cancel()
        except StageError as failure:
            self.opening.endpoints.reporter.warn(
                f"the session {self.url} was left open: {failure.message}"
            )

    def _cancel(self) -> None:
        self.is_canceled = self.opening.cancel(self.url)
        self._is_settled = True

    def _read(self) -> SessionDocument:
        self.uploads.expiry.outlast(self.document, session_document, size=0)
        document = self.opening.read(self.url)
        if document is None or document.status == "canceled":
            raise Unreachable(
                f"the session of {self.manifest.id} is gone: it was published or canceled, or it "
                "has expired",
                hint="Run the same command again; it goes on from what the index shows.",
            )
        return document

    def _resolved(
        self, document: SessionDocument, *, since: Answered | None = None
    ) -> SessionDocument:
        """The session once the index is through with it."""

        def look() -> tuple[SessionDocument, Answered]:
            answered = self.opening.endpoints.read(self.url)
            if answered.status in (404, 410):
                # What is processed ends as published or as editable, and only the first is over.
                return replace(document, status="published"), answered
            if answered.status != 200:  # noqa: PLR2004 - OK
                raise self.opening.error("the session cannot be read", answered)
            return self.opening.told(session_document(answered)), answered

        if document.status != "processing":
            return document
        return self.opening.polling.until(
            look, lambda found: found.status != "processing", since=since
        )

    def _published(self, document: SessionDocument, attempt: int) -> float | None:
        """Ask for publication; a number of seconds where it is unclear what became of it."""
        # From here on nobody can say that nothing is public.
        self._is_settled = True
        try:
            answered = self.opening.endpoints.post(document.links["publish"])
        except NoAnswer as lost:
            if attempt == ATTEMPTS:
                raise Unreachable(f"no clear answer: {lost.message}", hint=_AGAIN) from None
            return 0.0
        except StageError:  # there was no request at all
            self._is_settled = False
            raise
        if is_busy(answered.status) and attempt < ATTEMPTS:
            return min(answered.retry_after or 0.0, self.opening.polling.longest)
        if not 200 <= answered.status < 300:  # noqa: PLR2004 - success
            self._is_settled = False
            if answered.status in _OVERTAKEN and attempt == 1:
                return 0.0  # the next look at it tells
            raise self.opening.error(f"{self.manifest.id} was not published", answered)
        if answered.status == 202:  # noqa: PLR2004 - accepted
            working = replace(document, status="processing")
            self._expect_published(self._resolved(working, since=answered))
        return None

    def _expect_published(self, resolved: SessionDocument) -> None:
        """Tell why the index could not publish what it was to process."""
        if resolved.status == "published":
            return
        self._is_settled = False
        said = "; ".join(map(self.opening.endpoints.clean, resolved.said))
        raise UploadRefused(
            f"{self.manifest.id} was not published: {said or 'the index gives no reason'}",
            hint="Mend what the index says, and run the same command again.",
        )

    def _reviewed(self, document: SessionDocument, *, discard: bool) -> SessionDocument:
        """The session, if it holds exactly what is ours; what is not is removed if that is wanted.

        Raises:
            Refused: it holds something else.
            Unreachable: it lost something.
        """
        self._expect_no_strangers(document, discard=discard)
        for name in sorted(document.files.keys() & self.public):
            self._remove(name, document.files[name].link)
        ours = self.has | self._accepted
        lost = sorted(
            name
            for name in ours
            if name not in document.files or document.files[name].status != "completed"
        )
        unproven = document.files.keys() - self._proven(document, ours)
        changed = sorted(unproven & self._names - self.public)
        if lost or changed:
            raise Unreachable(
                f"the session of {self.manifest.id} was changed by somebody else meanwhile: "
                f"{', '.join(sorted({*lost, *changed}))}",
                hint="Run the same command again: it replaces them.",
            )
        names = self._names - self.public
        files = {name: file for name, file in document.files.items() if name in names}
        return replace(document, files=files)

    def _expect_no_strangers(self, document: SessionDocument, *, discard: bool) -> None:
        strangers = sorted(document.files.keys() - self._names)
        if strangers and not discard:
            raise Strangers(
                f"the session of {self.manifest.id} holds files that were not frozen: "
                f"{', '.join(strangers)}",
                hint=_DISCARD,
            )
        for name in strangers:
            self._remove(name, document.files[name].link)

    def _remove(self, name: str, link: str) -> None:
        try:
            answered = self.opening.polling.patiently(lambda: self.opening.endpoints.delete(link))
        except NoAnswer as lost:
            raise Unreachable(f"{name} was not removed: {lost.message}", hint=_AGAIN) from None
        if not 200 <= answered.status < 300 and answered.status not in (404, 410):  # noqa: PLR2004
            raise self.opening.error(f"{name} was not removed from the session", answered)

    @property
    def _names(self) -> frozenset[str]:
        return frozenset(dist.filename.text for dist in self.manifest.release.distributions)

    def _proven(
        self, document: SessionDocument, ours: frozenset[str] | None = None
    ) -> frozenset[str]:
        """The names under which a session holds the frozen content.

        The preview's word counts; where it has none, our own that we put it there.
        """
        if document.status == "published":
            return self.filled & document.files.keys()
        if ours is None:
            is_sealed = self.seal in (None, seal_of(document, self.filled))
            ours = self.filled if is_sealed else frozenset()
        digests = {dist.filename.text: dist.sha256 for dist in self.manifest.release.distributions}
        done = {name for name, file in document.files.items() if file.status == "completed"}
        seen = self.previewed(document) if done & digests.keys() else {}
        return frozenset(
            name
            for name in done & digests.keys()
            if (seen[name] == digests[name] if name in seen else name in ours)
        )

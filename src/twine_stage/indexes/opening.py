"""Opening a publishing session, or taking up the one that lives: the first request says which API.

A URL that is configured for Upload 2.0 has to speak it. A sibling of a legacy URL is only asked:
what does not answer as PEP 694 wants it does not have the API (``NotSpoken``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urljoin

from twine_stage.errors import Refused, StageError, Unreachable, UploadRefused
from twine_stage.indexes.answers import is_busy, refusal
from twine_stage.indexes.endpoints import Endpoints, NoAnswer
from twine_stage.indexes.polling import Polling
from twine_stage.indexes.session_documents import SessionDocument, session_document
from twine_stage.indexes.uploads import Rejected
from twine_stage.releases import ReleaseId
from twine_stage.transport import PROBLEMS, Answered
from twine_stage.transport.failures import host

_CREATED, _CONFLICT = 201, 409
_STOPS = (401, 403)
_NOT_SPOKEN = (404, 405, 406, 410, 415, 501)
_GONE = (404, 410)
_AGAIN = "Run the same command again; it continues where it stopped."


class NotSpoken(Refused):
    """What was asked does not speak Upload 2.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How sessions of one index are opened and found."""

    endpoints: Endpoints
    polling: Polling

    def create(self, release: ReleaseId) -> tuple[SessionDocument, bool]:
        """The live session of a release, and whether this call opened it.

        Raises:
            NotSpoken: the index does not speak Upload 2.0.
            StageError: it refused, or did not answer.
        """
        endpoints, root = self.endpoints, self.endpoints.root
        name, version = str(release.project), str(release.version)
        try:
            answered = self.polling.patiently(
                lambda: endpoints.post(root, name=name, version=version)
            )
        except NoAnswer as lost:
            raise Unreachable(f"{host(root)}: {lost.message}", hint=_AGAIN) from None
        self._expect_spoken(answered)
        if answered.status == _CREATED:
            return self.told(session_document(answered)), True
        place = answered.headers.get("Location")
        if answered.status == _CONFLICT and place:
            found = self.read(_joined(answered.url, place))
            if found is None:
                raise Unreachable("the session of the index ended right now", hint=_AGAIN)
            return found, False
        raise self.error("no session can be opened", answered)

    def read(self, url: str) -> SessionDocument | None:
        """The session at a URL; None if it is gone.

        Raises:
            StageError: the index refused, or did not answer.
        """
        answered = self.endpoints.read(url)
        if answered.status in _GONE:
            return None
        if answered.status != 200:  # noqa: PLR2004 - OK
            raise self.error("the session cannot be read", answered)
        return self.told(session_document(answered))

    def cancel(self, url: str) -> bool:
        """Discard a session; whether it is gone now.

        Raises:
            StageError: the index refused, or did not answer.
        """
        try:
            answered = self.polling.patiently(lambda: self.endpoints.delete(url))
        except NoAnswer as lost:
            raise Unreachable(f"{host(url)}: {lost.message}", hint=_AGAIN) from None
        if answered.status in _GONE or 200 <= answered.status < 300:  # noqa: PLR2004 - success
            return True
        raise self.error("the session cannot be canceled", answered)

    def expect_spoken(self) -> None:
        """Find out whether the index speaks Upload 2.0, without a write; raises as ``create``."""
        root = self.endpoints.root
        try:
            answered = self.polling.patiently(lambda: self.endpoints.options(root))
        except NoAnswer as lost:
            raise Unreachable(f"{host(root)}: {lost.message}", hint=_AGAIN) from None
        allowed = {word.strip().upper() for word in answered.headers.get("Allow", "").split(",")}
        # Most answer this one with no document; 405 says that only OPTIONS is not allowed.
        if "POST" in allowed and (answered.status == 405 or 200 <= answered.status < 300):  # noqa: PLR2004
            return
        self._expect_spoken(answered)

    def error(self, what: str, answered: Answered) -> StageError:
        """The error for an answer that is no success, in the index's own words."""
        answer = refusal(answered, secrets=self.endpoints.secrets)
        message = f"{host(self.endpoints.root)}: {what}: {answer.message}"
        if isinstance(answer, Rejected):
            return UploadRefused(message, hint=answer.hint)
        return Unreachable(message, hint=_AGAIN)

    def _expect_spoken(self, answered: Answered) -> None:
        status = answered.status
        is_weak = is_busy(status) and status not in _NOT_SPOKEN
        if status in _STOPS or is_weak or answered.location:
            raise self.error("it was asked whether it speaks Upload 2.0", answered)
        if status in _NOT_SPOKEN or answered.content_type not in PROBLEMS:
            raise NotSpoken(
                f"{self.endpoints.root} does not speak Upload 2.0 (it answers with {status})",
                hint="Check the URL; --api legacy sends files the old way, where there is one.",
            )

    def told(self, document: SessionDocument) -> SessionDocument:
        """Keep what is secret, and say what the index has to say.

        A preview that anybody on the way could read is no secret, and proves nothing: it counts as
        none.
        """
        self.endpoints.conceal(document.token, document.links.get("stage"))
        for notice in document.said:
            self.endpoints.tell(notice)
        if not self.endpoints.is_weaker(document.links.get("stage", "")):
            return document
        self.endpoints.warn("the preview is not reached by https, as the index is: it is not used")
        links = {key: link for key, link in document.links.items() if key != "stage"}
        return replace(document, links=links)


def _joined(url: str, place: str) -> str:
    try:
        return urljoin(url, place)
    except ValueError:
        return place  # it is judged where it is used

"""What a server answered, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from twine_stage.transport.sentences import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a server answered; ``body`` may be cut off where the caller set a limit."""

    url: str
    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """The media type, in lower case, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as an absolute URL; what is no URL is given as it stands."""
        target = self.headers.get("Location")
        if not target or not 300 <= self.status < 400:  # noqa: PLR2004 - the class of HTTP statuses
            return None
        try:
            return urljoin(self.url, target)
        except ValueError:
            return target

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks us to wait, as a number or until a date (RFC 9110).

        None where it asks for none, or for a moment that has passed.
        """
        text = self.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return float(text) or None
        moment = _moment(text)
        if moment is None:
            return None
        # Both dates are of the server's clock, which may not agree with ours.
        now = _moment(self.headers.get("Date", "")) or datetime.now(timezone.utc)
        return max(0.0, (moment - now).total_seconds()) or None

    @property
    def modified_at(self) -> datetime | None:
        """When what was answered was changed last, as the server says."""
        return _moment(self.headers.get("Last-Modified", ""))

    def sentence(self, *, secrets: tuple[str, ...] = ()) -> str:
        """What the server says, in one line; see ``sentences``."""
        return sentence(
            status=self.status,
            reason=self.reason,
            content_type=self.content_type,
            body=self.body,
            secrets=secrets,
        )

    def sentence_and_status(self, *, secrets: tuple[str, ...] = ()) -> str:
        """The same, and the status, which is the sentence where the server says nothing."""
        said = self.sentence(secrets=secrets)
        is_told = said.startswith(str(self.status))
        return said if is_told else f"{said} (status {self.status})"


def _moment(text: str) -> datetime | None:
    """A date of HTTP; one without a zone is in UTC, as those of RFC 850 and asctime are."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)

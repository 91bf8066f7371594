"""What is known of an index before it is met."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from twine_stage.profiles import GENERIC, Profile


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that shows itself to nobody who does not ask for its value."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "********"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Given:
    """A part of a credential, and the name of the place it was found in.

    A user name is kept like a password: in a URL, a token often stands in its place.
    """

    secret: Secret
    source: str

    @property
    def value(self) -> str:
        """The value itself."""
        return self.secret.value


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """An index as it was configured; nothing was asked of it yet.

    ``id`` names it in journals and receipts: the configured name, else one made of the URL.
    ``url`` is where uploads go, without user info. ``directory`` is set for a directory index.
    ``looked_at`` are the places where credentials were looked for. ``trusted_publishing`` is one of
    ``automatic``, ``always`` and ``never``; ``has_identity`` says whether the program runs where an
    identity can be had, as in a job of CI. ``profile`` is which rules it goes by, and its limits.
    """

    id: str
    url: str
    name: str | None = None
    api: str = "auto"
    simple_url: str | None = None
    directory: Path | None = None
    is_pypi: bool = False
    username: Given | None = None
    password: Given | None = None
    looked_at: tuple[str, ...] = ()
    ca_bundle: str | None = None
    client_cert: str | None = None
    non_interactive: bool = False
    trusted_publishing: str = "automatic"
    has_identity: bool = False
    profile: Profile = GENERIC

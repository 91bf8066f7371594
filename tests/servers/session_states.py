"""The two state machines of PEP 694, row by row as its tables have them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A transition: from one of some states, by an event, to one of some.

    ``same`` as a target means that the state does not change, ``rejected`` that the request is
    answered with 409 and nothing happens.
    """

    sources: tuple[str, ...]
    event: str
    targets: tuple[str, ...]

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"{' or '.join(self.sources)}: {self.event}: {' or '.join(self.targets)}"


PUBLISHING = (
    Row(("none",), "session created", ("open",)),
    Row(("open",), "file uploaded, replaced, or deleted", ("open",)),
    Row(("open",), "publish completed immediately", ("published",)),
    Row(("open",), "publish accepted for deferred processing", ("processing",)),
    Row(("open", "error"), "publish while a file is not completed", ("rejected",)),
    Row(("open", "error"), "publish fails synchronously", ("same",)),
    Row(("open", "error"), "session canceled", ("canceled",)),
    Row(("processing",), "deferred processing succeeds", ("published",)),
    Row(("processing",), "deferred processing fails", ("error",)),
    Row(("processing",), "cancellation requested", ("rejected",)),
    Row(("error",), "file uploaded, replaced, or deleted", ("error",)),
    Row(("error",), "publish retried", ("processing", "published")),
)
"""A publishing session."""

FILE_UPLOAD = (
    Row(("none",), "file upload session created", ("pending",)),
    Row(("pending",), "upload mechanism executes", ("pending",)),
    Row(("pending",), "completed immediately", ("completed",)),
    Row(("pending",), "completion accepted for deferred processing", ("processing",)),
    Row(("pending",), "completion fails synchronously", ("error",)),
    Row(("pending",), "cancellation requested", ("canceled",)),
    Row(("processing",), "deferred processing succeeds", ("completed",)),
    Row(("processing",), "deferred processing fails", ("error",)),
    Row(("processing",), "cancellation requested", ("rejected",)),
    Row(("completed",), "file deleted", ("canceled",)),
    Row(("error",), "file deleted", ("canceled",)),
)
"""A file upload session."""


def row(table: tuple[Row, ...], state: str, event: str) -> Row | None:
    """The row for an event in a state; None where the table has none, so that it cannot happen."""
    return next((one for one in table if one.event == event and state in one.sources), None)

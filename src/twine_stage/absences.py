"""Absences: why an index does not show a file, or content, that is frozen, as far as is told."""

from __future__ import annotations

from datetime import datetime

from twine_stage.distributions import Distribution
from twine_stage.listings import ListedFile, Listing, Project
from twine_stage.policy import moment
from twine_stage.receipts import Receipt


def why_missing(
    name: str,
    listing: Listing,
    project: Project,
    receipt: Receipt | None,
    published_at: datetime | None = None,
) -> str:
    """Why a file is not shown; empty where nothing tells.

    Args:
        name: its filename.
        listing: what is shown of its release.
        project: what is shown of all releases.
        receipt: what was shown before.
        published_at: when the index was told to show all of it, where there is no receipt.
    """
    if project.status == "quarantined":
        said = f" ({project.status_reason})" if project.status_reason else ""
        return f"the project is quarantined{said}"
    if receipt:
        gone = "the project is gone"
        return _of_known(name, listing, project, receipt) if project.is_known else gone
    if published_at:
        return f"published on {moment(published_at)}: not propagated yet, or removed since"
    return "" if project.is_known else "the index has no such project"


def _of_known(name: str, listing: Listing, project: Project, receipt: Receipt) -> str:
    when = day(receipt.at)
    if is_older(project, receipt):
        return f"the answer is stale: older than that of {when}, when it was shown or sent"
    if name not in receipt.by_name:
        return f"it was not shown on {when} either: not propagated yet, or refused"
    if not listing.files:
        return f"the release was deleted or quarantined: it was shown on {when}"
    return f"it was deleted: it was shown on {when}"


def why_other(
    dist: Distribution, shown: ListedFile, before: ListedFile | None, receipt: Receipt | None
) -> str:
    """Why the content of a file is not what was frozen; empty where nothing tells.

    Args:
        dist: what was frozen.
        shown: what is shown of it, which may be the digest that was frozen, and false.
        before: what the receipt shows of it.
        receipt: what was shown before.
    """
    if shown.sha256 == dist.sha256:
        return "the page contradicts what is served: installers refuse it"
    if not (receipt and before and before.sha256 == dist.sha256 and shown.sha256):
        return ""
    uploaded_at = shown.uploaded_at  # of which some indexes tell that of the first upload
    if uploaded_at and _is_since(uploaded_at, receipt):
        return f"it was swapped on {moment(uploaded_at)}: it was shown as it was frozen before"
    told = f"; the index tells of an upload on {moment(uploaded_at)}" if uploaded_at else ""
    return f"it was swapped after {day(receipt.at)}, when it was shown as it was frozen{told}"


def _is_since(time: datetime, receipt: Receipt) -> bool:
    """Whether a moment is after that of a receipt, which may be of any form."""
    try:
        return time > datetime.fromisoformat(receipt.at)
    except (TypeError, ValueError):
        return False


def is_older(project: Project, receipt: Receipt) -> bool:
    """Whether an answer is from before a receipt, by the serials of both.

    That it is not proves nothing: a cache may hold the page of any moment since.
    """
    if project.serial is None or receipt.serial is None:
        return False
    return project.serial < receipt.serial


def day(at: str) -> str:
    """The moment of a receipt, to the minute; as it stands there if it cannot be read."""
    try:
        return moment(datetime.fromisoformat(at))
    except ValueError:
        return at

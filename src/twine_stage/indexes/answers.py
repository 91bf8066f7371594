"""What an index's answer to an upload means.

No text ever decides that a file is there: a text may only be the reason to ask the listing.
"""

from __future__ import annotations

import re

from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Taken, Unclear
from twine_stage.transport import Answered, clean, without_query

_HAS_IT = re.compile(
    # PyPI, devpi, GitLab; Artifactory; Nexus; and what others might say.
    r"already|exist[s ]|overwrit|updating asset|duplicate|conflict|re-?upload|been taken",
    re.IGNORECASE,
)
_HAS_IT_NOT = re.compile(
    r"deleted|does not exist|doesn't exist|non-existent|not exist", re.IGNORECASE
)

_LOGIN = re.compile(rb"<input[^>]*type=[\"']?password", re.IGNORECASE)
"""A proxy's page to log in comes with status 200, and took no file."""

_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
"""What no index known answers to a file that it took; a portal or an error page does."""

_BUSY = frozenset({408, 425, 429})
_MAY_BE_TAKEN = frozenset({400, 403, 409})

_HINTS = {
    401: "Check the user name and the password or token, and where they were found.",
    403: "Check the token: is it for this index, and does it reach this project?",
    404: "Check the upload URL.",
    405: "Check the upload URL: it is not the one of the index's pages.",
    413: "The index sets a limit to the size of a file; ask it to raise the limit.",
}


def judge(answered: Answered, *, secrets: tuple[str, ...] = ()) -> Answer:
    """Accepted, taken, rejected, or unclear: what the legacy API answers to a file.

    Args:
        answered: the answer to one upload.
        secrets: what must not be shown, should the index repeat it.
    """
    status = answered.status
    message = answered.sentence(secrets=secrets)
    if 200 <= status < 300:  # noqa: PLR2004 - the class of HTTP statuses
        return _of_success(answered.body, message)
    if status in _MAY_BE_TAKEN and _is_taken(status, message):
        return Taken(message)
    return refusal(answered, secrets=secrets)


def refusal(answered: Answered, *, secrets: tuple[str, ...] = ()) -> Rejected | Unclear:
    """What an answer means that is no success: a refusal, or a moment of weakness."""
    status = answered.status
    message = answered.sentence(secrets=secrets)
    if is_busy(status):
        return Unclear(
            message=message,
            retry_after=answered.retry_after,
            slow_down=status == 429 or status >= 500,  # noqa: PLR2004 - too many requests
        )
    if answered.location is not None:
        target = clean(without_query(answered.location), secrets=secrets)
        return Rejected(
            f"the index redirects uploads to {target}",
            hint="Uploads follow no redirect. Is the / at the end of the upload URL missing?",
        )
    return Rejected(message, hint=_HINTS.get(status, ""))


def is_busy(status: int) -> bool:
    """Whether the same request may well succeed a little later."""
    return status in _BUSY or status >= 500  # noqa: PLR2004 - the class of HTTP statuses


def _of_success(body: bytes, message: str) -> Answer:
    if _LOGIN.search(body):
        return Rejected("the answer is a web page to log in", hint=_HINTS[404])
    if _WEB_PAGE.match(body):
        return Unclear(message=f"the answer is a web page: {message}")
    return Accepted()


def _is_taken(status: int, message: str) -> bool:
    if _HAS_IT_NOT.search(message):
        return False
    return status == 409 or _HAS_IT.search(message) is not None  # noqa: PLR2004 - conflict

"""Addresses: where an index would serve a file, told by its content before any page shows it.

PyPI serves a file below the BLAKE2b-256 of its content, ``ab/cd/<60 digits>/<filename>``, on a host
that its pages name. So the address of a file is known as soon as the page shows any other.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from twine_stage.distributions import Distribution
from twine_stage.listings import Project

_ADDRESS = re.compile(
    r"(?P<root>https?://[^?#]+/)[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/(?P<name>[^/?#]+)"
)


def predicted(distribution: Distribution, project: Project) -> str | None:
    """The URL that a file has once the index took it; None where its pages tell nothing of it.

    Args:
        distribution: the file, by its digest.
        project: what the index shows of any release of the project.
    """
    roots = (match["root"] for file in project.files if (match := _ADDRESS.fullmatch(file.url)))
    root = next(roots, None)
    digest = distribution.blake2b256
    if root is None or digest is None:
        return None
    name = quote(distribution.filename.text)
    return f"{root}{digest[:2]}/{digest[2:4]}/{digest[4:]}/{name}"

"""Where an identity can be had: the surroundings that prove to others which job runs in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PLACES = "GitHub Actions, GitLab CI, Buildkite, CircleCI or Google Cloud"

_VARIABLES = (
    "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "GOOGLE_SERVICE_ACCOUNT_NAME",
)  # fmt: skip
_PRODUCT = Path("/sys/class/dmi/id/product_name")
_OF_GOOGLE = ("Google", "Google Compute Engine")


def has_identity(environ: Mapping[str, str], *, product: Path = _PRODUCT) -> bool:
    """Whether the library ``id`` would look for an identity here; nothing is asked for it.

    Args:
        environ: the environment.
        product: the file that tells a virtual machine of Google Cloud by its name.
    """
    if any(environ.get(name) for name in _VARIABLES):
        return True
    try:
        return product.read_text(encoding="ascii").strip() in _OF_GOOGLE
    except (OSError, ValueError):
        return False

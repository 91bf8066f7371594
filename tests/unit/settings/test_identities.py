"""Where an identity can be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from twine_stage.settings.identities import has_identity


@pytest.mark.parametrize(
    "name",
    ["GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "GOOGLE_SERVICE_ACCOUNT_NAME"],
)
def test_variables(name: str, tmp_path: Path) -> None:
    """Each place that the library knows says by a variable that it is it."""
    nowhere = tmp_path / "none"
    assert has_identity({name: "true"}, product=nowhere)
    assert not has_identity({name: ""}, product=nowhere)
    assert not has_identity({"CI": "true"}, product=nowhere)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"Google Compute Engine\n", True), (b"Google", True), (b"Laptop\n", False), (b"\xff", False)],
)
def test_machines_of_google(tmp_path: Path, content: bytes, expected: bool) -> None:  # noqa: FBT001 - a table
    """A virtual machine of Google Cloud says what it is in a file."""
    product = tmp_path / "product_name"
    product.write_bytes(content)
    assert has_identity({}, product=product) is expected

"""Without the extra ``sign``."""

from __future__ import annotations

import pytest

from twine_stage.errors import LocalError
from twine_stage.sigstore_bridge import Sigstore


def test_the_way_out() -> None:
    """It is said before anything is done."""
    with pytest.raises(LocalError, match="extra sign") as caught:
        Sigstore(find=lambda name: None)
    assert "twine-stage[sign]" in caught.value.hint

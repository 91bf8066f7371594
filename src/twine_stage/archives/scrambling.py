"""Modules that are encrypted or obfuscated so that nobody can review them.

PyPI refuses those of PyArmor and SourceDefender, whose marks these are; it looks into modules of up
to 5 MiB (``warehouse/utils/scanner.py``, ``warehouse/utils/scanner_rules``).
"""

from __future__ import annotations

from twine_stage.sizes import MIB

LARGEST = 5 * MIB
"""The most bytes of a module that is looked into."""

_ENDINGS = (".py", ".pye")
_PYARMOR = b"__pyarmor_"
_PYARMOR_MARKS = (
    b"__pyarmor__(__name__, __file__,",
    b"__pyarmor_enter__",
    b"__pyarmor_exit__",
    b"__pyarmor_assert__",
    b"__pyarmor_bcc__",
)
_SOURCEDEFENDER_BEGIN, _SOURCEDEFENDER_END = b"---BEGIN PYE FILE---", b"---END PYE FILE---"


def is_module(name: str, size: int) -> bool:
    """Whether a member of that name and size is looked into."""
    return size <= LARGEST and name.lower().endswith(_ENDINGS)


def tool_of(module: bytes) -> str | None:
    """The tool that a module was scrambled with; None if it was not."""
    if _PYARMOR in module and any(mark in module for mark in _PYARMOR_MARKS):
        return "PyArmor"
    if _SOURCEDEFENDER_BEGIN in module and _SOURCEDEFENDER_END in module:
        return "SourceDefender"
    return None

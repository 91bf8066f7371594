"""Modules that are encrypted or obfuscated so that nobody can review them.

PyPI refuses those of PyArmor and SourceDefender, whose marks these are; it looks into modules of up
to 5 MiB (``warehouse/utils/scanner.py``, ``warehouse/utils/scanner_rules``). No mark stands here as
a whole, or PyPI would refuse this module, too.
"""

from __future__ import annotations

from twine_stage.sizes import MIB

LARGEST = 5 * MIB
"""The most bytes of a module that is looked into."""

_ENDINGS = (".py", ".pye")
_PYARMOR = b"__pyarmor_"
_PYARMOR_MARKS = tuple(
    _PYARMOR + rest
    for rest in (b"_(__name__, __file__,", b"enter__", b"exit__", b"assert__", b"bcc__")
)
_SOURCEDEFENDER_BEGIN = b"---%s PYE FILE---" % b"BEGIN"
_SOURCEDEFENDER_END = b"---%s PYE FILE---" % b"END"


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

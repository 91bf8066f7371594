"""What all rules find where the rules of PyPI hold."""

from __future__ import annotations

from samples import metadata, sdist, wheel
from scanned import WHEEL, scanned
from twine_stage import checks
from twine_stage.checks import Destination, Finding
from twine_stage.contents import Contents
from twine_stage.profiles import PYPI

README = b"Description-Content-Type: text/markdown\n\n# Spam\n"


def described(*fields: str, name: str = "spam", version: str = "1.0") -> bytes:
    """Core metadata with some more fields, as lines, and a README."""
    return metadata(name, version) + "".join(f"{line}\n" for line in fields).encode() + README


def on_pypi(core_metadata: bytes) -> tuple[Finding, ...]:
    """What is found in a wheel that is sound but for its core metadata."""
    return found_on_pypi(scanned(WHEEL, wheel(core_metadata=core_metadata)))


def named(filename: str, core_metadata: bytes | None = None) -> Contents:
    """A sound file whose core metadata are of project spam, version 1.0, under another name."""
    content = described() if core_metadata is None else core_metadata
    if filename.endswith(".tar.gz"):
        return scanned(filename, sdist(core_metadata=content))
    project, version, *_, interpreter, abi, platform = filename.removesuffix(".whl").split("-")
    tag = f"{interpreter}-{abi}-{platform}"
    return scanned(filename, wheel(project, version, tag=tag, core_metadata=content))


def found_on_pypi(*contents: Contents) -> tuple[Finding, ...]:
    """What all rules find in files, where the rules of PyPI hold."""
    return checks.run(contents, destination=Destination(profile=PYPI))

"""Documents that were written by this and by earlier versions, and what each of them says.

The files in ``documents/`` are never changed: every later version must read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from twine_stage import journal
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.listings import ListedFile
from twine_stage.manifest import Manifest, adopt, freeze
from twine_stage.origins import Source
from twine_stage.receipts import Receipt
from twine_stage.releases import Release, group

FOLDER = Path(__file__).parent / "documents"

AT = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=timezone.utc)
WHEEL = Distribution(
    filename=Filename.parse("spam-1.0-py3-none-any.whl"),
    sha256="1" * 64,
    size=805,
    blake2b256="2" * 64,
    core_metadata="3" * 64,
    metadata_version="2.4",
    requires_python=">=3.10",
)
SDIST = Distribution(filename=Filename.parse("spam-1.0.tar.gz"), sha256="4" * 64, size=215)
WINDOWS = Distribution(
    filename=Filename.parse("spam-1.0-cp313-cp313-win_amd64.whl"), sha256="5" * 64, size=808
)
ATTESTATIONS = (
    Attestation(predicate_type="https://example.org/publish/v1", sha256="6" * 64),
    Attestation(predicate_type="https://slsa.dev/provenance/v1", sha256="7" * 64),
)
SOURCE = Source(
    uri="git+https://example.org/spam.git",
    commit="0123456789abcdef0123456789abcdef01234567",
    ref="refs/tags/v1.0",
)


def _release(*distributions: Distribution) -> Release:
    [release] = group(distributions)
    return release


_FILES = freeze(_release(WHEEL, SDIST))

MANIFESTS: Mapping[str, Manifest] = {
    "files": _FILES,
    "sourced": freeze(_release(WHEEL, SDIST), source=SOURCE),
    "sourced-without-ref": freeze(_release(SDIST), source=replace(SOURCE, ref=None)),
    "attested": freeze(_release(replace(WHEEL, attestations=ATTESTATIONS))),
    "appended": freeze(
        _release(WHEEL, SDIST), previous=_FILES, carried=[WINDOWS], reason="späte Räder\n→ Windows"
    ),
    "appended-to-what-was-not-ours": freeze(_release(WHEEL), carried=[SDIST], reason="a wheel"),
    "adopted": adopt(_release(WHEEL, SDIST)),
}
"""Manifests by the names of their files, as this version writes them, too."""

_EARLY = Receipt(
    index="example",
    url="https://example.org/",
    manifest="3" * 64,
    at="2026-03-04T05:06:08+00:00",
    files=(
        ListedFile(
            filename="spam-1.0-py3-none-any.whl",
            url="https://files.example.org/spam-1.0-py3-none-any.whl",
            sha256="1" * 64,
            size=805,
            uploaded_at=AT,
        ),
        ListedFile(filename="spam-1.0.tar.gz", url="https://files.example.org/spam-1.0.tar.gz"),
    ),
)
_PROVEN = replace(
    _EARLY.files[0], provenance="https://example.org/integrity/spam-1.0-py3-none-any.whl"
)
_TODAY = (
    replace(_PROVEN, requires_python=">=3.10", core_metadata="2" * 64),
    replace(_EARLY.files[1], yanked="broken"),
)

RECEIPTS: Mapping[str, Receipt] = {
    "before-provenance": _EARLY,
    "before-core-metadata": replace(_EARLY, files=(_PROVEN, _EARLY.files[1])),
    "before-serial": replace(_EARLY, files=_TODAY),
    "today": replace(
        _EARLY,
        files=_TODAY,
        serial=37021,
        publishers={_PROVEN.filename: "GitHub o/spam, workflow release.yml"},
    ),
}
"""Receipts by the names of their files; only the last is as this version writes it."""

JOURNAL: tuple[journal.Event, ...] = (
    journal.Opened(
        at=AT,
        release="spam==1.0",
        manifest="3" * 64,
        index="example",
        url="https://example.org/",
        api="2.0",
    ),
    journal.SessionOpened(at=AT, session="https://example.org/2.0/session/1"),
    journal.Present(at=AT, filename="spam-1.0.tar.gz", sha256="4" * 64),
    journal.Sending(at=AT, filename="spam-1.0-py3-none-any.whl", attempt=1),
    journal.Failed(at=AT, filename="spam-1.0-py3-none-any.whl", message="the connection broke"),
    journal.UploadRefused(at=AT, filename="spam-1.0-py3-none-any.whl", message="No späm."),
    journal.Uploaded(at=AT, filename="spam-1.0-py3-none-any.whl", sha256="1" * 64),
    journal.Held(at=AT, seal="8" * 64),
    journal.Canceled(at=AT),
    journal.Published(at=AT),
    journal.Verified(at=AT),
)
"""An event of each kind."""


def content(kind: str, name: str) -> bytes:
    """A document as it was written."""
    [path] = (FOLDER / kind).glob(f"{name}.json*")
    return path.read_bytes()

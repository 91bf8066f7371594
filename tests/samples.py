"""Small, well-formed distributions to test with, made in memory."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twine_stage.digests import Hashing
from twine_stage.distributions import Distribution, Filename
from twine_stage.manifest import STATEMENT_TYPE

PUBLISH = "https://docs.example.org/attestations/publish/v1"
"""The predicate type of a publish attestation, as an index of that name would have it."""

SLSA = "https://slsa.dev/provenance/v1"


def metadata(name: str = "spam", version: str = "1.0", **extra: str) -> bytes:
    """Core metadata 2.4; ``extra`` adds fields, an underscore standing for a hyphen."""
    fields = {"Metadata-Version": "2.4", "Name": name, "Version": version}
    fields |= {key.replace("_", "-"): value for key, value in extra.items()}
    return "".join(f"{key}: {value}\n" for key, value in fields.items()).encode()


def wheel(
    name: str = "spam",
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    members: Mapping[str, bytes] | None = None,
    core_metadata: bytes | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A wheel with one module, or with ``members`` beside it."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"__version__ = {version!r}\n".encode(),
        **(members or {}),
        f"{info}/METADATA": metadata(name, version) if core_metadata is None else core_metadata,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    return zipped(files, compression=compression)


def zipped(files: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of some files, without times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content, compression)
    return buffer.getvalue()


def sdist(
    name: str = "spam",
    version: str = "1.0",
    *,
    members: Mapping[str, bytes] | None = None,
    core_metadata: bytes | None = None,
) -> bytes:
    """A gzipped sdist with PKG-INFO, a pyproject.toml and one module."""
    top = f"{name}-{version}"
    files = {
        f"{top}/PKG-INFO": metadata(name, version) if core_metadata is None else core_metadata,
        f"{top}/pyproject.toml": b"",
        f"{top}/{name}.py": f"__version__ = {version!r}\n".encode(),
        **(members or {}),
    }
    return tarred(files)


def tarred(files: Mapping[str, bytes]) -> bytes:
    """A gzipped tar archive of some files, without times."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def content_of(filename: str, *, members: Mapping[str, bytes] | None = None) -> bytes:
    """The well-formed content that belongs under a filename."""
    parsed = Filename.parse(filename)
    name, version = filename.split("-")[:2]
    if filename.endswith(".whl"):
        tag = "-".join(filename.removesuffix(".whl").split("-")[-3:])
        return wheel(name, version, tag=tag, members=members)
    return sdist(parsed.project.replace("-", "_"), str(parsed.version), members=members)


def statement(
    filename: str = "spam-1.0-py3-none-any.whl",
    content: bytes | None = None,
    *,
    predicate_type: str = PUBLISH,
) -> dict[str, Any]:
    """The in-toto statement about a file; the content defaults to what belongs under the name."""
    digest = hashlib.sha256(content_of(filename) if content is None else content).hexdigest()
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": filename, "digest": {"sha256": digest}}],
        "predicateType": predicate_type,
        "predicate": None,
    }


def attestation(
    predicate_type: str = PUBLISH,
    *,
    filename: str = "spam-1.0-py3-none-any.whl",
    content: bytes | None = None,
) -> bytes:
    """An attestation object (PEP 740) about a file, as ``statement`` has it; see ``attesting``."""
    return attesting(statement(filename, content, predicate_type=predicate_type))


def attesting(stated: object) -> bytes:
    """A statement in an attestation object of the usual shape; certificate and log are made up."""
    entry = {
        "logIndex": "153454647",
        "logId": {"keyId": _base64(b"log")},
        "kindVersion": {"kind": "dsse", "version": "0.0.1"},
        "integratedTime": "1733354026",
        "inclusionPromise": {"signedEntryTimestamp": _base64(b"promise")},
        "inclusionProof": {"logIndex": "31550385", "rootHash": _base64(b"root"), "hashes": []},
        "canonicalizedBody": _base64(b"{}"),
    }
    return json.dumps(
        {
            "version": 1,
            "verification_material": {
                "certificate": _base64(b"certificate"),
                "transparency_entries": [entry],
            },
            "envelope": {
                "statement": _base64(json.dumps(stated).encode()),
                "signature": _base64(b"signature"),
            },
        }
    ).encode()


def write(folder: Path, *filenames: str) -> list[Path]:
    """Write well-formed distributions into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / filename for filename in filenames]
    for path in paths:
        path.write_bytes(content_of(path.name))
    return paths


def distribution(filename: str, content: bytes | None = None, **extra: str) -> Distribution:
    """The value for a file; the content defaults to the filename's own bytes."""
    hashing = Hashing()
    hashing.update(filename.encode() if content is None else content)
    digests = hashing.digests()
    return Distribution(
        filename=Filename.parse(filename),
        sha256=digests.sha256,
        size=digests.size,
        blake2b256=digests.blake2b256,
        **extra,  # type: ignore[arg-type]
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    rows = [
        f"{path},sha256={_urlsafe(content)},{len(content)}\n"
        for path, content in files.items()
        if not path.endswith("/")
    ]
    return "".join([*rows, f"{own},,\n"]).encode()


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()

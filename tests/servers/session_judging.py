"""What the index of the tests demands of requests of Upload 2.0, whoever makes them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, cast

from packaging.utils import (
    InvalidName,
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from servers.session_rooms import File, Room

UPLOAD = "application/vnd.pypi.upload.v2+json"
OCTETS = "application/octet-stream"
KINDS = {"bytes": OCTETS, "attestations": "application/json"}
"""The media type by step; of all others, ``UPLOAD``."""

INSECURE = {"md5", "sha1"}


class Refuse(Exception):
    """Answer with a problem document; ``errors`` are messages by what they are about."""

    def __init__(self, status: int, details: str, **headers: str) -> None:
        super().__init__(details)
        self.status, self.details, self.headers = status, details, headers
        self.errors: Mapping[str, str] = {"index": f"status {status}"}


class Breach(Refuse):
    """A client did what it must not do."""

    def __init__(self, details: str, status: int = 400, **headers: str) -> None:
        super().__init__(status, details, **headers)


def expect_kind(step: str, kind: str) -> None:
    """Every request says what it holds, also one that holds nothing; only OPTIONS may be silent."""
    if step != "options" and kind != KINDS.get(step, UPLOAD):
        raise Breach(f"the media type is {kind!r}")


def document_of(body: bytes) -> dict[str, Any]:
    """The document that a request holds."""
    try:
        facts = json.loads(body)
        version = facts["meta"]["api-version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Breach("the body is no JSON with meta.api-version") from None
    if version != "2.0":
        raise Breach(f"meta.api-version is {version!r}")
    return cast("dict[str, Any]", facts)


def attestations_of(body: bytes) -> list[Any]:
    """The attestation objects that a request holds."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Breach("attestations are a JSON array of objects")
    return found


def seconds_of(body: bytes) -> int:
    """How long something shall be extended for."""
    asked = document_of(body).get("extend-for")
    if not _is_count(asked):
        raise Breach("extend-for is a number of seconds")
    return cast("int", asked)


def release_of(body: bytes) -> tuple[str, str]:
    """The normalized name and version that a session is wanted for."""
    facts = document_of(body)
    name, version = facts.get("name"), facts.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        raise Breach("name and version are required")
    try:
        return canonicalize_name(name, validate=True), str(Version(version))
    except InvalidName:
        raise Breach(f"{name!r} is no name of a project") from None
    except InvalidVersion:
        raise Breach(f"{version!r} is no version") from None


def expect_file(room: Room, facts: Mapping[str, Any]) -> None:
    """What the request for a file upload session has to say."""
    filename, mechanism = facts.get("filename"), facts.get("mechanism")
    if not isinstance(filename, str) or not _is_count(facts.get("size")):
        raise Breach("filename and size are required")
    if not isinstance(mechanism, str):
        raise Breach("mechanism is required")
    _expect_hashes(facts.get("hashes"))
    _expect_filename(room, filename)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _expect_hashes(hashes: object) -> None:
    if not isinstance(hashes, dict):
        raise Breach("hashes are required")
    for algorithm, digest in hashes.items():
        length = 2 * _digest_size(algorithm)
        if not length:
            raise Breach(f"{algorithm} is no hash that hashlib knows")
        if not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", str(digest)):
            raise Breach(f"{digest!r} is no {algorithm} in hexadecimal digits")
    if not hashes.keys() & (hashlib.algorithms_guaranteed - INSECURE):
        raise Breach("a secure hash is required")


def _digest_size(algorithm: str) -> int:
    """In bytes; 0 for what hashlib does not know, or what needs a length besides."""
    try:
        return hashlib.new(algorithm).digest_size
    except ValueError:
        return 0


def _expect_filename(room: Room, filename: str) -> None:
    try:
        if filename.endswith(".whl"):
            name, version = parse_wheel_filename(filename)[:2]
        else:
            name, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        raise Breach(f"{filename} is no name of a distribution") from None
    if (str(name), version) != (room.name, Version(room.version)):
        raise Breach(f"{filename} is of another release")
    begin = f"{name.replace('-', '_')}-{version}"
    if not (filename == f"{begin}.tar.gz" or filename.startswith(f"{begin}-")):
        raise Breach(f"{filename} is not normal: it begins with {begin}")


def expect_usable(file: File, step: str) -> None:
    """What was deleted, or has failed, is no way to upload any more."""
    if file.was_deleted and step != "delete-file":  # an answer may be lost, and asked for again
        raise Breach("the file upload session was deleted, and cannot be used again", 404)
    if file.status == "canceled":
        raise Refuse(404, "The file upload session has expired")
    if file.status == "error" and step != "delete-file":
        raise Breach("a file upload session that failed can only be deleted", 409)


def wrong(file: File) -> str:
    """What is wrong with the bytes of a file; empty if nothing is."""
    if file.content is None:
        return "completed before its bytes were sent"
    if len(file.content) != file.size:
        return f"its size is {len(file.content)}, and {file.size} was declared"
    for algorithm, digest in file.hashes.items():
        if hashlib.new(algorithm, file.content).hexdigest() != digest.lower():
            return f"its {algorithm} is another one"
    return ""

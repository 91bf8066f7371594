"""The only module that imports twine, always inside functions: twine costs 0.2 s to import.

Twine does not promise a library; the names used here are held by a test of their own.
"""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from twine_stage.contents import unfolded
from twine_stage.distributions import Distribution, Filename, Kind
from twine_stage.errors import InvalidDistribution, LocalError

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

CONFIG_FILE = "~/.pypirc"
"""Where the configuration stands if nobody says so."""

_PYPIRC = "It is described at https://packaging.python.org/specifications/pypirc/"
_IMPORT_FIELDS = {"import_names": "import_name", "import_namespaces": "import_namespace"}


@dataclass(frozen=True, slots=True)
class KnownIndex:
    """An index that needs no configuration."""

    upload_url: str
    simple_url: str

    @property
    def roots(self) -> tuple[str, str]:
        """Where uploads go by its legacy API, and by Upload 2.0."""
        base = self.upload_url.removesuffix("legacy/")
        return self.upload_url, f"{base}2.0/"

    def has(self, url: str) -> bool:
        """Whether a URL is one of its upload URLs, or below one."""
        return f"{url.rstrip('/')}/".startswith(self.roots)


def known_indexes() -> dict[str, KnownIndex]:
    """PyPI and TestPyPI under the names that twine gives them, with twine's URLs."""
    from twine import repository, utils  # noqa: PLC0415 - see the module

    return {
        "pypi": KnownIndex(utils.DEFAULT_REPOSITORY, f"{repository.WAREHOUSE_WEB}simple/"),
        "testpypi": KnownIndex(utils.TEST_REPOSITORY, f"{repository.TEST_WAREHOUSE}simple/"),
    }


def site_of(url: str) -> str | None:
    """The host of the site that an upload URL belongs to: the one that API tokens name.

    None for an index that twine does not know.
    """
    known = next((one for one in known_indexes().values() if one.has(url)), None)
    return urlsplit(known.simple_url).hostname if known else None


def read_pypirc(path: str | None) -> Mapping[str, Mapping[str, str | None]]:
    """The repositories of a ``.pypirc`` and what it says of each.

    The keys are ``repository``, ``username``, ``password``, ``ca_cert`` and ``client_cert``, each
    only if it is there. If there is no file, there are no repositories either.

    Args:
        path: the file; None for the usual one, which need not exist.

    Raises:
        LocalError: it cannot be read. What stands in it is not told, since it holds secrets.
    """
    if path is None and not _has_config_file():
        return {}
    from twine import exceptions, utils  # noqa: PLC0415 - see the module

    name = path or CONFIG_FILE
    try:
        return utils.get_config(name)
    except OSError as error:
        raise LocalError(f"cannot read {name}: {error.strerror}") from None
    except (configparser.Error, exceptions.TwineException, UnicodeError):
        # The parser's own message quotes the line it stumbles over.
        raise LocalError(f"{name} is malformed", hint=_PYPIRC) from None


def _has_config_file() -> bool:
    # Unlike these, pathlib raises where there is no home folder, as in some containers.
    return os.path.exists(os.path.expanduser(CONFIG_FILE))  # noqa: PTH110, PTH111 - see above


def normal_url(url: str) -> str:
    """A URL as it is sent to: HTTPS for the hosts of PyPI, and the slash at the end of theirs."""
    from twine import utils  # noqa: PLC0415 - see the module

    normal = utils.normalize_repository_url(url)
    roots = {root for known in known_indexes().values() for root in known.roots}
    return f"{normal}/" if f"{normal}/" in roots else normal


def form_fields(
    distribution: Distribution, core_metadata: bytes, attestations: Sequence[bytes] = ()
) -> list[tuple[str, str]]:
    """The fields of the upload form for a file, but for the file itself.

    Args:
        distribution: the file.
        core_metadata: the bytes of its METADATA or PKG-INFO.
        attestations: the contents of the attestation files to send along.

    Raises:
        InvalidDistribution: the core metadata lack a name or version, or an attestation is no JSON.
    """
    from twine.package import PackageFile  # noqa: PLC0415 - see the module
    from twine.repository import Repository  # noqa: PLC0415 - see the module

    filename = distribution.filename
    raw = _raw(filename, core_metadata)
    # The constructor hashes the whole file, which was done when it was staged.
    package = PackageFile(os.devnull, None, raw, pyversion(filename), filename.kind.packagetype)
    package.sha2_digest = distribution.sha256
    package.blake2_256_digest = distribution.blake2b256
    if attestations:
        package.attestations = _documents(filename, attestations)
    data = package.metadata_dictionary()
    fields: list[tuple[str, str]] = Repository._convert_metadata_to_list_of_tuples(data)  # noqa: SLF001 - twine has no public name for it
    values: Mapping[str, Any] = raw
    sent = _IMPORT_FIELDS.items()
    return [*fields, *((field, value) for key, field in sent for value in values.get(key, ()))]


def pyversion(filename: Filename) -> str:
    """What the form calls so: ``source``, or the Python tag of a wheel as it is spelled."""
    return "source" if filename.kind is Kind.SDIST else filename.text.split("-")[-3]


def _raw(filename: Filename, core_metadata: bytes) -> RawMetadata:
    from packaging.metadata import parse_email  # noqa: PLC0415 - only uploads need it

    raw, _ = parse_email(core_metadata)
    if "name" not in raw or "version" not in raw:
        raise InvalidDistribution(filename.text, "its core metadata have no name or version")
    if not _has_license_files(raw.get("metadata_version", "0")):
        raw.pop("license_files", None)
    if "description" in raw:
        raw["description"] = unfolded(raw["description"])
    return raw


def _has_license_files(metadata_version: str) -> bool:
    """Setuptools wrote the field into older metadata, where PyPI refuses it; so twine drops it."""
    try:
        return Version(metadata_version) >= Version("2.4")
    except InvalidVersion:
        return False


def _documents(filename: Filename, attestations: Sequence[bytes]) -> list[dict[Any, str]]:
    try:
        return [json.loads(attestation) for attestation in attestations]
    except ValueError:
        raise InvalidDistribution(filename.text, "an attestation of it is not JSON") from None

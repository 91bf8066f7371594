"""From flags, environment, ``pyproject.toml`` and ``.pypirc`` to the index that is meant."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from twine_stage import twine_bridge
from twine_stage.errors import UsageError
from twine_stage.profiles import GENERIC, PYPI, Profile
from twine_stage.settings.addresses import expanded, folder, index_id, split_user_info
from twine_stage.settings.identities import has_identity
from twine_stage.settings.project import ProjectSettings
from twine_stage.settings.project_indexes import APIS, TRUSTED_PUBLISHING
from twine_stage.settings.tables import one_of, without_secret
from twine_stage.settings.values import Given, IndexSettings, Secret

_PREFIXES = ("STAGE", "TWINE")
_OWN = ("api", "simple_url", "client_cert", "trusted_publishing")
"""What twine has no variable for."""

_NO = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What a command line says of an index; None where it is silent."""

    repository: str | None = None
    repository_url: str | None = field(default=None, repr=False)
    simple_url: str | None = field(default=None, repr=False)
    api: str | None = None
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    cert: str | None = None
    client_cert: str | None = None
    config_file: str | None = None
    non_interactive: bool = False
    trusted_publishing: str | None = None


def load_index(
    flags: Flags, *, environ: Mapping[str, str], project: ProjectSettings, local: Path | None
) -> IndexSettings:
    """The index that is meant; PyPI where nothing is said.

    Args:
        flags: the command line.
        environ: the environment.
        project: what ``pyproject.toml`` says.
        local: the folder that ``-r local`` means; None where there is no stage.

    Raises:
        UsageError: what was said names no index, or cannot be understood.
        LocalError: ``.pypirc`` cannot be read.
    """
    return _Loading(flags, environ, project, local).settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where uploads go, under which name, who said so, and its section of ``.pypirc``."""

    text: str = field(repr=False)
    name: str | None
    source: str
    section: Mapping[str, str | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class _Loading:
    flags: Flags
    environ: Mapping[str, str]
    project: ProjectSettings
    local: Path | None

    def settings(self) -> IndexSettings:
        place = self._place()
        api = self._api(place)
        directory = folder(place.text, place=place.source)
        if directory is not None:
            return self._directory(place, directory, api)
        if api == "directory":
            raise UsageError(f"{place.source}: expected the path of a folder for a directory index")
        return self._http(place, api)

    def _directory(self, place: _Place, directory: Path, api: str) -> IndexSettings:
        if api not in ("auto", "directory"):
            raise UsageError(f"{place.source}: expected a URL for the {api} API, found a folder")
        url = directory.as_uri()
        return IndexSettings(
            id=index_id(place.name, url, directory=directory),
            url=url,
            name=place.name,
            api="directory",
            directory=directory,
            profile=self._profile(place.name, GENERIC),
            non_interactive=self._is_non_interactive(),
        )

    def _http(self, place: _Place, api: str) -> IndexSettings:
        bare, username, password = split_user_info(place.text, place=place.source)
        url = twine_bridge.normal_url(bare)
        known = twine_bridge.known_indexes()
        same = next((name for name, one in known.items() if url in one.roots), None)
        pypi = next((one for one in known.values() if one.has(url)), None)
        name = place.name or same
        return IndexSettings(
            id=index_id(name, url),
            url=url,
            name=name,
            api=api,
            simple_url=self._simple_url(place) or (pypi.simple_url if pypi else None),
            is_pypi=pypi is not None,
            profile=self._profile(name, PYPI if pypi else GENERIC),
            username=self._credential("username", username, place),
            password=self._credential("password", password, place),
            looked_at=self._looked_at(place),
            ca_bundle=self._pem("cert", place.section.get("ca_cert")),
            client_cert=self._pem("client_cert", place.section.get("client_cert")),
            non_interactive=self._is_non_interactive(),
            trusted_publishing=self._trusted_publishing(place),
            has_identity=has_identity(self.environ),
        )

    def _levels(self, key: str) -> list[tuple[str, str | None]]:
        """What command line and environment say, the strongest first: (who says so, value)."""
        prefixes = _PREFIXES[:1] if key in _OWN else _PREFIXES
        variables = [f"{prefix}_{key.upper()}" for prefix in prefixes]
        return [
            (f"--{key.replace('_', '-')}", getattr(self.flags, key)),
            *((name, self.environ.get(name)) for name in variables),
        ]

    def _said(self, key: str) -> tuple[str, str] | None:
        """The strongest that says anything."""
        return next(((source, value) for source, value in self._levels(key) if value), None)

    def _place(self) -> _Place:
        urls, names = self._levels("repository_url"), self._levels("repository")
        for (url_source, url), (_, name) in zip(urls, names, strict=True):
            if url:
                return _Place(text=url, name=None, source=url_source)
            if name:
                return self._named(name)
        return self._named(self.project.repository or "pypi")

    def _named(self, name: str) -> _Place:
        section = twine_bridge.read_pypirc(self.flags.config_file).get(name)
        configured = self.project.indexes.get(name)
        if configured and configured.upload_url:
            fitting = _fitting(section or {}, configured.upload_url)
            source = f"[tool.stage.index.{name}] upload-url"
            return _Place(text=configured.upload_url, name=name, source=source, section=fitting)
        if section and (url := section.get("repository")):
            source = f"repository of [{name}] in {self._config_file}"
            return _Place(text=url, name=name, source=source, section=section)
        if name == "local" and section is None and self.local is not None:
            return _Place(text=str(self.local), name=name, source="the stage")
        known = twine_bridge.known_indexes()
        if name in known:
            return _Place(text=known[name].upload_url, name=name, source="twine")
        raise self._unknown(name)

    def _unknown(self, name: str) -> UsageError:
        if name == "local":
            return UsageError(
                "local means the index in the stage, and there is no stage here",
                hint="Begin one with stage add, or name a folder: --repository-url ./index",
            )
        if "@" in name or "/" in name:
            return UsageError(
                "-r, STAGE_REPOSITORY and TWINE_REPOSITORY name an index, and this is no name",
                hint="Give a URL or the path of a folder with --repository-url.",
            )
        return UsageError(
            f"no index {name!r} is configured, neither in [tool.stage.index] of pyproject.toml "
            f"nor in {self._config_file}",
            hint="Configure its URL there, or give it with --repository-url.",
        )

    @property
    def _config_file(self) -> str:
        return self.flags.config_file or twine_bridge.CONFIG_FILE

    def _api(self, place: _Place) -> str:
        if said := self._said("api"):
            return one_of(APIS, said[1], place=said[0])
        configured = self.project.indexes.get(place.name or "")
        return configured.api if configured and configured.api else "auto"

    def _trusted_publishing(self, place: _Place) -> str:
        if said := self._said("trusted_publishing"):
            return one_of(TRUSTED_PUBLISHING, said[1], place=said[0])
        configured = self.project.indexes.get(place.name or "")
        return (configured and configured.trusted_publishing) or "automatic"

    def _profile(self, name: str | None, usual: Profile) -> Profile:
        """What is known of the index; PyPI has the same limits when it is named by its URL."""
        configured = self.project.indexes.get(name or "")
        return configured.profiled(usual) if configured else usual

    def _simple_url(self, place: _Place) -> str | None:
        if said := self._said("simple_url"):
            source, text = said
            without_secret(text, source)
            return text
        configured = self.project.indexes.get(place.name or "")
        return configured.simple_url if configured else None

    def _credential(self, key: str, in_url: str | None, place: _Place) -> Given | None:
        """A given text counts even if it is empty: an index may want neither name nor password."""
        found = [
            *self._levels(key),
            (f"the user info of {place.source}", in_url),
            (f"[{place.name}] in {self._config_file}", place.section.get(key)),
        ]
        return next(
            (Given(Secret(value), source) for source, value in found if value is not None), None
        )

    def _looked_at(self, place: _Place) -> tuple[str, ...]:
        places = ["-u and -p", "STAGE_ and TWINE_USERNAME and _PASSWORD"]
        if place.name is not None:
            places.append(f"[{place.name}] in {self._config_file}")
        return tuple(places)

    def _pem(self, key: str, configured: str | None) -> str | None:
        source, text = self._said(key) or (self._config_file, configured)
        if not text:
            return None
        path = str(expanded(text))
        # Unlike this, pathlib raises where a folder on the way may not be searched.
        if not os.path.exists(path):  # noqa: PTH110 - see above
            raise UsageError(f"{source}: there is no file {text}, or it may not be looked at")
        return path

    def _is_non_interactive(self) -> bool:
        said = [self.environ.get(f"{prefix}_NON_INTERACTIVE", "") for prefix in _PREFIXES]
        return self.flags.non_interactive or any(text.strip().lower() not in _NO for text in said)


def _fitting(section: Mapping[str, str | None], url: str) -> Mapping[str, str | None]:
    """A section of ``.pypirc``, unless it was written for another URL.

    A project must not lead the credentials of an index to a place of its own choice.
    """
    own = section.get("repository")
    return section if own is None or own == url else {}

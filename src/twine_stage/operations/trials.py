"""Trials: a release is tried before it is public, from its index's preview or one made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twine_stage.manifest import Manifest
from twine_stage.operations.preview import local
from twine_stage.operations.smoke import smoke
from twine_stage.reporting import Reporter
from twine_stage.settings import Secret
from twine_stage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SmokeTest:
    """What ``publish`` does with a release between upload and publication.

    Args:
        store: has the contents, where a preview has to be made.
        command: what must succeed in a clean environment with the release; see ``smoke``.
        environ: the person's own.
        folder: that relative paths begin at.
        reporter: hears of each step.
        python: the interpreter; None for our own.
    """

    store: Store
    command: str
    environ: Mapping[str, str]
    folder: Path
    reporter: Reporter
    python: str | None = None

    def __call__(self, manifest: Manifest, preview: Secret | None) -> None:
        """Try what is frozen; raises ``SmokeFailed`` where it does not work."""
        if preview is not None:
            self._smoke(manifest, preview.value)
            return
        with local(self.store, manifest, reporter=self.reporter) as url:
            self._smoke(manifest, url)

    def _smoke(self, manifest: Manifest, url: str) -> None:
        smoke(
            manifest.id,
            url,
            self.command,
            environ=self.environ,
            python=self.python,
            reporter=self.reporter,
            folder=self.folder,
        )

"""Trials between upload and publication: from the index's preview, or from one made here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes import Remembering
from interpreters import FakePython
from staging import SPAM, WHEEL, stage
from twine_stage.errors import SmokeFailed, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.freeze import freeze
from twine_stage.operations.preview import simple_url
from twine_stage.operations.trials import SmokeTest
from twine_stage.settings import Secret
from twine_stage.store import Store

TEST = "python -c 'import spam'"
Trying = Callable[[FakePython], SmokeTest]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Spam 1.0 is frozen there."""
    store = stage(tmp_path / "project", [WHEEL])
    freeze(store, [])
    return store


@pytest.fixture
def manifest(store: Store) -> Manifest:
    """What is tried."""
    found = store.record(SPAM).latest
    assert found is not None
    return found


@pytest.fixture
def trying(store: Store, tmp_path: Path) -> Trying:
    """Makes a trial with an interpreter that does as it is told."""
    return lambda python: SmokeTest(
        store=store,
        command=TEST,
        environ={"PATH": os.environ["PATH"]},
        folder=tmp_path,
        reporter=Remembering(),
        python=str(python.path),
    )


def asked(python: FakePython) -> str:
    """The index that the release was installed from."""
    [install] = python.calls_of("pip")
    url: str = install["environ"]["PIP_INDEX_URL"]
    return url


def test_the_preview_of_the_index_is_what_is_tried(
    manifest: Manifest, trying: Trying, tmp_path: Path
) -> None:
    """Where it has one; nothing is made here."""
    python = FakePython(tmp_path / "pythons")
    (tmp_path / "theirs").mkdir()
    url = simple_url(tmp_path / "theirs")
    trying(python)(manifest, Secret(url))
    assert asked(python) == url
    assert len(python.calls_of("command")) == 1


def test_without_one_it_is_made_here(manifest: Manifest, trying: Trying, tmp_path: Path) -> None:
    """Of the frozen files, for the time that the trial takes."""
    python = FakePython(tmp_path / "pythons")
    trying(python)(manifest, None)
    url = asked(python)
    assert url.startswith("file:")
    assert not Path(url.removeprefix("file://")).exists()


@pytest.mark.parametrize("is_here", [True, False])
def test_what_does_not_work_is_an_error(
    manifest: Manifest,
    trying: Trying,
    tmp_path: Path,
    is_here: bool,  # noqa: FBT001 - a parameter
) -> None:
    """With the step and the last words."""
    python = FakePython(tmp_path / "pythons", {"command": [(7, "no module named spam")]})
    preview = None if is_here else Secret(simple_url(tmp_path))
    with pytest.raises(SmokeFailed) as caught:
        trying(python)(manifest, preview)
    assert (caught.value.step, caught.value.status) == ("command", 7)
    assert caught.value.said == "no module named spam"


def test_content_that_is_not_here_cannot_be_tried(
    manifest: Manifest, trying: Trying, tmp_path: Path, store: Store
) -> None:
    """As where a manifest alone was taken."""
    store.remove_manifest(manifest)
    with store.referencing():
        store.sweep()
    python = FakePython(tmp_path / "pythons")
    with pytest.raises(WrongState, match="no file of"):
        trying(python)(manifest, None)
    assert not (tmp_path / "pythons" / "calls.jsonl").exists()

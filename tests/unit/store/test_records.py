"""Records: a document in the wrong place is damage, and the way out is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from samples import distribution
from staging import SDIST, SPAM, WHEEL
from twine_stage import manifest as manifests
from twine_stage.errors import Damaged
from twine_stage.releases import Release
from twine_stage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A stage with one file in a draft."""
    store = Store.create(tmp_path)
    store.write_entries([distribution(WHEEL)])
    return store


def draft(store: Store) -> Path:
    return store.root / "releases" / "spam-1.0" / "draft"


@pytest.mark.parametrize("name", [SDIST, "eggs-1.0.tar.gz"])
def test_an_entry_says_what_its_name_says(store: Store, name: str) -> None:
    """Else it could not be dropped by name."""
    store.write_entries([distribution(name)])
    (source,) = store.root.glob(f"releases/*/draft/{name}.json")
    source.rename(draft(store) / f"{WHEEL}.json" if name == SDIST else draft(store) / source.name)
    with pytest.raises(Damaged, match=r"spam-1\.0/draft/.*\.json: name: expected") as caught:
        store.record(SPAM)
    assert "stage add" in caught.value.hint


@pytest.mark.parametrize(("content", "problem"), [("{}", "name: missing"), ("", "expected JSON")])
def test_an_entry_that_is_none_tells_the_way_out(store: Store, content: str, problem: str) -> None:
    """The file is named, and what to do with it."""
    (draft(store) / f"{WHEEL}.json").write_text(content)
    with pytest.raises(Damaged, match=rf"spam-1\.0/draft/.*: {problem}") as caught:
        store.record(SPAM)
    assert "stage add" in caught.value.hint


def test_a_manifest_is_of_the_revision_that_its_name_says(store: Store) -> None:
    """A copy under another number would be a revision that nobody froze."""
    store.write_manifest(manifests.freeze(Release(SPAM, (distribution(WHEEL),))))
    folder = store.root / "releases" / "spam-1.0" / "manifests"
    (folder / "2.json").write_bytes((folder / "1.json").read_bytes())
    with pytest.raises(Damaged, match=r"2\.json: expected revision 2 of spam==1\.0, found 1"):
        store.record(SPAM)

"""Exports of whatever an index may show and a wheel may hold."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from packaging.pylock import Pylock

from exporting import receipt_of
from releasing import SDIST, WHEEL, built, manifest_of
from twine_stage.errors import StageError
from twine_stage.exports import ALL, FORMATS, Bom, Exported, exported, snippets
from twine_stage.exports.components import parse

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = manifest_of(built(WHEEL), built(SDIST, requires_python=">=3.9"))
texts = st.text(st.characters(codec="utf-8"), max_size=30)
urls = st.builds(
    "{}{}{}".format, st.sampled_from(["https://example.org/", "file:///", ""]), texts, texts
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "bom-ref",
                    "components",
                    "licenses",
                    "license",
                    "id",
                    "hashes",
                    "alg",
                    "ref",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def release(url: str, bom: bytes = b"") -> Exported | None:
    """The release with one address for all, and a document in its wheel; None if it is refused."""
    receipt = receipt_of(MANIFEST)
    files = tuple(replace(file, url=url, yanked=None) for file in receipt.files)
    try:
        found = exported(MANIFEST, replace(receipt, files=files))
    except StageError:
        return None
    wheel, sdist = found.files
    return replace(found, files=(replace(wheel, boms=(Bom("a/b", bom),)), sdist))


class TestAddresses:
    """Whatever an index gives as an address, each document is plain, and says what it should."""

    @given(url=urls)
    def test_documents_are_plain(self, url: str) -> None:
        found = release(url)
        for form in ALL if found else ():
            document = form.write([found] if found else [])
            assert document.replace("\n", "").isprintable()
            assert document.isascii()
            assert document.endswith("\n")

    @given(url=urls)
    def test_each_reader_gets_the_same_address(self, url: str) -> None:
        found = release(url)
        if found is None:
            return
        address = found.files[0].url
        assert not set(address) & set(" '\"`\\")
        assert json.loads(FORMATS["json"].write([found]))["files"][0]["url"] == address
        lock = Pylock.from_dict(tomllib.loads(FORMATS["pylock"].write([found])))
        assert lock.packages[0].wheels is not None
        assert lock.packages[0].wheels[0].url == address
        assert f"{address};" in shlex.split(snippets.for_sh(found.files[0]))
        rules = FORMATS["redirects"].write([found])
        assert all(line.split(" ")[1:] == [address, "302"] for line in rules.splitlines())


class TestBillsOfMaterials:
    """Whatever a wheel holds, its document is read or passed over, and ours has its references."""

    @given(content=st.binary(max_size=50))
    def test_any_bytes(self, content: bytes) -> None:
        assert parse(content, prefix="it") is None

    @given(components=values, dependencies=values, metadata=values)
    def test_any_shape(self, components: object, dependencies: object, metadata: object) -> None:
        bom = {
            "bomFormat": "CycloneDX",
            "components": components,
            "dependencies": dependencies,
            "metadata": {"component": metadata},
        }
        found = parse(json.dumps(bom).encode(), prefix="it")
        assert found is not None
        known = {component["bom-ref"] for component in found.components}
        assert len(known) == len(found.components)
        assert known.issuperset(found.roots)
        for own, others in found.dependencies:
            assert known.issuperset((own, *others))

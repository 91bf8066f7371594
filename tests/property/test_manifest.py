from __future__ import annotations

import json

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from samples import distribution
from twine_stage.digests import sha256
from twine_stage.distributions import Attestation, Distribution, Filename
from twine_stage.manifest import Manifest, freeze
from twine_stage.origins import Source
from twine_stage.releases import group, sha256sums

NAMES = (
    "spam-1.0.tar.gz",
    "spam-1.0-py3-none-any.whl",
    "spam-1.0-1-py3-none-any.whl",
    "spam-1.0-cp39-abi3-win_amd64.whl",
    "spam-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "spam-1.0.0-cp312-cp312-macosx_11_0_arm64.whl",
)
DIGESTS = st.integers(0, 2**256 - 1).map("{:064x}".format)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
REASONS = TEXTS.filter(str.strip)


def _distributions(names: list[str]) -> st.SearchStrategy[list[Distribution]]:
    attestations = st.builds(Attestation, predicate_type=TEXTS, sha256=DIGESTS)

    def one(name: str, digest: str) -> st.SearchStrategy[Distribution]:
        return st.builds(
            Distribution,
            filename=st.just(Filename.parse(name)),
            sha256=st.just(digest),
            size=st.integers(0, 2**40),
            blake2b256=st.none() | DIGESTS,
            core_metadata=st.none() | DIGESTS,
            metadata_version=st.none() | TEXTS,
            requires_python=st.none() | TEXTS,
            attestations=st.lists(attestations, max_size=2).map(tuple),
        )

    return st.lists(DIGESTS, min_size=len(names), max_size=len(names), unique=True).flatmap(
        lambda digests: st.tuples(*map(one, names, digests)).map(list)
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    files = draw(_distributions(names))
    (release,) = group(files)
    commits = st.integers(0, 2**160 - 1).map("{:040x}".format)
    sources = st.builds(Source, uri=TEXTS, commit=commits, ref=st.none() | TEXTS.filter(bool))
    source = draw(st.none() | sources)
    reason = draw(st.none() | REASONS)
    known = draw(st.booleans())
    carried = [distribution("spam-1.0-py2-none-any.whl")] if reason else []
    previous = freeze(release) if known else None
    return freeze(release, previous=previous, carried=carried, reason=reason, source=source)


class TestRoundTrip:
    """A manifest is read exactly as it was written, and written again as the same bytes."""

    @settings(deadline=None)
    @given(manifests())
    def test_it(self, manifest: Manifest) -> None:
        content = manifest.dumps()
        assert Manifest.loads(content) == manifest
        assert Manifest.loads(content).dumps() == content
        assert manifest.digest == sha256(content)


class TestCanonicalBytes:
    """The bytes are those of RFC 8785."""

    @settings(deadline=None)
    @given(manifests())
    def test_it(self, manifest: Manifest) -> None:
        content = manifest.dumps()
        assert content == rfc8785.dumps(json.loads(content))


class TestTheOrderOfFilesDoesNotMatter:
    """Whoever freezes the same files gets the same bytes, in whatever order they come."""

    @settings(deadline=None)
    @given(st.permutations([distribution(name) for name in NAMES]))
    def test_it(self, files: list[Distribution]) -> None:
        (sorted_release,) = group(distribution(name) for name in NAMES)
        (release,) = group(files)
        assert freeze(release).dumps() == freeze(sorted_release).dumps()
        assert release.digest == sorted_release.digest

    @settings(deadline=None)
    @given(st.permutations([(name, sha256(name.encode())) for name in NAMES]))
    def test_sums(self, files: list[tuple[str, str]]) -> None:
        """``SHA256SUMS`` is sorted as bytes are, which is how ``LC_ALL=C sort`` sorts."""
        lines = sha256sums(files).encode().splitlines()
        assert lines == sorted(lines, key=lambda line: line.split(b"  ")[1])

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from packaging.tags import Tag
from packaging.version import Version

from twine_stage.distributions import Attestation, Distribution, Filename, Kind, kind_of
from twine_stage.errors import InvalidDistribution


def test_a_wheel_tells_project_version_build_and_tags() -> None:
    """The name of a wheel holds its normalized project, version, build number and tags."""
    filename = Filename.parse("Foo_Bar-1.0.post1-2b-py2.py3-none-any.whl")
    assert filename == Filename(
        text="Foo_Bar-1.0.post1-2b-py2.py3-none-any.whl",
        kind=Kind.WHEEL,
        project=filename.project,
        version=Version("1.0.post1"),
        build=(2, "b"),
        tags=frozenset({Tag("py2", "none", "any"), Tag("py3", "none", "any")}),
    )
    assert filename.project == "foo-bar"
    assert str(filename) == filename.text


@pytest.mark.parametrize("ending", [".tar.gz", ".zip"])
def test_an_sdist_tells_project_and_version(ending: str) -> None:
    """The name of an sdist holds its project and version, and neither build number nor tags."""
    filename = Filename.parse(f"foo_bar-1.0{ending}")
    assert (filename.kind, filename.project, filename.version) == (
        Kind.SDIST,
        "foo-bar",
        Version("1.0"),
    )
    assert (filename.build, filename.tags) == ((), frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "spam-1.0-py3-none-any.whl.asc",
        "spam-1.0.exe",
        "spam-1.0.tar.bz2",
        "spam.whl",
        "spam-1.0-py3-any.whl",
        "spam-one-py3-none-any.whl",
        "spam-1.0-b2-py3-none-any.whl",
        "spam__eggs-1.0-py3-none-any.whl",
        "spam.tar.gz",
        "spam-one.tar.gz",
        "sp+am-1.0.tar.gz",
        "_-1.0.tar.gz",
    ],
)
def test_a_name_that_follows_no_grammar_is_refused(text: str) -> None:
    """What is no name of a distribution is refused with the name in the sentence."""
    with pytest.raises(InvalidDistribution, match=re.escape(text)) as caught:
        Filename.parse(text)
    assert caught.value.filename == text


@pytest.mark.parametrize(
    "text",
    [
        "../../spam-1.0.tar.gz",
        "eggs/spam-1.0.tar.gz",
        "spam-1.0-py3-none-a/b.whl",
        "spam-1.0-py3-none-a\\b.whl",
        "spam-1.0-1/../x-py3-none-any.whl",
        "spam-1.0-1\n-py3-none-any.whl",
        "sp\0am-1.0.tar.gz",
        "spam-1.0-py3-none-\ud800.whl",
        "späm-1.0.tar.gz",
        ".spam-1.0.tar.gz",
        "-spam-1.0.tar.gz",
        "spam-" + "9" * 5000 + ".tar.gz",
        "spam-1.0-py3-none-" + ".".join("a" * 300) + ".whl",
    ],
)
def test_a_name_that_is_no_safe_path_is_refused(text: str) -> None:
    """A name becomes a path and a URL: separators, control characters and overlong ones go."""
    with pytest.raises(InvalidDistribution, match="ASCII letters") as caught:
        Filename.parse(text)
    assert caught.value.message.isprintable()
    assert caught.value.message.isascii()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a.whl", Kind.WHEEL),
        ("a.tar.gz", Kind.SDIST),
        ("a.zip", Kind.SDIST),
        ("a.egg", None),
        ("a.WHL", None),
    ],
)
def test_the_ending_tells_the_kind(text: str, kind: Kind | None) -> None:
    """Wheels and sdists are known by their endings, in lower case."""
    assert kind_of(text) is kind


def test_kinds_know_the_words_of_others() -> None:
    """The upload API and the manifest have words of their own for the kinds."""
    assert [(kind.packagetype, kind.media_type) for kind in Kind] == [
        ("bdist_wheel", "application/zip"),
        ("sdist", "application/gzip"),
    ]


def test_a_distribution_names_all_that_is_kept_for_it() -> None:
    """The file, its core metadata and its attestations are contents; what is unknown is none."""
    bare = Distribution(filename=Filename.parse("spam-1.0.tar.gz"), sha256="1" * 64, size=3)
    assert bare.contents == ("1" * 64,)
    attestation = Attestation(predicate_type="https://example.org/publish", sha256="3" * 64)
    full = replace(bare, core_metadata="2" * 64, attestations=(attestation,))
    assert full.contents == ("1" * 64, "2" * 64, "3" * 64)

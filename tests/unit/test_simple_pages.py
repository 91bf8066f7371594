from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from packaging.utils import NormalizedName

from twine_stage.distributions import Filename
from twine_stage.errors import Damaged
from twine_stage.simple_pages import PageFile, ProjectPage, links, root_html, root_json

SPAM = NormalizedName("spam")
DIGEST = "a" * 64


def file(name: str = "spam-1.0-py3-none-any.whl", **changes: Any) -> PageFile:
    page_file = PageFile(
        filename=Filename.parse(name),
        url=f"../../files/{name}",
        sha256=DIGEST,
        size=123,
        uploaded_at=datetime(2026, 1, 31, 12, tzinfo=timezone.utc),
    )
    return replace(page_file, **changes)


def html(*files: PageFile) -> str:
    return ProjectPage(SPAM, files).html().decode()


def document(*files: PageFile) -> Any:
    return json.loads(ProjectPage(SPAM, files).json())


class TestHtml:
    def test_digest_in_the_link(self) -> None:
        """A link ends in the digest that an installer compares (PEP 503)."""
        assert (
            f'<a href="../../files/spam-1.0-py3-none-any.whl#sha256={DIGEST}">'
            "spam-1.0-py3-none-any.whl</a>"
        ) in html(file())

    def test_requires_python_is_escaped(self) -> None:
        """``>`` and ``<`` stand in the attribute as entities, as PEP 503 wants."""
        assert 'data-requires-python="&gt;=3.9,&lt;4"' in html(file(requires_python=">=3.9,<4"))

    def test_core_metadata_under_both_names(self) -> None:
        """The digest of the metadata has its name of PEP 714, and that of PEP 658."""
        page = html(file(core_metadata="b" * 64))
        assert f'data-core-metadata="sha256={"b" * 64}"' in page
        assert f'data-dist-info-metadata="sha256={"b" * 64}"' in page

    def test_yanked_reason_is_escaped(self) -> None:
        """A yanked file tells the reason, whatever characters are in it (PEP 592)."""
        page = html(file(yanked='"bad" & <b>'))
        assert 'data-yanked="&quot;bad&quot; &amp; &lt;b&gt;"' in page

    def test_nothing_unknown_is_written(self) -> None:
        """A file of which nothing more is known has nothing but its link."""
        assert "data-" not in html(file())

    def test_versions_in_order(self) -> None:
        """Files are sorted by version, not by text, then by name."""
        names = ["spam-1.9.tar.gz", "spam-1.10.tar.gz", "spam-1.10-py3-none-any.whl"]
        page = html(*map(file, names))
        places = [page.index(f">{name}<") for name in names]
        assert places[0] < places[2] < places[1]

    def test_repository_version(self) -> None:
        """The page says which version of the interface it speaks (PEP 629)."""
        assert '<meta name="pypi:repository-version" content="1.1">' in html()

    def test_links_are_read_back(self) -> None:
        """The links of a page are those of its files, entities resolved, however tags look."""
        one = file()
        page = ProjectPage(SPAM, (one,)).html() + b"<A class=x HREF='a&amp;b'>x</A><a>y</a>\xff"
        assert links(page) == {one.link, "a&b"}


class TestJson:
    def test_document(self) -> None:
        """The document has the keys of PEP 691, 700 and 714."""
        full = file(requires_python=">=3.9", core_metadata="b" * 64, yanked="broken")
        assert document(full) == {
            "meta": {"api-version": "1.1"},
            "name": "spam",
            "versions": ["1.0"],
            "files": [
                {
                    "filename": "spam-1.0-py3-none-any.whl",
                    "url": "../../files/spam-1.0-py3-none-any.whl",
                    "hashes": {"sha256": DIGEST},
                    "size": 123,
                    "upload-time": "2026-01-31T12:00:00.000000Z",
                    "requires-python": ">=3.9",
                    "core-metadata": {"sha256": "b" * 64},
                    "yanked": "broken",
                }
            ],
        }

    def test_times_are_utc(self) -> None:
        """An upload time of another zone is written in UTC, with its microseconds."""
        zone = timezone(timedelta(hours=2))
        moment = datetime(2026, 1, 31, 12, microsecond=5, tzinfo=zone)
        (found,) = document(file(uploaded_at=moment))["files"]
        assert found["upload-time"] == "2026-01-31T10:00:00.000005Z"

    def test_versions_once_and_in_order(self) -> None:
        """Each version stands there once, in the order of versions."""
        names = ["spam-1.10.tar.gz", "spam-1.10-py3-none-any.whl", "spam-1.9.tar.gz"]
        assert document(*map(file, names))["versions"] == ["1.9", "1.10"]

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"requires_python": ">=3.9", "core_metadata": "b" * 64},
            {"yanked": ""},
            {"yanked": "Schlüssel 🔑"},
        ],
    )
    def test_what_is_written_is_read_back(self, changes: dict[str, Any]) -> None:
        """Reading gives the value that was written."""
        page = ProjectPage(SPAM, (file(**changes), file("spam-1.0.tar.gz")))
        assert ProjectPage.loads(page.json(), project=SPAM, name="page") == page


class TestDamage:
    @pytest.mark.parametrize(
        ("path", "value", "problem"),
        [
            ("meta.api-version", "2.0", "meta.api-version: expected 1.1"),
            ("name", "ham", "name: expected 'spam'"),
            ("files", {}, "files: expected a list"),
            ("files.0.filename", "spam.exe", "files[0].filename: "),
            ("files.0.filename", "ham-1.0.tar.gz", "expected a file of spam"),
            ("files.0.filename", "spam-1.0.tar.gz", "files[1].filename: spam-1.0.tar.gz stands"),
            ("files.0.url", 1, "files[0].url: expected a string"),
            ("files.0.hashes", {}, "files[0].hashes.sha256: missing"),
            ("files.0.size", -1, "files[0].size: expected a whole number"),
            ("files.0.upload-time", "yesterday", "files[0].upload-time: expected a time such as"),
            ("files.0.core-metadata", {"sha256": "x"}, "files[0].core-metadata.sha256: expected"),
            ("files.0.yanked", 1, "files[0].yanked: expected a string"),
        ],
    )
    def test_the_place_is_named(self, path: str, value: object, problem: str) -> None:
        """A page that is not ours is damaged, and the place and the way out are named."""
        found = document(file(), file("spam-1.0.tar.gz"))
        place, *keys = [int(key) if key.isdecimal() else key for key in path.split(".")][::-1]
        target = found
        for key in keys[::-1]:
            target = target[key]
        target[place] = value
        with pytest.raises(Damaged) as caught:
            ProjectPage.loads(json.dumps(found).encode(), project=SPAM, name="page", hint="so")
        assert problem in caught.value.message
        assert caught.value.hint == "so"


class TestRoot:
    def test_html(self) -> None:
        """The root links to each project's page, in order."""
        page = root_html(["spam", "ham"]).decode()
        assert '<a href="ham/">ham</a><br>\n<a href="spam/">spam</a><br>' in page

    def test_json(self) -> None:
        """The root names each project (PEP 691)."""
        assert json.loads(root_json(["spam", "ham"])) == {
            "meta": {"api-version": "1.1"},
            "projects": [{"name": "ham"}, {"name": "spam"}],
        }

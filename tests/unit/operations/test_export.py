"""The document of a release, and what is in its wheels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import samples
from exporting import release
from fakes import Remembering
from releasing import SDIST, WHEEL, built, manifest_of
from twine_stage.errors import StorageFailed, UsageError
from twine_stage.exports import FORMATS, Exported, exported
from twine_stage.operations.export import export, format_of
from twine_stage.store import Store

PATH = "spam-1.0.dist-info/sboms/it.cdx.json"
BOM = json.dumps({"bomFormat": "CycloneDX", "components": [{"name": "libfoo"}]}).encode()
HOLDING = built(WHEEL, members={PATH: BOM})


def made(form: str, one: Exported, reporter: Remembering | None = None, **options: Any) -> str:
    usual: dict[str, Any] = {"output": None, "contents": None}
    report = export(
        FORMATS[form], [one], reporter=reporter or Remembering(), **{**usual, **options}
    )
    assert report.exit_status == 0
    assert report.document is not None
    return report.document


def test_an_unknown_format_is_refused() -> None:
    """Those that there are, are named."""
    with pytest.raises(UsageError, match=r"one of sha256sums, requirements, .*, found 'yaml'"):
        format_of("yaml")
    assert format_of("nix") is FORMATS["nix"]


def test_a_document_goes_to_a_file(tmp_path: Path) -> None:
    """As it is, and whole."""
    one = release(WHEEL)
    path = tmp_path / "SHA256SUMS"
    report = export(
        FORMATS["sha256sums"], [one], output=path, contents=None, reporter=Remembering()
    )
    assert path.read_bytes().decode() == made("sha256sums", one)
    assert (report.output, report.document) == (str(path), None)
    assert report.releases == ("spam==1.0",)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """What stood there before still stands."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        export(
            FORMATS["sha256sums"],
            [release(WHEEL)],
            output=tmp_path / "file" / "SHA256SUMS",
            contents=None,
            reporter=Remembering(),
        )


def test_what_wheels_hold_is_taken_from_the_stage(tmp_path: Path) -> None:
    """The content stands there under its digest."""
    store = Store.create(tmp_path)
    store.put([HOLDING.content], name=WHEEL)
    reporter = Remembering()
    one = exported(manifest_of(HOLDING, built(SDIST)))
    found = json.loads(made("cyclonedx", one, reporter, contents=store))
    (component,) = found["components"][0]["components"]
    assert component["name"] == "libfoo"
    assert reporter.warnings == []


def test_a_wheel_that_the_stage_does_not_have_is_said(tmp_path: Path) -> None:
    """On stderr and in the document."""
    one = exported(manifest_of(HOLDING, built(SDIST)))
    for store in (None, Store.create(tmp_path)):
        reporter = Remembering()
        found = json.loads(made("cyclonedx", one, reporter, contents=store))
        assert found["compositions"] == [{"aggregate": "unknown", "assemblies": [WHEEL]}]
        assert reporter.warnings[0].startswith(f"spam==1.0: what is in {WHEEL} is not told")


def test_a_wheel_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """It is not taken for one that holds nothing."""
    store = Store.create(tmp_path)
    store.put([b"no wheel"], name=WHEEL)
    one = exported(manifest_of(built(WHEEL)))
    (file,) = one.files
    digest = samples.distribution(WHEEL, b"no wheel").sha256
    broken = replace(file, distribution=replace(file.distribution, sha256=digest))
    reporter = Remembering()
    made("cyclonedx", Exported(one.manifest, (broken,)), reporter, contents=store)
    assert len(reporter.warnings) == 1


def test_of_many_wheels_some_are_named() -> None:
    """A line stays a line."""
    names = [f"spam-1.0-cp3{minor}-none-any.whl" for minor in range(10, 15)]
    reporter = Remembering()
    made("cyclonedx", release(*names), reporter)
    assert f"{', '.join(names[:3])} and 2 more is not told" in reporter.warnings[0]

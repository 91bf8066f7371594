"""Publish: what the index would refuse, and what installers would meet, is known before."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import MemoryIndex
from publishing import LONG_AGO, PLAIN, Person, Publisher
from samples import attestation, content_of, sdist
from staging import LINUX, SDIST, SPAM, WHEEL, WINDOWS, stage
from twine_stage.errors import ChecksFailed, Damaged
from twine_stage.operations.add import add
from twine_stage.operations.check import CheckReport
from twine_stage.operations.destinations import Terms
from twine_stage.operations.freeze import freeze
from twine_stage.operations.judging import Judgement
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.profiles import PYPI
from twine_stage.reporting import Silent
from twine_stage.store import Store

ON_PYPI = Terms(profile=PYPI)
STRANGE = b"Metadata-Version: 2.4\nName: spam\nVersion: 1.0\nSummary: %s\n" % (b"s" * 513)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """A stage with a draft of four files; no file may take another's place."""
    return Publisher(stage(tmp_path), options=PublishOptions(wait=0))


def errors(error: BaseException) -> list[str]:
    """The codes of the errors that stopped it."""
    assert isinstance(error, ChecksFailed)
    assert isinstance(error.report, CheckReport)
    return [one.code for one in error.report.findings if one.severity.value == "error"]


def unfit(store: Store, folder: Path) -> None:
    """Stage an sdist that PyPI would refuse, and no other index."""
    folder.mkdir()
    (folder / SDIST).write_bytes(sdist(core_metadata=STRANGE))
    add(store, [str(folder / SDIST)], reporter=Silent())


def test_what_pypi_refuses_is_not_begun(publisher: Publisher, tmp_path: Path) -> None:
    """Nothing is sent and nothing is frozen, however often it is tried; another index takes it."""
    unfit(publisher.store, tmp_path / "unfit")

    for _attempt in range(2):
        assert errors(publisher.fails(terms=ON_PYPI)) == ["M222"]
    assert publisher.store.record(SPAM).state == "draft"
    assert not publisher.index.posts
    assert publisher().outcome == "published"


def test_what_was_frozen_is_judged_too(publisher: Publisher, tmp_path: Path) -> None:
    """By the rules of the index that it goes to; what is wrong can be waved through."""
    unfit(publisher.store, tmp_path / "unfit")
    freeze(publisher.store, ["spam"])

    assert errors(publisher.fails(terms=ON_PYPI)) == ["M222"]
    assert not publisher.index.posts
    waved = Judgement(ignore=["M222"])
    assert publisher(terms=ON_PYPI, judgement=waved).outcome == "published"


def test_what_is_there_is_not_judged(publisher: Publisher, tmp_path: Path) -> None:
    """Nothing is sent, so nothing can be refused."""
    unfit(publisher.store, tmp_path / "unfit")
    publisher()

    assert publisher(terms=ON_PYPI).outcome == "present"


def test_a_file_that_takes_another_s_place(tmp_path: Path) -> None:
    """It is an error unless it is named; what fills a gap is told."""
    publisher = Publisher(stage(tmp_path, [WINDOWS]), options=PublishOptions(wait=0))
    publisher.index.put(WHEEL, content_of(WHEEL), at=LONG_AGO)

    assert errors(publisher.fails(appends={SPAM: "Windows"})) == ["I542"]
    assert publisher.store.record(SPAM).manifests == ()
    allowed = Terms(allowed=frozenset((WINDOWS,)))
    assert publisher(appends={SPAM: "Windows"}, terms=allowed).outcome == "published"


@pytest.mark.parametrize("public", [WHEEL, "spam-1.0-py2.py3-none-any.whl"])
def test_nobody_is_asked_what_the_checks_stop(tmp_path: Path, public: str) -> None:
    """A person gives no reason in vain: whether what is public is ours, and old, or another's."""
    publisher = Publisher(stage(tmp_path, [WINDOWS, WHEEL]), options=PublishOptions(wait=0))
    publisher.index.put(public, content_of(public), at=LONG_AGO)
    person = Person(reason="Windows")

    assert "I542" in errors(publisher.fails(person=person))
    assert person.asked == []
    allowed = Terms(allowed=frozenset((WINDOWS, WHEEL)))
    assert publisher(terms=allowed, person=person).outcome == "published"
    assert person.asked[0].startswith("append to spam==1.0")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([SDIST], "1 warning about its files: stage check spam==1.0 shows it"),
        ([WHEEL, SDIST], "2 warnings about its files: stage check spam==1.0 shows them"),
    ],
)
def test_warnings_about_files_are_counted(tmp_path: Path, names: list[str], said: str) -> None:
    """One line before anything is sent; where there are none, nothing."""
    publisher = Publisher(stage(tmp_path, names), options=PublishOptions(wait=0))
    publisher(dry_run=True)
    assert publisher.reporter.warnings == [f"spam==1.0: {said}"]
    publisher.reporter.warnings.clear()
    publisher(judgement=PLAIN)
    assert publisher.reporter.warnings == []


def test_what_should_go_is_named(publisher: Publisher, tmp_path: Path) -> None:
    """The stage holds a file still that is no longer where it was built; as far as it can go."""
    unfit(publisher.store, tmp_path / "unfit")
    hint = publisher.fails(terms=ON_PYPI).hint
    assert hint.endswith(f"what should go be dropped: stage drop {SDIST}")
    freeze(publisher.store, ["spam"])
    hint = publisher.fails(terms=ON_PYPI).hint
    assert hint.endswith(f"dropped: stage thaw spam==1.0, then stage drop {SDIST}")
    publisher.index.faults = ["none", "refused"]
    publisher.fails()
    assert publisher.fails(terms=ON_PYPI).hint.endswith("has to be staged again.")


def test_many_that_should_go_are_not_named_again(publisher: Publisher) -> None:
    """The findings name them."""
    error = publisher.fails(judgement=Judgement(is_strict=True))
    assert error.hint.endswith("dropped: stage drop FILE")


@pytest.mark.parametrize(("public", "code"), [(LINUX, "I540"), (SDIST, "I541")])
def test_what_an_added_file_changes_is_told(tmp_path: Path, public: str, code: str) -> None:
    """A note where people had nothing, a warning where it spares them a build."""
    publisher = Publisher(stage(tmp_path, [WINDOWS]), options=PublishOptions(wait=0))
    publisher.index.put(public, content_of(public), at=LONG_AGO)
    publisher(appends={SPAM: "Windows"})
    told = {"I540": publisher.reporter.notes, "I541": publisher.reporter.warnings}
    assert any(message.startswith(f"{code}: {WINDOWS}: ") for message in told[code])


def test_our_own_unfinished_publication_is_no_append(publisher: Publisher) -> None:
    """Its files take each other's place in the order that was planned."""
    publisher.index.faults = ["none", "none", "refused"]
    publisher.fails()
    publisher.index.clock.sleep(86400)
    assert publisher().outcome == "published"
    assert not any("I54" in told for told in publisher.reporter.warnings)


def test_a_name_like_another_s(tmp_path: Path) -> None:
    """PyPI refuses it, and it is asked for all its names only for a project that is new."""
    publisher = Publisher(stage(tmp_path, [SDIST]), MemoryIndex(is_known=False, names=("S-pam",)))
    assert errors(publisher.fails(terms=ON_PYPI)) == ["I509"]
    assert not publisher.index.posts


def test_a_dry_run_keeps_nothing(publisher: Publisher) -> None:
    """It judges as a run does, and writes nothing at all."""
    publisher(dry_run=True)

    assert publisher.store.scans(SPAM) == b""
    assert publisher.store.record(SPAM).state == "draft"


def test_what_was_read_once_is_kept(publisher: Publisher) -> None:
    """The archives need not be read again when a publication goes on."""
    publisher.index.faults = ["refused"]
    publisher.fails()

    assert publisher.store.scans(SPAM)


def test_a_damaged_file_stops_the_others(publisher: Publisher) -> None:
    """What was frozen and has been damaged since is found out before any other file is public."""
    freeze(publisher.store, ["spam"])
    [path] = publisher.store.root.glob(f"files/*/*/{SDIST}")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])

    assert isinstance(publisher.fails(), Damaged)
    assert not publisher.index.posts


def test_attestations_that_stay_behind_are_not_judged(tmp_path: Path) -> None:
    """As the hint of P606 says: PyPI takes the file without them."""
    name = f"{WHEEL}.review.attestation"
    publisher = Publisher(stage(tmp_path, [WHEEL]))
    (tmp_path / "dist" / name).write_bytes(attestation("https://example.org/review"))
    add(publisher.store, [str(tmp_path / "dist")], reporter=Silent())

    assert errors(publisher.fails(terms=ON_PYPI)) == ["P606"]
    assert publisher(terms=ON_PYPI, attestations=False).outcome == "published"


@pytest.mark.parametrize("names", [[WHEEL], [WHEEL, SDIST]])
def test_content_that_is_gone_is_missed_before_anything_is_sent(
    tmp_path: Path, names: list[str]
) -> None:
    """Although what it held is still known from the time when it was frozen."""
    publisher = Publisher(stage(tmp_path, names), options=PublishOptions(wait=0))
    freeze(publisher.store, ["spam"])
    [content] = publisher.store.root.glob(f"files/*/*/{WHEEL}")
    content.unlink()

    error = publisher.fails()
    assert isinstance(error, Damaged)
    assert "its content is not in the stage" in error.message
    assert publisher.index.posts == []

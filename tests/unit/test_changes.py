"""Changes: what is new of a release, each once, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from samples import distribution
from twine_stage import impact
from twine_stage.changes import Change, Sighting, changes, gathered, status
from twine_stage.resolution import Installer

WHEEL = "spam-1.0-py3-none-any.whl"
SDIST = "spam-1.0.tar.gz"
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64
SEEN = Sighting(sha256=ONE, uploaded_at=NOON, core_metadata=TWO, requires_python=">=3.9")
FROZEN = {WHEEL: replace(distribution(WHEEL, core_metadata=TWO), sha256=ONE)}


def found(
    before: Mapping[str, Sighting], now: Mapping[str, Sighting]
) -> list[tuple[str, tuple[str, ...]]]:
    told = changes("spam==1.0", before, now, frozen=FROZEN)
    assert all(change.release == "spam==1.0" and change.message for change in told)
    return [(change.kind, change.files) for change in told]


def one(before: Sighting | None, now: Sighting | None, *, name: str = WHEEL) -> list[str]:
    """The kinds of what is new of one file, beside another that is as it was."""
    others = {SDIST: SEEN}
    told = found(others | ({name: before} if before else {}), others | ({name: now} if now else {}))
    assert all(files == (name,) for _, files in told)
    return [kind for kind, _ in told]


class TestOfAFile:
    def test_nothing_is_new_of_what_is_the_same(self) -> None:
        """Two equal looks."""
        assert one(SEEN, SEEN) == []

    @pytest.mark.parametrize(
        ("facts", "kind"),
        [
            ({"sha256": THREE}, "swapped"),
            ({"sha256": THREE, "core_metadata": THREE, "is_proven": True}, "swapped"),
            ({"sha256": None}, "untold"),
            ({"uploaded_at": NOON + timedelta(days=1)}, "recreated"),
            ({"yanked": ""}, "yanked"),
            ({"core_metadata": THREE}, "metadata"),
            ({"core_metadata": None}, "metadata"),
            ({"requires_python": ">=3.10"}, "metadata"),
            ({"requires_python": None}, "metadata"),
            ({"is_proven": True}, "provenance"),
        ],
    )
    def test_each_fact_has_its_kind(self, facts: Mapping[str, object], kind: str) -> None:
        """One change is told for it; what belongs to other content is not told besides."""
        assert one(SEEN, replace(SEEN, **facts)) == [kind]  # type: ignore[arg-type]

    def test_what_is_taken_back_is_news_too(self) -> None:
        """A file that was yanked, and one that lost its provenance."""
        assert one(replace(SEEN, yanked="bad"), SEEN) == ["unyanked"]
        assert one(replace(SEEN, is_proven=True), SEEN) == ["provenance"]

    def test_what_an_index_does_not_tell_is_no_change(self) -> None:
        """Neither a time, nor core metadata that was never seen and is as it was frozen."""
        assert one(SEEN, replace(SEEN, uploaded_at=None)) == []
        assert one(replace(SEEN, uploaded_at=None), SEEN) == []
        assert one(replace(SEEN, core_metadata=None), SEEN) == []
        assert one(replace(SEEN, sha256=None), SEEN) == []

    def test_what_was_not_told_before_is_compared_with_what_was_frozen(self) -> None:
        """A digest and core metadata that come up later have to be those of the manifest."""
        silent = replace(SEEN, sha256=None, core_metadata=None)
        assert one(silent, replace(SEEN, core_metadata=None, sha256=THREE)) == ["swapped"]
        assert one(silent, replace(SEEN, core_metadata=THREE)) == ["metadata"]
        extra = "spam-1.0-1-py3-none-any.whl"
        assert one(silent, replace(SEEN, core_metadata=THREE), name=extra) == []

    def test_several_facts_are_several_changes(self) -> None:
        """Each by its kind."""
        now = replace(SEEN, yanked="bad", requires_python=">=3.10", is_proven=True)
        assert one(SEEN, now) == ["metadata", "provenance", "yanked"]

    def test_what_is_as_frozen_again_is_no_swap(self) -> None:
        """It is said so, of content and of metadata."""
        other = replace(SEEN, sha256=THREE)
        (change,) = changes("spam==1.0", {WHEEL: other}, {WHEEL: SEEN}, frozen=FROZEN)
        assert (change.kind, change.files) == ("restored", (WHEEL,))
        assert change.message == f"sha256 {THREE} before, and {ONE} again, as it was frozen"
        other = replace(SEEN, core_metadata=THREE)
        (change,) = changes("spam==1.0", {WHEEL: other}, {WHEEL: SEEN}, frozen=FROZEN)
        assert change.message == (
            f"core metadata sha256 {THREE} before, and {TWO} again, as it was frozen"
        )

    def test_a_reason_is_told(self) -> None:
        """That of a yank, where there is one."""
        now = {WHEEL: replace(SEEN, yanked="broken on Windows"), SDIST: SEEN}
        (change,) = changes("spam==1.0", {WHEEL: SEEN, SDIST: SEEN}, now, frozen=FROZEN)
        assert change.message == "yanked (broken on Windows)"


class TestFilesThatComeAndGo:
    def test_a_file_that_was_not_frozen_is_appended(self) -> None:
        """With the time of its upload."""
        extra = "spam-1.0-1-py3-none-any.whl"
        (change,) = changes("spam==1.0", {WHEEL: SEEN}, {WHEEL: SEEN, extra: SEEN}, frozen=FROZEN)
        assert (change.kind, change.files, change.uploaded_at) == ("appended", (extra,), NOON)

    def test_a_frozen_file_appears_or_is_another(self) -> None:
        """By its digest; without one nothing is proven."""
        assert one(None, SEEN) == ["appeared"]
        assert one(None, replace(SEEN, sha256=THREE)) == ["swapped"]
        assert one(None, replace(SEEN, sha256=None)) == ["untold"]

    def test_a_file_that_is_gone_is_deleted(self) -> None:
        """One that was never frozen is told to be so: nothing is missing by that."""
        assert one(SEEN, None) == ["deleted"]
        extra = "spam-1.0-1-py3-none-any.whl"
        now = {WHEEL: SEEN}
        (change,) = changes("spam==1.0", {**now, extra: SEEN}, now, frozen=FROZEN)
        assert (change.files, change.message) == ((extra,), "no longer shown; it was never frozen")
        (change,) = changes("spam==1.0", {WHEEL: SEEN, extra: SEEN}, {}, frozen=FROZEN)
        assert change.message == "all 2 files: no longer shown"


class TestGathered:
    def test_what_happens_to_all_files_is_told_once(self) -> None:
        """With all names; of a single file it is that file's."""
        both = {WHEEL: SEEN, SDIST: SEEN}
        yanked = {name: replace(SEEN, yanked="bad") for name in both}
        assert found(both, yanked) == [("yanked", (WHEEL, SDIST))]
        assert found(both, {}) == [("deleted", (WHEEL, SDIST))]
        assert found({WHEEL: SEEN}, {}) == [("deleted", (WHEEL,))]
        (change,) = changes("spam==1.0", both, yanked, frozen=FROZEN)
        assert change.message == "all 2 files: yanked (bad)"
        assert change.title == "all 2 files yanked"

    def test_what_is_of_single_files_stays_so(self) -> None:
        """Each swapped file is named on its own, however many there are."""
        both = {WHEEL: SEEN, SDIST: SEEN}
        swapped = {name: replace(SEEN, sha256=THREE) for name in both}
        assert found(both, swapped) == [("swapped", (WHEEL,)), ("swapped", (SDIST,))]

    def test_missing_files_are_gathered_at_the_first_look(self) -> None:
        """A release that is not there at all is one thing to tell."""
        missing = [
            Change(release="spam==1.0", kind="missing", files=(name,), message=f"{name} is missing")
            for name in (WHEEL, SDIST)
        ]
        (change,) = gathered(missing, total=2)
        assert change.message == "all 2 files: frozen, and not shown"
        assert gathered(missing, total=3) == tuple(missing)


class TestStatus:
    @pytest.mark.parametrize(
        ("before", "now", "words"),
        [
            ("active", "gone", "no longer has the project, which was active"),
            ("gone", "active", "has the project again; it is active"),
            ("active", "archived", "was active, and is archived (no time)"),
        ],
    )
    def test_each_change_is_told(self, before: str, now: str, words: str) -> None:
        """Of the project as a whole."""
        (change,) = status("spam", before, now, reason="no time" if now == "archived" else "")
        assert (change.release, change.kind, change.files) == ("spam", "status", ())
        assert words in change.message
        assert change.title == "status"

    def test_the_same_state_is_no_change(self) -> None:
        """Whatever it is."""
        assert status("spam", "archived", "archived") == ()


def test_sentences_tell_for_whom_when_and_why() -> None:
    """Each effect of an added file is a sentence."""
    effects = tuple(
        impact.Change(
            effect=impact.Effect.FILLS,
            file=WHEEL,
            instead_of=instead_of,
            installers=installers,
            environments=environments,
        )
        for instead_of, installers, environments in (
            (SDIST, (Installer.PIP, Installer.UV), ("cp312-win_amd64", "cp313-win_amd64")),
            (None, (Installer.UV,), ("cp312-win_amd64",)),
        )
    )
    change = Change(
        release="spam==1.0",
        kind="appended",
        files=(WHEEL,),
        message="shown now, and not frozen",
        uploaded_at=NOON,
        impact=effects,
    )
    assert change.title == f"{WHEEL} appended"
    assert change.sentences == (
        "shown now, and not frozen",
        "uploaded 2026-01-01 12:00:00 UTC",
        f"chosen instead of {SDIST}, by pip and uv on 2 environments, such as cp312-win_amd64",
        "chosen where there was nothing, by uv on 1 environment, such as cp312-win_amd64",
    )
    why = replace(change, cause="appended on 2026-01-01", impact=())
    assert why.sentences == ("shown now, and not frozen", "appended on 2026-01-01")

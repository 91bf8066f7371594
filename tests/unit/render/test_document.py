"""Documents fold to a terminal, and never in a pipe; nothing is cut off."""

from __future__ import annotations

from twine_stage.render.document import (
    Entry,
    Fitted,
    Span,
    Style,
    Table,
    columns,
    fold,
    layout,
    plain,
)

LONG = "numpy-2.1.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"


def table(*rows: tuple[str, ...], **options: object) -> Table:
    spans = tuple(tuple(Span(cell) for cell in row) for row in rows)
    return Table(rows=spans, **options)  # type: ignore[arg-type]


class TestTable:
    def test_columns_are_as_wide_as_their_widest_cell(self) -> None:
        """Cells of a column begin, or end, at the same place."""
        shown = plain([table(("added", "1.0 kB", "a"), ("replaced", "2 B", "b"), right=(0, 1))])
        assert shown == "   added  1.0 kB  a\nreplaced     2 B  b\n"

    def test_a_heading_stands_above(self) -> None:
        """The heading takes part in the alignment."""
        shown = plain([table(("spam", "draft"), heading=("release", "state"))])
        assert shown == "release  state\nspam     draft\n"

    def test_the_last_column_may_end_at_the_right(self) -> None:
        """A last column of numbers is aligned like any other."""
        assert plain([table(("a", "1"), ("b", "100"), right=(1,))]) == "a    1\nb  100\n"

    def test_a_table_without_rows_is_nothing(self) -> None:
        """Neither heading nor empty line is left."""
        assert plain([table()]) == ""

    def test_a_pipe_gets_whole_lines(self) -> None:
        """Without a width no name is ever folded."""
        assert plain([table(("added", LONG * 3))]) == f"added  {LONG * 3}\n"

    def test_a_terminal_gets_folded_names_that_lose_nothing(self) -> None:
        """Folded pieces hang under the first, fit the width, and make up the name."""
        lines = plain([table(("added", LONG), indent=2)], 50).splitlines()
        assert len(lines) == 3
        assert all(len(line) <= 50 for line in lines)
        assert lines[1].startswith(" " * 9)
        assert "".join(line[9:] for line in lines) == LONG

    def test_a_table_too_wide_for_the_terminal_is_stacked(self) -> None:
        """The first cell of a row stands above the others; the heading is left out."""
        shown = plain([table(("x" * 30, "ab", "y" * 20), heading=("a", "b", "c"))], 40)
        assert shown == f"{'x' * 30}\n    ab  {'y' * 20}\n"

    def test_a_table_too_wide_even_when_stacked_has_its_last_cells_below(self) -> None:
        """Below the others, not on a staircase; empty ones are left out."""
        shown = plain([table(("spam", "draft", "", "12 files", "any, linux, macos"))], 20)
        assert shown == "spam\n    draft  12 files\n    any, linux,\n    macos\n"

    def test_the_narrowest_terminal_still_gets_everything(self) -> None:
        """Even where there is room for nothing."""
        shown = plain([table(("ab", "cd", "ef"))], 1)
        assert "".join(shown.split()) == "abcdef"


class TestEntry:
    def test_folded_lines_hang_under_the_sentence(self) -> None:
        """The label stands alone at the left."""
        shown = plain([Entry(Span("error:"), "the quick brown fox jumps over")], 26)
        assert shown == "error: the quick brown fox\n       jumps over\n"

    def test_paragraphs_are_kept(self) -> None:
        """A message of several lines stays one of several lines."""
        assert plain([Entry(Span("note:"), "a\nb")]) == "note: a\n      b\n"

    def test_an_entry_may_have_no_label_and_no_text(self) -> None:
        """The text stands at the indent; an empty text is an empty line."""
        assert plain([Entry(Span(""), "said", indent=4)]) == "    said\n"
        assert plain([Entry(Span("error:"), "")]) == "error:\n"


class TestFold:
    def test_what_fits_stays_whole(self) -> None:
        """A text of just the width is one piece."""
        assert fold("abc def", 7) == ["abc def"]

    def test_a_hyphen_is_a_better_place_than_an_underscore(self) -> None:
        """Tags stay whole where they can."""
        assert fold("ab-cd_ef", 7) == ["ab-", "cd_ef"]
        assert fold("abcd_ef", 6) == ["abcd_", "ef"]

    def test_a_sentence_is_broken_at_blanks(self) -> None:
        """An option or a table's name in it stays whole."""
        assert fold("give --simple-url, or [tool.stage]", 30) == [
            "give --simple-url, or",
            "[tool.stage]",
        ]

    def test_a_place_far_to_the_left_is_none(self) -> None:
        """A line that is almost empty helps nobody."""
        assert fold("a-bcdefg_hijk", 10) == ["a-bcdefg_", "hijk"]

    def test_a_blank_at_the_fold_is_dropped(self) -> None:
        """No piece begins or ends with a blank."""
        assert fold("abc def", 3) == ["abc", "def"]

    def test_a_text_without_marks_is_broken_anywhere(self) -> None:
        """What has no place to break is broken at the width."""
        assert fold("abcdefg", 3) == ["abc", "def", "g"]

    def test_wide_characters_count_twice(self) -> None:
        """Columns are counted, not characters; combining marks take none."""
        assert columns("日本") == 4
        assert columns("e\N{COMBINING ACUTE ACCENT}") == 1
        assert fold("日本語", 4) == ["日本", "語"]

    def test_a_column_too_narrow_for_a_character_ends_all_the_same(self) -> None:
        """Each piece takes one character at least."""
        assert fold("日本", 1) == ["日", "本"]

    def test_combining_marks_stay_with_their_letter(self) -> None:
        """A text of few columns fits although it has many characters."""
        text = "e\N{COMBINING ACUTE ACCENT}" * 3 + " x"
        assert fold(text, 3) == ["e\N{COMBINING ACUTE ACCENT}" * 3, "x"]


def test_a_long_line_is_folded_too() -> None:
    """The rest hangs under it, each piece in the style that it had."""
    line = (Span("exact", Style.GOOD), Span(" "), Span("spam==1.0 on example.org", Style.STRONG))
    assert plain([line], 20) == "exact spam==1.0\n    on example.org\n"
    assert plain([line], 30) == "exact spam==1.0 on example.org\n"
    first, second = layout([line], 20)
    assert first[1:] == (Span("exact", Style.GOOD), Span(" "), Span("spam==1.0", Style.STRONG))
    assert second[-1] == Span("on example.org", Style.STRONG)


def test_blanks_at_the_end_take_no_room() -> None:
    """They are never shown."""
    assert plain([(Span("spam"), Span("  "))], 4) == "spam\n"


def test_lines_that_are_made_for_a_width() -> None:
    """They hear how wide the terminal is; what is too long all the same is folded."""
    fitted = Fitted(lambda width: [(Span("x" * (width or 9)),), (Span("spam eggs"),)])
    assert plain([fitted], 8) == "xxxxxxxx\nspam\n    eggs\n"
    assert plain([fitted]) == "xxxxxxxxx\nspam eggs\n"


def test_a_line_is_written_as_it_is() -> None:
    """Spans follow each other; blanks at the end are left out."""
    assert plain([(Span("a", Style.BAD), Span(" b "))]) == "a b\n"

from __future__ import annotations

import pytest

from twine_stage import errors
from twine_stage.errors import Damaged, InvalidDistribution, StageError


def _all(root: type[StageError]) -> list[type[StageError]]:
    children = [child for child in root.__subclasses__() if child.__module__ == errors.__name__]
    return [root, *(found for child in children for found in _all(child))]


def test_an_error_is_its_sentence() -> None:
    """An error shows as its message and carries the way out."""
    error = StageError("expected this, found that", hint="Do so.")
    assert str(error) == error.message == "expected this, found that"
    assert error.hint == "Do so."


def test_a_hint_may_be_absent() -> None:
    """Where there is no way out to name, the hint is empty."""
    assert StageError("no").hint == ""


def test_an_invalid_distribution_carries_its_data() -> None:
    """The filename and the problem can be read without taking the sentence apart."""
    error = InvalidDistribution("spam.whl", "not an archive", hint="Build it again.")
    assert (error.filename, error.problem, error.hint) == (
        "spam.whl",
        "not an archive",
        "Build it again.",
    )
    assert str(error) == "spam.whl: not an archive"


def test_damage_carries_its_place() -> None:
    """The document and the place in it can be read without taking the sentence apart."""
    error = Damaged("1.json", "subject: missing")
    assert (error.document, error.problem) == ("1.json", "subject: missing")
    assert str(error) == "1.json: subject: missing"


@pytest.mark.parametrize("cls", _all(StageError), ids=lambda cls: cls.__name__)
def test_the_tree_in_the_docstring_is_the_tree(cls: type[StageError]) -> None:
    """Each error stands in the docstring of the module, and one with a status stands with it."""
    assert errors.__doc__ is not None
    (line,) = [line for line in errors.__doc__.splitlines() if f" {cls.__name__} " in f" {line} "]
    columns = line.split(cls.__name__)[1].split()
    if cls is not StageError and columns[0].isdigit():
        assert int(columns[0]) == cls.exit_status
    if "exit_status" in vars(cls) and cls is not StageError:
        assert columns[0] == str(cls.exit_status)


def test_the_statuses_are_those_documented() -> None:
    """The statuses of errors are 1 to 6; 0 is success."""
    assert {cls.exit_status for cls in _all(StageError)} == {1, 2, 3, 4, 5, 6}

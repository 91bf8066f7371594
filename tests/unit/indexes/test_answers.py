"""What answers to uploads mean."""

from __future__ import annotations

import json

import pytest

from twine_stage.indexes.answers import judge
from twine_stage.indexes.uploads import Accepted, Rejected, Taken, Unclear
from twine_stage.transport import Answered


def answered(status: int, text: str = "", reason: str = "", **headers: str) -> Answered:
    return Answered(
        url="https://example.org/legacy/",
        status=status,
        reason=reason,
        headers={"Content-Type": "text/plain", **headers},
        body=text.encode(),
    )


@pytest.mark.parametrize("status", [200, 201, 204])
def test_success_is_accepted(status: int) -> None:
    """Any 2xx is an acceptance."""
    assert judge(answered(status)) == Accepted()


def test_a_login_page_is_no_acceptance() -> None:
    """A proxy that wants a login says 200 too, and has not let the file pass."""
    page = '<form><input name="p" type="password"></form>'
    answer = judge(answered(200, page, **{"Content-Type": "text/html"}))
    assert isinstance(answer, Rejected)
    assert "URL" in answer.hint


@pytest.mark.parametrize("page", ["<!DOCTYPE html><title>Terms</title>", "\n<html>Terms</html>"])
def test_a_web_page_is_no_acceptance(page: str) -> None:
    """A portal answers 200 with a page of its own; the listing is asked whether the file is in."""
    answer = judge(answered(200, page, "Terms", **{"Content-Type": "text/html"}))
    assert isinstance(answer, Unclear)
    assert answer.message.startswith("the answer is a web page: ")


@pytest.mark.parametrize("text", ["", "OK", '{"success": true}', "<p>thank you"])
def test_some_words_are_an_acceptance(text: str) -> None:
    """Indexes say what they like about a file that they took, often as HTML."""
    assert judge(answered(200, text, **{"Content-Type": "text/html"})) == Accepted()


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "File already exists ('spam-1.0.tar.gz', with blake2_256 hash '00')."),
        (400, "This filename has already been used, use a different version."),
        (409, "Package 'spam-1.0.tar.gz' already exists!"),
        (409, ""),
        (400, "Repository does not allow updating assets: pypi-hosted"),
        (403, "Not enough permissions to overwrite artifact 'spam-1.0.tar.gz'"),
        (400, "Validation failed: File name has already been taken"),
    ],
)
def test_a_name_in_use_is_taken(status: int, text: str) -> None:
    """Each index has words of its own for a file that it has."""
    assert isinstance(judge(answered(status, text)), Taken)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "Invalid value for classifiers. Error: 'x' is not a valid choice."),
        (400, "The name 'spam' is too similar to an existing project."),
        (403, "Invalid or non-existent authentication information."),
        (403, "The user 'alice' isn't allowed to upload to project 'spam'."),
        (400, "Project 'spam' does not exist."),
        (422, "File already exists"),
    ],
)
def test_other_refusals_are_final(status: int, text: str) -> None:
    """What no waiting mends is a rejection, in the words of the index."""
    answer = judge(answered(status, text))
    assert isinstance(answer, Rejected)
    assert answer.message == text.removesuffix(".")


@pytest.mark.parametrize("status", [401, 403, 404, 405, 413])
def test_common_refusals_have_a_way_out(status: int) -> None:
    """What a person can mend comes with a hint."""
    answer = judge(answered(status))
    assert isinstance(answer, Rejected)
    assert answer.hint


@pytest.mark.parametrize(
    ("status", "slow_down"),
    [(408, False), (425, False), (429, True), (500, True), (503, True), (599, True)],
)
def test_trouble_is_unclear(status: int, *, slow_down: bool) -> None:
    """The index may have the file; it is asked for it after the pause it wants."""
    answer = judge(answered(status, "Later", **{"Retry-After": "7"}))
    assert answer == Unclear(message="Later", retry_after=7.0, slow_down=slow_down)


@pytest.mark.parametrize("pause", ["", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "-1", "0"])
def test_a_pause_that_is_none_is_ours_to_choose(pause: str) -> None:
    """What is neither a number nor a date, or asks for no pause, changes nothing."""
    answer = judge(answered(503, "Later", **{"Retry-After": pause}))
    assert answer == Unclear(message="Later", retry_after=None, slow_down=True)


def test_a_redirect_is_rejected() -> None:
    """The hint names the usual cause: the slash that is missing at the end."""
    answer = judge(answered(301, Location="/legacy"))
    assert isinstance(answer, Rejected)
    assert "https://example.org/legacy" in answer.message
    assert "/ at the end" in answer.hint


def test_the_words_of_json_are_told() -> None:
    """PyPI tells its sentence as ``code``."""
    body = json.dumps({"code": "400 No.", "title": "Bad Request"})
    answer = judge(answered(400, body, **{"Content-Type": "application/json"}))
    assert answer == Rejected("No")


def test_a_secret_is_never_repeated() -> None:
    """An index may repeat the password; the answer does not, nor in a redirect."""
    secret = "recognisable-password"
    for answer in (
        judge(answered(400, f"Who is {secret}?"), secrets=(secret,)),
        judge(answered(409, f"already {secret}"), secrets=(secret,)),
        judge(answered(503, "", f"{secret}!"), secrets=(secret,)),
        judge(answered(302, Location=f"https://me:{secret}@example.org/"), secrets=(secret,)),
    ):
        assert secret not in repr(answer)

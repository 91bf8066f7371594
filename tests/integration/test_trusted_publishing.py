"""Trusted publishing, by the installed program, in surroundings like those of a job of CI."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from installed import Ran, stage
from samples import write
from servers.legacy import LegacyServer
from servers.oidc import CLAIMS, Trusting, jwt
from servers.upload2 import Upload2Server
from staging import FILENAMES
from twine_stage.settings.identities import has_identity

pytestmark = pytest.mark.integration

MASK = "::add-mask::"
SECRET = "recognisable"
"""Stands in every token, identity and key there is."""


def publish(
    folder: Path,
    server: LegacyServer,
    trusting: Trusting,
    *options: str,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Publish in a job of GitHub, or of another kind."""
    job = trusting.environment(server.base) if variables is None else variables
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    ran = stage(
        folder, "publish", "dist/*", "--wait", "5", "--verbose", *(options or ("--api", "legacy")),
        "--repository-url", server.url, "--simple-url", server.simple_url,
        variables={**job, **summary},
    )  # fmt: skip
    assert "Traceback" not in ran.err
    assert leaks(folder, ran, trusting) == []
    return ran


def leaks(folder: Path, ran: Ran, trusting: Trusting) -> list[str]:
    """Where a secret stands that should not: anywhere but where GitHub is told to mask it."""
    lines = [*ran.out.splitlines(), *ran.err.splitlines()]
    shown = "\n".join(line for line in lines if not line.startswith(MASK)).encode()
    texts = {"the output": shown}
    texts |= {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    tokens = [f"__token__:{token}".encode() for token in trusting.tokens]
    secrets = [SECRET.encode(), *map(base64.b64encode, tokens)]
    return [name for name, text in texts.items() if any(secret in text for secret in secrets)]


def masked(ran: Ran) -> list[str]:
    """What GitHub is told to mask, in its order."""
    return [line.removeprefix(MASK) for line in ran.err.splitlines() if line.startswith(MASK)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with four files to publish, one after the other."""
    project = tmp_path / "project"
    write(project / "dist", *FILENAMES)
    return project


@pytest.mark.parametrize("described", [True, False], ids=["PEP 807", "as PyPI"])
def test_a_job_publishes_without_any_secret(folder: Path, described: bool) -> None:  # noqa: FBT001 - both ways
    """It says who it is, gets one token, and leaves none behind where it can be burned."""
    trusting = Trusting(described=described, features=["multi-use-token"])
    with LegacyServer(beside=trusting.answer, admits=trusting.admits) as server:
        ran = publish(folder, server, trusting)
    assert ran.status == 0, ran.err
    assert "as owner/repo, workflow release.yml, environment release\n" in ran.err
    assert masked(ran) == [*trusting.identities, *trusting.tokens]
    (token,) = trusting.tokens.values()
    assert (token.uses, token.is_burned) == (4, not described)
    assert len(server.accepted) == 4


def test_a_token_that_ends_while_files_go_out_is_renewed(folder: Path) -> None:
    """Each upload comes with a token that is good, although none lives as long as the whole."""
    trusting = Trusting(lifetime=2.5)
    with LegacyServer(beside=trusting.answer, admits=trusting.admits, delay=0.9) as server:
        ran = publish(folder, server, trusting)
    assert ran.status == 0, ran.err
    assert trusting.judged == [True] * 4
    assert len(trusting.tokens) >= 2
    assert sorted(masked(ran)) == sorted([*trusting.identities, *trusting.tokens])
    assert len(set(trusting.identities)) == len(trusting.tokens)


def test_tokens_that_serve_once(folder: Path) -> None:
    """Each request has its own."""
    trusting = Trusting(described=True, default_features=["single-use-token"], admits_once=True)
    with LegacyServer(beside=trusting.answer, admits=trusting.admits) as server:
        ran = publish(folder, server, trusting)
    assert ran.status == 0, ran.err
    assert [token.uses for token in trusting.tokens.values()] == [1, 1, 1, 1]


def test_an_identity_that_serves_once(folder: Path) -> None:
    """As GitLab's: its token is used to the end; then the error says so, and a retry finishes."""
    trusting = Trusting(lifetime=2.5)
    job = {"GITLAB_CI": "true", "HOUSE_ID_TOKEN": jwt("house", CLAIMS)}
    with LegacyServer(beside=trusting.answer, admits=trusting.admits, delay=0.9) as server:
        ran = publish(folder, server, trusting, variables=job)
        assert ran.status == 4, ran.err
        assert "error: the upload token has ended, and there is no other: " in ran.err
        assert "hint: Run the job again" in ran.err
        assert masked(ran) == []
        server.delay, trusting.lifetime = 0.0, 900.0
        job["HOUSE_ID_TOKEN"] = jwt("house", CLAIMS, number=1)
        again = publish(folder, server, trusting, variables=job)
    assert again.status == 0, again.err
    assert set(server.accepted.values()) == {1}
    assert all(trusting.judged)


def test_a_refusal_shows_what_the_index_compares(folder: Path) -> None:
    """The index's own words, though it repeats the identity in them, and the claims of the job."""
    claims = {name: value for name, value in CLAIMS.items() if name != "environment"}
    trusting = Trusting(refusals=["publisher"], claims=claims)
    with LegacyServer(beside=trusting.answer, admits=trusting.admits) as server:
        ran = publish(folder, server, trusting)
        assert server.posts == []
    assert ran.status == 4
    assert "valid token, but no corresponding publisher" in ran.err
    for line in ("repository: owner/repo", "environment: none", "ref: refs/tags/v1"):
        assert f"{line}\n" in ran.err
    assert "no corresponding publisher" in (folder / "summary.md").read_text()


def test_a_token_is_burned_although_publishing_fails(folder: Path) -> None:
    """What went wrong does not change that the run is over."""
    trusting = Trusting()
    with LegacyServer(beside=trusting.answer, admits=trusting.admits, faults=["refuse"]) as server:
        ran = publish(folder, server, trusting)
    assert ran.status == 4
    assert [token.is_burned for token in trusting.tokens.values()] == [True]


def test_a_job_without_the_permission_is_told_how_to_get_it(folder: Path) -> None:
    """In the words of the workflow."""
    trusting = Trusting()
    with LegacyServer(beside=trusting.answer, admits=trusting.admits) as server:
        ran = publish(folder, server, trusting, variables={"GITHUB_ACTIONS": "true"})
    assert ran.status == 4
    assert "permissions: id-token: write" in ran.err


@pytest.mark.skipif(has_identity({}), reason="this machine can prove what it is")
@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("automatic", "nobody can be asked"),
        ("never", "nobody can be asked"),
        ("always", "trusted publishing cannot be used: this is no job of GitHub Actions"),
    ],
)
def test_outside_of_ci_no_index_is_asked(folder: Path, mode: str, said: str) -> None:
    """Whatever the mode, there is nobody to vouch for; the end is the same, the reason is told."""
    trusting = Trusting()
    with LegacyServer(beside=trusting.answer, admits=trusting.admits) as server:
        ran = publish(folder, server, trusting, "--trusted-publishing", mode, variables={})
    assert ran.status == 4
    assert said in ran.err
    assert trusting.seen == []


def test_an_index_without_it(folder: Path) -> None:
    """A job is told that it was looked for, and what was answered."""
    trusting = Trusting(offered=False)
    with LegacyServer(beside=trusting.answer, admits=trusting.admits) as server:
        ran = publish(folder, server, trusting)
    assert ran.status == 4
    assert "trusted publishing (the index does not offer it: 404 Not Found at http" in ran.err
    assert trusting.identities == []


def test_a_password_comes_first(folder: Path) -> None:
    """Nothing is asked of the index then."""
    trusting = Trusting()
    given = {"TWINE_USERNAME": "me", "TWINE_PASSWORD": "my-password"}
    with LegacyServer(beside=trusting.answer, credentials=("me", "my-password")) as server:
        job = {**trusting.environment(server.base), **given}
        ran = publish(folder, server, trusting, variables=job)
    assert ran.status == 0, ran.err
    assert trusting.seen == []


def test_a_session_has_a_token_for_each_request(folder: Path) -> None:
    """Upload 2.0 makes more requests than there are files; those of a preview have none."""
    trusting = Trusting(described=True, default_features=["single-use-token"])
    with Upload2Server(beside=trusting.answer) as server:
        ran = publish(folder, server, trusting, "--api", "2.0")
        shown = [headers.get("authorization", "") for _, _, headers in server.requests]
    assert ran.status == 0, ran.err
    assert server.violations == []
    logins = [login for login in shown if login.startswith("Basic ")]
    assert len(logins) == len(set(logins)) > len(FILENAMES)
    assert all(trusting.admits(login) for login in logins)

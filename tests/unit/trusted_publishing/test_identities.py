"""Who we are: how it is told, and what is said where it cannot be had."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from id import AmbientCredentialError, GitHubOidcPermissionCredentialError

from servers.oidc import CLAIMS, REQUEST_TOKEN, OidcServer, jwt
from twine_stage.errors import CredentialsMissing
from twine_stage.trusted_publishing.identities import Identity, ambient, is_of_others, prove

GITLAB = {
    "sub": "project_path:group/sub/spam:ref_type:tag:ref:v1",
    "project_path": "group/sub/spam",
    "ci_config_ref_uri": "gitlab.example.org/group/sub/spam//.gitlab-ci.yml@refs/tags/v1",
    "ref": "v1",
}
BUILDKITE = {"sub": "s", "organization_slug": "org", "pipeline_slug": "spam"}
GOOGLE = {"sub": "1234", "email": "build@example.org"}


def identity(claims: Mapping[str, object]) -> Identity:
    return prove("house", detect=lambda audience: jwt(audience, claims), conceal=lambda _: None)


class TestClaims:
    @pytest.mark.parametrize(
        ("claims", "name"),
        [
            (CLAIMS, "owner/repo, workflow release.yml, environment release"),
            (GITLAB, "group/sub/spam"),
            ({**GITLAB, "environment": "production"}, "group/sub/spam, environment production"),
            (BUILDKITE, "org/spam"),
            (GOOGLE, "build@example.org"),
            ({"sub": "org/1/project/2"}, "org/1/project/2"),
            ({}, "this job"),
        ],
    )
    def test_a_name(self, claims: Mapping[str, object], name: str) -> None:
        """A few words for the note."""
        assert identity(claims).name == name

    def test_what_github_tells(self) -> None:
        """What the index compares, as it is called there."""
        assert identity(CLAIMS).told.splitlines() == [
            "repository: owner/repo",
            "workflow_ref: owner/repo/.github/workflows/release.yml@refs/tags/v1",
            "environment: release",
            "ref: refs/tags/v1",
            "sub: repo:owner/repo:environment:release",
            "aud: house",
        ]

    def test_a_reusable_workflow(self) -> None:
        """It is another than the one that calls it, and the index may mean either."""
        told = identity({**CLAIMS, "job_workflow_ref": "owner/shared/w.yml@main"}).told
        assert "job_workflow_ref: owner/shared/w.yml@main" in told

    def test_no_environment(self) -> None:
        """What is missing is what people miss."""
        assert "environment: none" in identity(GITLAB).told
        claims = {name: value for name, value in CLAIMS.items() if name != "environment"}
        assert "environment: none" in identity(claims).told
        assert "environment: none" in identity({**CLAIMS, "environment": None}).told

    def test_others(self) -> None:
        """Each issuer has its own names; some know no environments."""
        assert identity(BUILDKITE).told.splitlines() == [
            "organization_slug: org",
            "pipeline_slug: spam",
            "sub: s",
            "aud: house",
        ]
        assert identity(GOOGLE).told.splitlines()[0] == "email: build@example.org"
        assert identity({"sub": "x"}).told == "sub: x\naud: house"

    def test_nothing_but_text(self) -> None:
        """Control characters are taken out, and so is the token, should it be in itself."""
        assert identity({"repository": "a\x1b[31m\n::error::b"}).name == "a [31m ::error::b"
        assert "number" not in identity({"number": 7}).told

    @pytest.mark.parametrize("token", ["x", "x.y", "x.é.z", "x.W10.z", "x.e30.z", "x.!!!.z"])
    def test_what_is_no_token_tells_nothing(self, token: str) -> None:
        """Only the index can say what is wrong with it."""
        found = prove("house", detect=lambda _: token, conceal=lambda _: None)
        assert (found.name, found.told, found.token.value) == ("this job", "", token)

    def test_it_is_concealed(self) -> None:
        """It shows in no representation, and whoever masks it hears of it."""
        concealed: list[str] = []
        found = prove("house", detect=lambda a: jwt(a, CLAIMS), conceal=concealed.append)
        assert concealed == [found.token.value]
        assert "signature" not in f"{found!r} {found}"


class TestMissing:
    def missing(self, outcome: Exception | str | None) -> CredentialsMissing:
        def detect(audience: str) -> str | None:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        with pytest.raises(CredentialsMissing) as caught:
            prove("house", detect=detect, conceal=lambda _: None)
        assert caught.value.exit_status == 4
        return caught.value

    def test_no_job(self) -> None:
        """Where nothing can prove anything, the places are named where something can."""
        assert "no job of GitHub Actions, GitLab CI" in self.missing(None).message

    def test_no_permission(self) -> None:
        """GitHub gives an identity only to jobs that ask for it, in these words."""
        error = self.missing(GitHubOidcPermissionCredentialError("GitHub: missing"))
        assert "lacks the permission" in error.message
        assert "permissions: id-token: write" in error.hint

    def test_no_variable(self) -> None:
        """GitLab makes an identity only where the job says for whom; so this is said."""
        problem = "GitLab: Environment variable HOUSE_ID_TOKEN not found"
        error = self.missing(AmbientCredentialError(problem))
        assert error.message.endswith(problem)
        assert "id_tokens: {HOUSE_ID_TOKEN: {aud: house}}" in error.hint

    def test_no_secret_is_repeated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The library says what it was answered, and an answer may repeat what was sent."""
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", REQUEST_TOKEN)
        token = jwt("house", CLAIMS)
        problem = f"GitHub: failed (code=500, body='{REQUEST_TOKEN} {token}\\n')"
        error = self.missing(AmbientCredentialError(problem))
        assert "GitHub: failed (code=500, body='******** ********" in error.message
        assert "recognisable" not in f"{error.message} {error.hint}"

    def test_anything_else(self) -> None:
        """Of what the library lets through, only the kind is told."""
        error = self.missing(ValueError("recognisable"))
        assert "cannot be had (ValueError)" in error.message
        assert "recognisable" not in f"{error.message} {error.hint}"


def test_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library asks GitHub's issuer, for the audience that the index wants."""
    with OidcServer() as server:
        for name, value in server.trusting.environment(server.base).items():
            monkeypatch.setenv(name, value)
        token = ambient("house")
        assert token == server.trusting.identities[0]
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "recognisable-other")
        with pytest.raises(CredentialsMissing) as caught:
            prove("house", detect=ambient, conceal=lambda _: None)
    assert "code=403" in caught.value.message
    assert "recognisable" not in caught.value.message


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("pypi", True),
        ("TestPyPI", True),
        ("sigstore", True),
        ("sts.amazonaws.com", True),
        ("api://AzureADTokenExchange", True),
        ("https://iam.googleapis.com/projects/1/x", True),
        ("npm:registry.example", True),
        ("https://github.com/owner", True),
        ("house", False),
        ("https://pypi.example.org/", False),
        ("my-pypi", False),
    ],
)
def test_audiences_of_others(audience: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Who gets an identity for such an audience can be us somewhere else."""
    assert is_of_others(audience) is expected

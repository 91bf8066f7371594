"""The identity of a job: a token of OpenID Connect that CI signs, and what it says of the job.

The token is a secret, what it says is not: people compare it with what they told the index.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from twine_stage.errors import CredentialsMissing
from twine_stage.settings import Secret
from twine_stage.settings.identities import PLACES
from twine_stage.transport import clean
from twine_stage.trusted_publishing.offers import json_object

Detect = Callable[[str], str | None]
"""From an audience to the token of this job; None where there is none."""

_SHOWN = (
    ("repository", "workflow_ref", "job_workflow_ref", "environment", "ref"),  # GitHub
    ("project_path", "ci_config_ref_uri", "environment", "ref"),  # GitLab
    ("organization_slug", "pipeline_slug"),  # Buildkite
    ("email",),  # Google
)
"""The claims that indexes compare; the first of them tells who signed the token."""

_OF_OTHERS = re.compile(
    r"(?:test)?pypi|sigstore|npm:.*|sts\.amazonaws\.com|api://azureadtokenexchange"
    r"|.*\biam\.googleapis\.com\b.*|https://git(?:hub|lab)\.com\b.*",
    re.IGNORECASE,
)
"""Audiences that open something: who gets such a token can be us there."""

_JWT = re.compile(r"\bey[\w-]+\.[\w-]+\.[\w-]*")
_VARIABLE = re.compile(r"\b[A-Z0-9_]+_ID_TOKEN\b")
_REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are: the token, and its claims, which nobody verified here."""

    token: Secret
    claims: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Who that is, in a few words."""
        claims = self.claims
        who = (
            claims.get("repository")
            or claims.get("project_path")
            or "/".join(filter(None, map(claims.get, _SHOWN[2])))
            or claims.get("email")
            or claims.get("sub", "this job")
        )
        workflow = claims.get("workflow_ref", "").partition("@")[0].rpartition("/")[2]
        parts = (("workflow", workflow), ("environment", claims.get("environment")))
        return ", ".join((who, *(f"{what} {name}" for what, name in parts if name)))

    @property
    def told(self) -> str:
        """What an index compares, a line for each claim."""
        claims = dict(self.claims)
        if claims.get("job_workflow_ref") == claims.get("workflow_ref"):
            claims.pop("job_workflow_ref", None)
        shown = next((names for names in _SHOWN if names[0] in claims), ())
        lines = [
            f"{name}: {claims.get(name) or 'none'}"
            for name in (*shown, "sub", "aud")
            if name in claims or name == "environment"
        ]
        return "\n".join(lines)


def ambient(audience: str) -> str | None:
    """The token that the surroundings give to this job; raises what the library raises."""
    from id import detect_credential  # noqa: PLC0415 - few commands need it

    return detect_credential(audience)


def prove(audience: str, *, detect: Detect, conceal: Callable[[str], None]) -> Identity:
    """Who we are, for somebody.

    Args:
        audience: whom it is for.
        detect: finds the token.
        conceal: is told the token before anything else is done with it.

    Raises:
        CredentialsMissing: it cannot be had.
    """
    try:
        token = detect(audience)
    except Exception as error:  # noqa: BLE001 - the library lets through what happens below it
        raise _missing(error, audience) from None
    if not token:
        raise CredentialsMissing(f"there is no identity here: this is no job of {PLACES}")
    conceal(token)
    return Identity(Secret(token), _claims(token))


def is_of_others(audience: str) -> bool:
    """Whether an identity for this audience opens something that is no affair of a new index."""
    return _OF_OTHERS.fullmatch(audience) is not None


def _claims(token: str) -> Mapping[str, str]:
    """What a token says; nothing where it is no token."""
    _, _, rest = token.partition(".")
    payload = rest.partition(".")[0]
    try:
        document = json_object(base64.urlsafe_b64decode(f"{payload}=="))
    except ValueError:
        return {}
    return {
        name: clean(value, secrets=[token])
        for name, value in document.items()
        if isinstance(value, str)
    }


def _missing(error: Exception, audience: str) -> CredentialsMissing:
    from id import GitHubOidcPermissionCredentialError, IdentityError  # noqa: PLC0415 - as above

    if isinstance(error, GitHubOidcPermissionCredentialError):
        return CredentialsMissing(
            "GitHub gives this job no identity: it lacks the permission",
            hint="Give the job the permission in the workflow: permissions: id-token: write. "
            "Jobs for pull requests from forks cannot have it.",
        )
    if not isinstance(error, IdentityError):
        return CredentialsMissing(
            f"the identity of this job cannot be had ({type(error).__name__})",
            hint="Run the job again, or give a token with --trusted-publishing never.",
        )
    said = clean(_JWT.sub("********", str(error)), secrets=[os.environ.get(_REQUEST_TOKEN, "")])
    variable = _VARIABLE.search(said)
    return CredentialsMissing(
        f"the identity of this job cannot be had: {said}",
        hint=f"Have GitLab make it: id_tokens: {{{variable[0]}: {{aud: {clean(audience)}}}}}"
        if variable
        else "Run the job again, or give a token with --trusted-publishing never.",
    )

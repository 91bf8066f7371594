"""Tokens: whether an index that takes nothing but API tokens will refuse what we have."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from twine_stage import api_tokens
from twine_stage.credentials import TOKEN_USERNAME, Credentials, Login
from twine_stage.errors import Refused


@dataclass(frozen=True, slots=True)
class TokenGate:
    """Stands before an index that takes API tokens alone, as PyPI does.

    ``host`` is the one that its tokens name; ``now`` tells the time, aware.
    """

    url: str
    host: str
    now: Callable[[], datetime]

    def expect_usable(self, login: Login | None, projects: Collection[str]) -> None:
        """Say before anything is sent what the index would say of every file.

        What a job is given by trusted publishing was made for it a moment ago.

        Raises:
            Refused: it is no token, or one that ended, or was made for something else.
        """
        if not isinstance(login, Credentials):
            return
        problem = self._problem(login, projects)
        if problem:
            raise Refused(
                f"{self.url} will refuse the credentials: {problem}",
                hint="Make an API token for the project on the site of the index, and give it as "
                f"the password; the user name is {TOKEN_USERNAME}.",
            )

    def _problem(self, login: Credentials, projects: Collection[str]) -> str | None:
        if login.username.value != TOKEN_USERNAME:
            return f"it takes API tokens alone, and the user name is not {TOKEN_USERNAME}"
        if not api_tokens.is_token(login.password.value):
            return "it takes API tokens alone, and the password is none"
        token = api_tokens.read(login.password.value)
        objection = token and token.objection(location=self.host, projects=projects, now=self.now())
        return f"of the API token, {objection}" if objection else None

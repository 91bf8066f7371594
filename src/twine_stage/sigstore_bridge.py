"""The only module that imports sigstore, always inside functions: it is the extra ``sign``.

All cryptography is sigstore's. It takes the bytes of an in-toto statement as they are, and signs
them within a DSSE envelope of the type ``application/vnd.in-toto+json``.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from twine_stage.errors import (
    CredentialsMissing,
    Damaged,
    LocalError,
    NotSigned,
    Refused,
    StageError,
    Unreachable,
    UsageError,
)
from twine_stage.signers import Signature, Signer
from twine_stage.transport import clean
from twine_stage.transport.sentences import sentence

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from requests import Response
    from sigstore.models import Bundle, ClientTrustConfig

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_ISSUER = "1.3.6.1.4.1.57264.1.1"
"""The extension of a certificate in which Fulcio keeps the issuer of the identity, as text."""

_AGAIN = "Run the same command again: it goes on where this one stopped."
_SERVER_ERRORS = 500


def _public(is_offline: bool) -> ClientTrustConfig:  # noqa: FBT001 - it is handed on
    from sigstore.models import ClientTrustConfig  # noqa: PLC0415 - the extra

    return ClientTrustConfig.production(offline=is_offline)


def _log_in_at(issuer: str) -> str:
    from sigstore.oidc import Issuer  # noqa: PLC0415 - the extra

    return str(Issuer(issuer).identity_token())


@dataclass(frozen=True)
class Sigstore:
    """An instance of Sigstore.

    Args:
        trust_config: a file that describes it, as ``sigstore --trust-config`` reads it; the public
            instance if None.
        is_offline: trust the roots that are on this machine, and ask for none.
        find: finds a module, None where it is not installed.
        public: describes the public instance, from this machine alone if it is handed True.
        log_in_at: the token of a person who logs in at an issuer.

    Raises:
        LocalError: the extra is not installed.
    """

    trust_config: Path | None = None
    is_offline: bool = False
    find: Callable[[str], object] = find_spec
    public: Callable[[bool], ClientTrustConfig] = _public
    log_in_at: Callable[[str], str] = _log_in_at

    def __post_init__(self) -> None:
        if self.find("sigstore") is None:
            raise LocalError(
                "signatures need the extra sign, which is not installed",
                hint='Install it: python -m pip install "twine-stage[sign]"',
            )
        for name in ("sigstore", "tuf"):  # what they warn of, an error says
            logging.getLogger(name).addHandler(logging.NullHandler())

    def log_in(self) -> str:
        """The identity token of a person, who proves in a browser who they are.

        Raises:
            CredentialsMissing: they did not.
            Unreachable: no answer.
        """
        from sigstore.oidc import IdentityError  # noqa: PLC0415 - the extra

        with _asking(""), redirect_stdout(sys.stderr):  # stdout is for results
            try:
                return self.log_in_at(self._config.signing_config.get_oidc_url())
            except IdentityError as error:
                raise CredentialsMissing(
                    f"Sigstore does not learn who you are: {clean(str(error))}",
                    hint="Log in once more: run the same command again.",
                ) from error

    def sign(self, content: bytes, token: str) -> Signature:
        """Sign exactly these bytes, which are an in-toto statement.

        Args:
            content: the statement.
            token: proves who signs.

        Raises:
            CredentialsMissing: the token is none that Sigstore could use.
            Refused: Sigstore does not take it.
            Unreachable: no answer.
        """
        from sigstore.dsse import Statement  # noqa: PLC0415 - the extra
        from sigstore.oidc import IdentityError, IdentityToken  # noqa: PLC0415 - the extra
        from sigstore.sign import SigningContext  # noqa: PLC0415 - the extra

        try:
            identity = IdentityToken(token)
        except IdentityError as error:
            said = clean(str(error), secrets=[token])
            raise CredentialsMissing(f"the identity cannot be signed with: {said}") from None
        context = SigningContext.from_trust_config(self._config)
        with _asking(token), context.signer(identity) as signer:
            bundle = signer.sign_dsse(Statement(content))
        return Signature(bundle.to_json().encode(), _signer(bundle.signing_certificate))

    def verify(self, bundle: bytes, signer: Signer, *, name: str) -> bytes:
        """The bytes that a bundle proves to be signed by whom they should be.

        Args:
            bundle: the Sigstore bundle.
            signer: by whom.
            name: what errors call the bundle.

        Raises:
            Damaged: it is no bundle.
            NotSigned: it does not prove that.
            Unreachable: the roots of trust cannot be had.
        """
        from sigstore.verify import Verifier, policy  # noqa: PLC0415 - the extra

        read = _bundle(bundle, name)
        verifier = Verifier(trusted_root=self._config.trusted_root)
        expected = policy.Identity(identity=signer.identity, issuer=signer.issuer)
        try:
            kind, payload = verifier.verify_dsse(read, expected)
        except Exception as error:  # a hostile bundle brings about any
            raise NotSigned(
                f"{name} does not prove a signature by {signer}: "
                f"{clean(str(error)) or type(error).__name__}",
                hint="Ask whoever released it who signs; trust nothing that it says until then.",
            ) from error
        if kind != PAYLOAD_TYPE:
            raise NotSigned(f"{name} signs {clean(kind)}, expected {PAYLOAD_TYPE}")
        return payload

    @cached_property
    def _config(self) -> ClientTrustConfig:
        """What is trusted, and where is signed.

        Raises:
            UsageError: the file that describes it cannot be read.
            Damaged: it is not such a file.
            Unreachable: the public instance does not answer.
        """
        from sigstore.errors import Error  # noqa: PLC0415 - the extra

        if self.trust_config is not None:
            return _described(self.trust_config)
        try:
            return self.public(self.is_offline)
        except (Error, OSError, ValueError) as error:
            raise Unreachable(
                f"the roots of trust of Sigstore cannot be had: {clean(str(error))}",
                hint="Run it again; --offline trusts those that came with the extra.",
            ) from error


def _described(path: Path) -> ClientTrustConfig:
    from sigstore.errors import Error  # noqa: PLC0415 - the extra
    from sigstore.models import ClientTrustConfig  # noqa: PLC0415 - the extra

    try:
        return ClientTrustConfig.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"expected a trust configuration at {path}, found: {error.strerror}"
        ) from error
    except (Error, ValueError) as error:
        raise Damaged(
            str(path),
            f"expected a trust configuration of Sigstore: {_summary(error)}",
        ) from error


def _bundle(content: bytes, name: str) -> Bundle:
    from sigstore.models import Bundle  # noqa: PLC0415 - the extra

    try:
        return Bundle.from_json(content)
    except Exception as error:
        problem = f"expected a Sigstore bundle: {_summary(error)}"
        raise Damaged(name, problem, hint="Take the file from a copy.") from error


def _summary(error: Exception) -> str:
    """What is wrong with a document; a line per field, and pages to read, follow the first."""
    return clean(str(error).partition("\n")[0]) or type(error).__name__


@contextmanager
def _asking(token: str) -> Iterator[None]:
    """Say in one sentence what an instance of Sigstore refused."""
    try:
        yield
    except StageError:
        raise
    except Exception as error:
        answered = _answered(error)
        if answered is None:
            said = clean(str(error), secrets=[token]) or type(error).__name__
            raise Unreachable(f"Sigstore did not sign: {said}", hint=_AGAIN) from error
        said = sentence(
            status=answered.status_code,
            reason=answered.reason or "",
            content_type=answered.headers.get("Content-Type", "").partition(";")[0],
            body=answered.content,
            secrets=[token],
        )
        if answered.status_code < _SERVER_ERRORS:
            hint = "It has to trust the issuer of the identity."
            raise Refused(f"Sigstore does not sign: {said}", hint=hint) from error
        raise Unreachable(f"Sigstore does not sign now: {said}", hint=_AGAIN) from error


def _answered(error: BaseException) -> Response | None:
    """The answer that an error is about, or what it came from; None where there was none."""
    from requests import HTTPError  # noqa: PLC0415 - costs 0.1 s

    for one in (error, error.__cause__, error.__context__):
        if isinstance(one, HTTPError) and one.response is not None:
            return one.response
    return None


def _signer(certificate: Certificate) -> Signer:
    """Whom a certificate names; a mail address, or the URL of a workflow."""
    from cryptography.x509 import (  # noqa: PLC0415 - the extra
        RFC822Name,
        SubjectAlternativeName,
        UniformResourceIdentifier,
        UnrecognizedExtension,
    )

    names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    mails = names.get_values_for_type(RFC822Name)
    urls = names.get_values_for_type(UniformResourceIdentifier)
    issuers = [
        one.value.value.decode()
        for one in certificate.extensions
        if isinstance(one.value, UnrecognizedExtension) and one.oid.dotted_string == _ISSUER
    ]
    return Signer(identity=", ".join((*mails, *urls)), issuer=", ".join(issuers))

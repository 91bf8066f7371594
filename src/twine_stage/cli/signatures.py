"""Signatures: what command lines and the project say of signing, and of who should have signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twine_stage.cli.call import Call
from twine_stage.errors import UsageError
from twine_stage.manifest import Manifest
from twine_stage.operations.signing import Proving, Signing, token
from twine_stage.reporting import Reporter
from twine_stage.settings import load_project
from twine_stage.signers import Signer

if TYPE_CHECKING:
    from twine_stage.sigstore_bridge import Sigstore

_PANEL = "Signature"
_WHO = "Give --identity and --issuer, or put both into [tool.stage.signature]."


_TrustConfig = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=_PANEL,
        help="The trust configuration of an instance of Sigstore other than the public one.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningOptions:
    """Whether to sign, and where."""

    sign: Annotated[
        bool,
        typer.Option(
            "--sign",
            rich_help_panel=_PANEL,
            help="Sign the manifests with Sigstore, as the job of CI or the person that you are. "
            "Needs the extra sign.",
        ),
    ] = False
    trust_config: _TrustConfig = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureOptions:
    """Who should have signed, and how that is known."""

    bundle: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_PANEL,
            help="The signature over the manifest; by default the one in the stage.",
        ),
    ] = None
    identity: Annotated[
        str | None,
        typer.Option(
            metavar="WHO",
            rich_help_panel=_PANEL,
            help="Who must have signed: a mail address, or the URL of a workflow.",
        ),
    ] = None
    issuer: Annotated[
        str | None,
        typer.Option(
            metavar="URL", rich_help_panel=_PANEL, help="Who must have vouched for the identity."
        ),
    ] = None
    offline: Annotated[
        bool,
        typer.Option(
            "--offline",
            rich_help_panel=_PANEL,
            help="Trust the roots of Sigstore that are on this machine, and ask for none.",
        ),
    ] = False
    trust_config: _TrustConfig = None

    @property
    def are_given(self) -> bool:
        """Whether the command line asks for a proof."""
        return any((self.bundle, self.identity, self.issuer))


def signing(call: Call, options: SigningOptions, reporter: Reporter) -> Signing | None:
    """How manifests are signed; None if they are not.

    Raises:
        UsageError: there is nothing to sign where a trust configuration is for.
        LocalError: the extra is not installed.
    """
    if not options.sign:
        if options.trust_config:
            raise UsageError("--trust-config is for --sign", hint="Add --sign, or leave it out.")
        return None
    instance = _instance(call, options.trust_config)
    log_in = instance.log_in if call.surroundings.is_interactive else None

    @cache
    def proof() -> str:
        return token(call.surroundings.environ, log_in=log_in, reporter=reporter)

    return Signing(signs=instance, token=proof, reporter=reporter)


def prove(
    call: Call,
    options: SignatureOptions,
    manifests: Sequence[Manifest],
    places: Sequence[Path | str],
    reporter: Reporter,
) -> None:
    """Prove that manifests are signed by whom they should be, where anybody says who that is.

    Args:
        call: the call.
        options: what the command line says of it.
        manifests: those that were read from places, then those of the stage.
        places: paths and URLs.
        reporter: hears what is proven.

    Raises:
        UsageError: the command line says half of it.
        NotSigned: a manifest is not what was signed, or is not signed by whom it should be.
    """
    signer = _signer(call, options)
    if signer is None:
        return

    @cache
    def instance() -> Sigstore:
        return _instance(call, options.trust_config, is_offline=options.offline)

    Proving(
        signer=signer,
        bundle=call.folder / options.bundle if options.bundle else None,
        is_demanded=options.are_given,
        verifies=instance,
        reporter=reporter,
    ).prove(manifests, places, call.find_store())


def _signer(call: Call, options: SignatureOptions) -> Signer | None:
    configured = load_project(call.folder).signer
    identity = options.identity or (configured.identity if configured else "")
    issuer = options.issuer or (configured.issuer if configured else "")
    if identity and issuer:
        return Signer(identity, issuer)
    if options.are_given:
        raise UsageError(
            "a signature proves nothing unless it is said who must have signed, and who must have "
            "vouched for them",
            hint=_WHO,
        )
    if options.offline or options.trust_config:
        raise UsageError(
            "--offline and --trust-config are for proving signatures, and nobody says who signs",
            hint=_WHO,
        )
    return None


def _instance(call: Call, trust_config: str | None, *, is_offline: bool = False) -> Sigstore:
    from twine_stage.sigstore_bridge import Sigstore  # noqa: PLC0415 - costs 0.1 s

    path = call.folder / trust_config if trust_config else None
    return Sigstore(path, is_offline=is_offline)

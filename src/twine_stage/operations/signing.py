"""Signing: a signature over exactly the bytes of a manifest, kept beside it; and its proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twine_stage.errors import CredentialsMissing, NotSigned, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.reporting import Reporter
from twine_stage.settings.identities import PLACES, has_identity
from twine_stage.signers import Signature, Signer
from twine_stage.store import Store

AUDIENCE = "sigstore"
"""Whom an identity has to be meant for."""

_SIGN = "Sign it: stage freeze --sign"


class Signs(Protocol):
    """Who signs bytes with a token that proves an identity."""

    def sign(self, content: bytes, token: str) -> Signature:
        """Sign exactly these bytes."""
        ...


class Verifies(Protocol):
    """Who reads what a bundle proves to be signed by somebody; ``name`` is for errors."""

    def verify(self, bundle: bytes, signer: Signer, *, name: str) -> bytes:
        """The bytes that are signed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How manifests are signed; ``token`` proves by whom, and is asked for when it is needed."""

    signs: Signs
    token: Callable[[], str]
    reporter: Reporter

    def sign(self, store: Store, manifest: Manifest) -> None:
        """Sign a manifest of the stage, once.

        Raises:
            CredentialsMissing: nobody proves who signs.
            Refused: who signs is not accepted.
            Unreachable: no answer.
            WrongState: it was frozen anew meanwhile.
            StorageFailed: it was thawed meanwhile, or the disk refused.
        """
        files = store.manifest_files(manifest)
        if files.bundle() is not None:
            return
        content = files.content()
        signature = self.signs.sign(content, self.token())
        with store.lock(manifest.id, command="freeze"):
            if files.content() != content:
                raise WrongState(f"{manifest.id} was frozen anew while it was signed", hint=_SIGN)
            files.sign(signature.bundle)
        self.reporter.note(f"{manifest.id} is signed by {signature.signer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """How it is proven that manifests are signed by whom they should be.

    Args:
        signer: by whom.
        bundle: a signature over the one manifest that there is; None for those in the stage.
        is_demanded: a manifest without a signature is none that was asked for.
        verifies: who can tell; asked for when there is something to tell.
        reporter: hears what is proven.
    """

    signer: Signer
    bundle: Path | None
    is_demanded: bool
    verifies: Callable[[], Verifies]
    reporter: Reporter

    def prove(
        self, manifests: Sequence[Manifest], places: Sequence[Path | str], store: Store | None
    ) -> None:
        """Prove manifests: first those that were read from places, then those of the stage.

        Raises:
            UsageError: the bundle cannot be read, or there are several manifests for it.
            NotSigned: a manifest is not what was signed, or is not signed by whom it should be.
        """
        if self.bundle is not None and len(manifests) != 1:
            raise UsageError(
                f"--bundle signs one manifest, and here are {len(manifests)}",
                hint="Name one: --manifest FILE, or a release.",
            )
        for number, manifest in enumerate(manifests):
            place = places[number] if number < len(places) else None
            self._prove(manifest, place, store)

    def _prove(self, manifest: Manifest, place: Path | str | None, store: Store | None) -> None:
        files = store.manifest_files(manifest) if store and place is None else None
        path = self.bundle or (files.signature if files else None)
        bundle = _read(self.bundle) if self.bundle else files.bundle() if files else None
        if bundle is None or path is None:
            if self.is_demanded:
                hint = f"{_SIGN} {manifest.id}" if files else "Name its signature: --bundle FILE"
                raise NotSigned(f"{manifest.id} has no signature", hint=hint)
            self.reporter.note(f"{manifest.id} has no signature")
            return
        signed = self.verifies().verify(bundle, self.signer, name=str(path))
        content = files.content() if files else _again(place, signed)
        if content != signed or Manifest.loads(signed, name=str(path)) != manifest:
            raise NotSigned(
                f"{path} is a signature by {self.signer}, but not over this manifest of "
                f"{manifest.id}",
                hint="Take manifest and signature from the same place.",
            )
        self.reporter.note(f"{manifest.id} is what {self.signer} signed")


def token(
    environ: Mapping[str, str],
    *,
    log_in: Callable[[], str] | None,
    detect: Callable[[str], str | None] | None = None,
    reporter: Reporter,
) -> str:
    """What proves who signs: the identity of this job of CI, else that of a person.

    Args:
        environ: the environment.
        log_in: asks a person; None where nobody sits there.
        detect: finds the identity of this job for an audience.
        reporter: hears what must not be shown.

    Raises:
        CredentialsMissing: there is none.
    """
    from twine_stage.trusted_publishing.identities import (  # noqa: PLC0415 - costs 0.1 s
        ambient,
        prove,
    )

    if has_identity(environ):
        try:
            identity = prove(AUDIENCE, detect=detect or ambient, conceal=reporter.conceal)
        except CredentialsMissing as error:
            raise CredentialsMissing(error.message, hint=_PERMISSION) from error
        return identity.token.value
    if log_in is None:
        raise CredentialsMissing(
            f"nobody proves who signs: this is no job of {PLACES}, and no terminal",
            hint="Sign in a job, or at a terminal, where a browser can be opened.",
        )
    found = log_in()
    reporter.conceal(found)
    return found


_PERMISSION = (
    "In a workflow of GitHub, give the job the permission: id-token: write. In GitLab, have it "
    f"made: id_tokens: {{SIGSTORE_ID_TOKEN: {{aud: {AUDIENCE}}}}}"
)


def _again(place: Path | str | None, signed: bytes) -> bytes:
    """The bytes of a manifest, where they can be had twice: what a pipe or a URL gave is gone."""
    return _read(place) if isinstance(place, Path) and place.is_file() else signed


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"expected a file at {path}, found: {error.strerror}") from error

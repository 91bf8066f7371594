"""Signers: by whom a manifest is signed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signer:
    """An identity, a mail address or the URL of a workflow, and the issuer that vouches for it."""

    identity: str
    issuer: str

    def __str__(self) -> str:
        return f"{self.identity} of {self.issuer}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A Sigstore bundle, and by whom it says that it is."""

    bundle: bytes
    signer: Signer

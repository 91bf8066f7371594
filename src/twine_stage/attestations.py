"""Attestations: what an attestation object (PEP 740) says, and of which file.

Nothing here is cryptographic. Whether a signature holds, and who may have made it, is for the index
to judge, which knows the publisher; what is judged here is what it would refuse from anybody.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace

from twine_stage import sizes
from twine_stage.digests import SHORT, sha256
from twine_stage.distributions import Attestation, Filename
from twine_stage.documents import Node
from twine_stage.errors import Damaged, InvalidDistribution
from twine_stage.manifest import STATEMENT_TYPE

LARGEST = 1 << 20
"""How many bytes an attestation may have; a usual one has ten thousand."""

VERSION = 1
"""The one version of attestation objects."""

_NAME = re.compile(r"(?P<subject>.+\.(?:whl|tar\.gz|zip))\..+\.attestation")
_KNOWN = re.compile(
    r"https://docs\.[^/]+/attestations/publish/v1"  # the host is that of the index's own pages
    r"|https://slsa\.dev/provenance/v1"
)
_AGAIN = "Make it again with the tool that made it; stage sends what others have signed."
_SIGN = "Attest the file once more, as it is after its last build, or take that file's attestation."


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the attestation in the file ``name`` states.

    ``subject`` is the filename of the one distribution that it is about, ``digest`` the SHA-256
    that it says the distribution has; ``attestation`` is what a manifest keeps of it.
    """

    name: str
    subject: str
    digest: str
    attestation: Attestation

    @property
    def file(self) -> str:
        """The filename of the distribution that it belongs to by its own name."""
        return subject_of(self.name)

    @property
    def is_familiar(self) -> bool:
        """Whether it is a publish attestation or SLSA provenance; PyPI refuses all others."""
        return _KNOWN.fullmatch(self.attestation.predicate_type) is not None


def subject_of(name: str) -> str:
    """The filename of the distribution that an attestation file belongs to by its own name.

    Raises:
        InvalidDistribution: the name says none.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise InvalidDistribution(
            name,
            "expected a name like spam-1.0-py3-none-any.whl.publish.attestation",
            hint="Name it after the file that it is about.",
        )
    return match["subject"]


def read(content: bytes, *, name: str) -> Statement:
    """What the attestation object in a file states.

    Args:
        content: the bytes of the file.
        name: its name.

    Raises:
        InvalidDistribution: its name says no distribution, or it is no such object, with the
            place that is wrong in it (``envelope.statement.subject[0].digest.sha256: missing``).
    """
    subject_of(name)
    if len(content) > LARGEST:
        raise InvalidDistribution(
            name, f"expected at most {sizes.shown(LARGEST)}, found more: no attestation is as large"
        )
    try:
        node = Node.loads(content, name=name)
        node.get("version").expect(VERSION)
        _expect_material(node.get("verification_material"))
        _bytes(node.get("envelope").get("signature"))
        return _stated(_statement(node.get("envelope").get("statement")), content)
    except Damaged as error:
        raise InvalidDistribution(
            name, f"expected an attestation object (PEP 740): {error.problem}", hint=_AGAIN
        ) from error


def judge(statement: Statement, *, filename: Filename, digest: str) -> None:
    """Whether a statement is about a distribution.

    Filenames are compared by what they say, as PyPI does: a version may be spelled differently.

    Raises:
        InvalidDistribution: it is about another one, or about other bytes.
    """
    if not _is_same(statement.subject, filename):
        raise InvalidDistribution(
            statement.name,
            f"expected a statement about {filename}, found one about {statement.subject[:200]!a}",
            hint=_SIGN,
        )
    if statement.digest != digest:
        raise InvalidDistribution(
            statement.name,
            f"expected a statement about SHA-256 {digest[:SHORT]}, which {filename} has, "
            f"found {statement.digest[:SHORT]}",
            hint=_SIGN,
        )


def _expect_material(node: Node) -> None:
    _bytes(node.get("certificate"))
    entries = node.get("transparency_entries")
    if not entries.items():
        raise entries.fail("expected at least one entry of a transparency log, found none")
    for entry in entries.items():
        entry.members()  # an object; what is in it depends on the log


def _statement(node: Node) -> Node:
    """The statement that stands in the envelope, in base64."""
    content = _bytes(node)
    try:
        inner = Node.loads(content, name=node.name)
    except Damaged as error:
        raise node.fail(error.problem) from error
    return replace(inner, path=node.path)


def _stated(node: Node, content: bytes) -> Statement:
    node.get("_type").expect(STATEMENT_TYPE)
    subjects = node.get("subject").items()
    if len(subjects) != 1:
        raise node.get("subject").fail(f"expected one subject, found {len(subjects)}")
    [subject] = subjects
    return Statement(
        name=node.name,
        subject=subject.get("name").text(),
        digest=subject.get("digest").get("sha256").hash(),
        attestation=Attestation(
            predicate_type=node.get("predicateType").text(), sha256=sha256(content)
        ),
    )


def _bytes(node: Node) -> bytes:
    """What stands there in base64; neither line breaks nor nothing at all."""
    try:
        content = base64.b64decode(node.text(), validate=True)
    except ValueError:
        raise node.unlike("base64") from None
    if not content:
        raise node.unlike("base64 of something")
    return content


def _is_same(subject: str, filename: Filename) -> bool:
    try:
        parsed = Filename.parse(subject)
    except InvalidDistribution:
        return False
    return replace(parsed, text=filename.text) == filename

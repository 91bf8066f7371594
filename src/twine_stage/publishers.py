"""Publishers: who a provenance object (PEP 740) says published a file, and of which bytes.

An index has verified what it serves there. Nothing here is cryptographic: this compares what was
said of one file with what was said of it before, and of the others of its release.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from twine_stage.documents import Node
from twine_stage.errors import Damaged

_FACTS = ("repository", "workflow", "workflow_filepath", "environment", "email", "sub")
"""What tells publishers of a kind apart: of a workflow on GitHub or GitLab, or of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a provenance object says.

    ``publishers`` are told in a line each, sorted: ``GitHub repository=o/spam workflow=ci.yml``;
    ``digests`` are the SHA-256 of what was attested.
    """

    publishers: tuple[str, ...]
    digests: frozenset[str]

    def __str__(self) -> str:
        return " and ".join(self.publishers)


def read(content: bytes, *, name: str) -> Provenance:
    """Read a provenance object.

    Args:
        content: the document.
        name: what errors call it.

    Raises:
        Damaged: it is none, with the place that is wrong in it.
    """
    node = Node.loads(content, name=name)
    bundles = node.get("attestation_bundles").items()
    if not bundles:
        raise node.get("attestation_bundles").fail("expected at least one, found none")
    return Provenance(
        publishers=tuple(sorted({_publisher(bundle.get("publisher")) for bundle in bundles})),
        digests=frozenset(
            digest
            for bundle in bundles
            for attestation in bundle.get("attestations").items()
            for digest in _digests(attestation)
        ),
    )


def strangers(publishers: Mapping[str, str]) -> Mapping[str, str]:
    """The files whose publisher is not that of most of the release, which is told beside each.

    Where no publisher has more files than any other, all are told: one of them is a stranger.
    """
    ranked = Counter(publishers.values()).most_common()
    most = [publisher for publisher, count in ranked if count == ranked[0][1]]
    if len(ranked) <= 1:
        return {}
    if len(most) == 1:
        return {name: most[0] for name, own in publishers.items() if own != most[0]}
    return {
        name: ", ".join(sorted(publisher for publisher, _ in ranked if publisher != own))
        for name, own in publishers.items()
    }


def _publisher(node: Node) -> str:
    facts = ((key, node.optional(key, Node.text)) for key in _FACTS)
    told = (f"{key}={value}" for key, value in facts if value)
    return " ".join((node.get("kind").text(), *told))


def _digests(attestation: Node) -> Iterator[str]:
    node = attestation.get("envelope").get("statement")
    try:
        content = base64.b64decode(node.text(), validate=True)
        stated = Node.loads(content, name=node.name)
    except (ValueError, Damaged):
        raise node.unlike("a statement in base64") from None
    yield from _subjects(stated.get("subject").items())


def _subjects(subjects: Iterable[Node]) -> Iterator[str]:
    for subject in subjects:
        yield subject.get("digest").get("sha256").hash()

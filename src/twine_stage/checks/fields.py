"""M220 to M229: fields of the core metadata that PyPI takes only in a form of its own.

They are judged as PyPI gets them, in the upload form; what it does not judge is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from twine_stage.checks.base import FileRule, Severity
from twine_stage.checks.parsing import Fault, Parsed, of_metadata, version_of
from twine_stage.contents import shown

_FIX = "Correct the field in the project's configuration and build again."
_LONGEST_SUMMARY = 512
_PRIVATE = "Private ::"
_LONGEST_CLASSIFIER = 100  # a longer one resembles none
_CHARSET = re.compile(r'charset\s*=\s*"?([^\s";]+)', re.IGNORECASE)


def _name_given(metadata: Parsed) -> Iterator[Fault]:
    if "name" in metadata.raw and "name" not in metadata.sent:
        yield Fault(
            "expected the name of a project, found 'UNKNOWN', which PyPI takes for no name",
            "Set the name in the project's configuration, where the build backend finds it.",
        )


def _public_version(metadata: Parsed) -> Iterator[Fault]:
    version = version_of(metadata.sent.get("version"))
    if version and version.local:
        yield Fault(
            f"expected a public version, found {shown(str(version))} with the local part"
            f" {shown(version.local)!r}",
            "Build from a tagged and clean checkout, or publish to an index of your own.",
        )


def _short_summary(metadata: Parsed) -> Iterator[Fault]:
    summary = metadata.sent.get("summary", "")
    if len(summary) > _LONGEST_SUMMARY:
        yield Fault(
            f"expected a Summary of at most {_LONGEST_SUMMARY} characters,"
            f" found {len(summary):,}: {shown(summary, most=60)!r}",
            "Say in one line what the project is, and the rest in the README.",
        )


def _addresses(metadata: Parsed) -> Iterator[Fault]:
    from email_validator import (  # noqa: PLC0415 - only PyPI's rules need it
        EmailNotValidError,
        validate_email,
    )

    fields = (
        ("Author-email", metadata.sent.get("author_email")),
        ("Maintainer-email", metadata.sent.get("maintainer_email")),
    )
    for field, value in fields:
        address = _address(value or "")
        try:
            if address:
                validate_email(address, check_deliverability=False)
        except EmailNotValidError as error:
            yield Fault(
                f"expected an e-mail address in {field}, found {shown(repr(address))}: {error}",
                "Write NAME <USER@HOST>, or leave the address out and give the name alone.",
            )


def _address(text: str) -> str:
    """The one address of a field; empty where there are several, or none that can be told.

    Python from 3.13 on reads strictly, as PyPI's does; older ones find something in any text.
    """
    from email.utils import getaddresses  # noqa: PLC0415 - see above

    try:
        found = getaddresses([text])
    except RecursionError:  # comments within comments
        return text
    if len(found) != 1 or "[" in found[0][1] or text.count("(") != text.count(")"):
        return ""
    return found[0][1]


def _known_classifiers(metadata: Parsed) -> Iterator[Fault]:
    from trove_classifiers import all_classifiers  # noqa: PLC0415 - only PyPI's rules need it

    for classifier in _unlike(metadata, all_classifiers):
        if classifier.startswith(_PRIVATE):
            hint = "It keeps the project away from PyPI; remove it if that is not meant."
        else:
            near = _nearest(classifier, all_classifiers)
            meant = f"Perhaps {near!r} is meant. " if near else ""
            hint = f"{meant}If it is new, `pip install -U trove-classifiers` brings it here."
        yield Fault(f"expected a classifier that PyPI knows, found {shown(repr(classifier))}", hint)


def _unlike(metadata: Parsed, known: Iterable[str]) -> list[str]:
    return sorted(set(metadata.sent.get("classifiers", ())).difference(known))


def _nearest(classifier: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    if len(classifier) > _LONGEST_CLASSIFIER:
        return ""
    return next(iter(get_close_matches(classifier, known, 1, 0.8)), "")


def _current_classifiers(metadata: Parsed) -> Iterator[Fault]:
    from trove_classifiers import deprecated_classifiers  # noqa: PLC0415 - as above

    for classifier in sorted(set(metadata.sent.get("classifiers", ()))):
        successors = deprecated_classifiers.get(classifier)
        if successors is not None:
            instead = " or ".join(map(repr, successors))
            yield Fault(
                f"expected a classifier that is still in use, found {classifier!r}",
                f"Use {instead} instead." if instead else "Remove it; nothing takes its place.",
            )


def _one_license(metadata: Parsed) -> Iterator[Fault]:
    if "license" in metadata.sent and "license_expression" in metadata.sent:
        yield Fault(
            "expected License-Expression alone, found License beside it:"
            f" {shown(repr(metadata.sent['license']), most=60)}",
            "Remove the text or table of the licence from the configuration, or use a newer"
            " build backend; License-Expression and License-File say all.",
        )


def _charset(metadata: Parsed) -> Iterator[Fault]:
    charset = _CHARSET.search(metadata.sent.get("description_content_type", ""))
    if charset and charset[1] != "UTF-8" and charset[1].upper() == "UTF-8":
        yield Fault(
            f"expected the charset UTF-8 in Description-Content-Type, found {charset[1]!r}:"
            " PyPI minds the case",
            "Write charset=UTF-8, or no charset at all, which means the same.",
        )


RULES = (
    FileRule(
        code="M220",
        name="name-given",
        severity=Severity.ERROR,
        summary="The project has a name, and not UNKNOWN",
        judge=of_metadata(_name_given),
        is_of_pypi=True,
    ),
    FileRule(
        code="M221",
        name="version-public",
        severity=Severity.ERROR,
        summary="The version has no local part",
        judge=of_metadata(_public_version),
        is_of_pypi=True,
    ),
    FileRule(
        code="M222",
        name="summary-length",
        severity=Severity.ERROR,
        summary="The summary has at most 512 characters",
        judge=of_metadata(_short_summary),
        is_of_pypi=True,
    ),
    FileRule(
        code="M223",
        name="email-addresses",
        severity=Severity.ERROR,
        summary="The address of the author and that of the maintainer are e-mail addresses",
        judge=of_metadata(_addresses),
        is_of_pypi=True,
    ),
    FileRule(
        code="M224",
        name="classifiers-known",
        severity=Severity.ERROR,
        summary="Every classifier is one that PyPI knows",
        judge=of_metadata(_known_classifiers),
        is_of_pypi=True,
    ),
    FileRule(
        code="M225",
        name="classifiers-current",
        severity=Severity.ERROR,
        summary="No classifier is deprecated",
        judge=of_metadata(_current_classifiers),
        is_of_pypi=True,
    ),
    FileRule(
        code="M226",
        name="one-license",
        severity=Severity.ERROR,
        summary="The licence is said once: by License-Expression, or by License",
        judge=of_metadata(_one_license),
        is_of_pypi=True,
    ),
    FileRule(
        code="M227",
        name="charset-spelling",
        severity=Severity.ERROR,
        summary="The charset of the README is spelled UTF-8",
        judge=of_metadata(_charset),
        is_of_pypi=True,
    ),
)

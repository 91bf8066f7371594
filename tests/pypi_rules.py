"""Why PyPI's server refuses a file, rule by rule in the order in which it looks, and who knows it.

The rules were read in the sources of Warehouse (``warehouse/forklift``, August 2026) and seen on an
instance of it; the numbers are ours. ``docs/reference/pypi-rules.md`` is made of this table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """Checks find it before anything is sent."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The way in which files are sent keeps it, or refuses before: how, and which test shows it."""

    how: str
    test: str


@dataclass(frozen=True, slots=True)
class Untold:
    """Only the server knows: what to do when it strikes."""

    advice: str


@dataclass(frozen=True, slots=True)
class PypiRule:
    """One rule; ``mark`` is L (known from the file), I (from the index) or S (by the server)."""

    number: str
    mark: str
    refused: str
    answer: Checked | Kept | Untold


def _by(*codes: str) -> Checked:
    return Checked(codes)


_BRIDGE = "tests/unit/test_twine_bridge.py::"
_LEGACY = "tests/unit/indexes/test_legacy.py::"

_FORM = Kept(
    "the form is twine's, with the file as its only part that has a filename",
    f"{_LEGACY}test_the_index_gets_the_file_and_the_form",
)
_HTTPS = Kept(
    "PyPI's own URLs are completed",
    f"{_BRIDGE}TestKnownIndexes::test_a_known_host_is_met_over_https",
)
_DIGESTS = Kept(
    "the digests are those that the stage keeps; content that has changed never leaves whole",
    f"{_LEGACY}test_damaged_content_is_not_accepted",
)
_TAG = Kept("the field is made from the filename", f"{_BRIDGE}TestFormFields::test_pyversion")
_TOKEN = Kept(
    "a token is read before anything is sent: its form, its index, its end, its projects",
    "tests/unit/indexes/test_tokens.py::test_what_is_refused",
)
_UNCLEAR = Kept(
    "after such an answer the index is asked what it has, and the file is sent again",
    f"{_LEGACY}test_an_index_in_trouble_leaves_it_unclear",
)
_ORDER = Kept(
    "the first file of a release goes alone, then four at once; what fails so is sent again",
    f"{_LEGACY}test_an_index_in_trouble_leaves_it_unclear",
)
_LATER = Untold("Run the same command later.")
_ACCOUNT = Untold("Mend on PyPI's site what the sentence names, then run the same command again.")
_NAME = Untold("Choose another name, or ask PyPI's support.")
_PUBLISHER = Untold("Register the publisher for this project on PyPI, then run the same job again.")

RULES = (
    PypiRule("0.1", "L", "a body that is no form", _FORM),
    PypiRule("0.2", "L", "plain http", _HTTPS),
    PypiRule("0.3", "L", "an upload URL without its last slash", _HTTPS),
    PypiRule("0.4", "L", "an unknown action", _FORM),
    PypiRule("0.5", "L", "another method than POST", _FORM),
    PypiRule("0.6", "L", "actions of the past", _FORM),
    PypiRule("0.7", "S", "everything, while its database is away", _LATER),
    PypiRule("1.1", "L", "nothing, but fields with the value UNKNOWN are dropped", _by("M220")),
    PypiRule("1.2", "L", "a field that comes as a file", _FORM),
    PypiRule("1.3", "S", "everything, while it is read-only", _LATER),
    PypiRule("1.4", "S", "everything, while uploads are switched off", _LATER),
    PypiRule("1.5", "L", "a user name other than `__token__`", _TOKEN),
    PypiRule("1.6", "L", "a password that is no token, or one that it does not know", _TOKEN),
    PypiRule("2.1", "L", "an unknown version of the protocol", _FORM),
    PypiRule("2.2", "L", "no name", _by("F102", "M220")),
    PypiRule("2.3", "L", "a name that is none", _by("F101", "F102")),
    PypiRule("2.4", "L", "another kind of file than wheels and sdists", _by("F101")),
    PypiRule("2.5", "L", "a digest that is none", _DIGESTS),
    PypiRule("2.6", "L", "a wheel without Python tag", _TAG),
    PypiRule("2.7", "L", "an sdist with one", _TAG),
    PypiRule("2.8", "L", "no digest", _DIGESTS),
    PypiRule("3.1", "L", "a field given twice, two project URLs with one label", _by("M202")),
    PypiRule("3.2", "L", "a metadata version that it does not take", _by("M204")),
    PypiRule("3.3", "L", "a name that is none, in the metadata", _by("F102")),
    PypiRule("3.4", "L", "no version, or one that is none", _by("F103")),
    PypiRule("3.5", "L", "a field that is newer than the metadata version", _by("M202")),
    PypiRule("3.6", "L", "a summary of several lines", _by("M202")),
    PypiRule(
        "3.7", "L", "an unknown content type, charset or variant of the README", _by("M202", "M227")
    ),
    PypiRule("3.8", "L", "dynamic fields that cannot be", _by("M202")),
    PypiRule("3.9", "L", "an extra with a name that is none", _by("M202")),
    PypiRule("3.10", "L", "a Requires-Python that is none", _by("M202")),
    PypiRule("3.11", "L", "a requirement that is none", _by("M202")),
    PypiRule("3.12", "L", "a licence expression that is none", _by("M202")),
    PypiRule("3.13", "L", "the path of a licence file that leads elsewhere", _by("M202")),
    PypiRule("3.14", "L", "import names that are none", _by("M202")),
    PypiRule("3.15", "L", "a local version", _by("M221")),
    PypiRule("3.16", "L", "a summary of more than 512 characters", _by("M222")),
    PypiRule("3.17", "L", "an e-mail address that is none", _by("M223")),
    PypiRule("3.18", "L", "an unknown classifier", _by("M224")),
    PypiRule("3.19", "L", "a deprecated classifier", _by("M225")),
    PypiRule("3.20", "L", "a home page or download URL that is none", _by("M230")),
    PypiRule("3.21", "L", "a project URL without label or URL, or with a long label", _by("M231")),
    PypiRule("3.22", "L", "Provides-Dist or Obsoletes-Dist that name nothing", _by("M232")),
    PypiRule("3.23", "L", "a dependency on a URL", _by("M233")),
    PypiRule("3.24", "L", "dynamic fields that it does not know", _by("M202")),
    PypiRule("3.25", "L", "License beside License-Expression", _by("M226")),
    PypiRule("3.26", "L", "no file", _FORM),
    PypiRule(
        "4.1",
        "S",
        "the first file of a project from a trusted publisher that is not registered for it",
        _PUBLISHER,
    ),
    PypiRule("4.2", "S", "uploads of a user without a verified address", _ACCOUNT),
    PypiRule("4.3", "S", "uploads of a user without a second factor", _ACCOUNT),
    PypiRule("4.4", "S", "too many new projects in an hour", _LATER),
    PypiRule("4.5", "S", "all new projects, while that is switched off", _LATER),
    PypiRule("4.6", "L", "a name that is none, for a new project", _by("F101")),
    PypiRule("4.7", "I", "the name of a module of Python itself, for a new project", _by("I508")),
    PypiRule("4.8", "S", "a name that somebody else took in the same moment", _NAME),
    PypiRule("4.9", "S", "a name that its administrators forbid", _NAME),
    PypiRule("4.10", "I", "a name too similar to an existing one, for a new project", _by("I509")),
    PypiRule("5.1", "L", "a token that has ended, or is for another project", _TOKEN),
    PypiRule("5.2", "S", "a user who is neither owner nor maintainer", _ACCOUNT),
    PypiRule("5.3", "I", "an archived project", _by("I506")),
    PypiRule("5.4", "S", "a trusted publisher that is no longer registered", _PUBLISHER),
    PypiRule("5.5", "S", "as 4.2 and 4.3, for a project that exists", _ACCOUNT),
    PypiRule("5.6", "S", "projects of an organization that is not active", _ACCOUNT),
    PypiRule("6.1", "L", "a README that does not render", _by("M210", "M213")),
    PypiRule(
        "6.2",
        "S",
        "a version of which it has two releases from its early years",
        Untold("Ask PyPI's support, or raise the version."),
    ),
    PypiRule("6.3", "L", "a filename with control characters", _by("F101")),
    PypiRule("6.4", "L", "a filename with a separator", _by("F101")),
    PypiRule("6.5", "L", "an ending that does not fit the kind of file", _by("F101")),
    PypiRule("6.6", "L", "another ending", _by("F101")),
    PypiRule("6.7", "L", "a file without content type, or an image", _FORM),
    PypiRule("6.8", "L", "a filename of more than 255 characters", _by("F101", "F108")),
    PypiRule("6.9", "L", "a file above the limit of the project", _by("F109")),
    PypiRule("6.10", "I", "a project above its limit", _by("I504")),
    PypiRule("6.11", "L", "content that does not match its digest", _DIGESTS),
    PypiRule(
        "6.12",
        "I",
        "nothing: a file that is there is taken again",
        Kept(
            "what is there is not sent at all",
            f"{_LEGACY}test_the_same_file_again_is_accepted",
        ),
    ),
    PypiRule(
        "6.13", "I", "other bytes under a name, or the same under another", _by("I501", "I502")
    ),
    PypiRule(
        "6.14",
        "S",
        "the name of a file that was deleted",
        Untold("Raise the version; a wheel may get a build tag instead."),
    ),
    PypiRule("6.15", "I", "a new file of a release of more than 14 days", _by("I530")),
    PypiRule("6.16", "I", "a second sdist", _by("S402", "I503")),
    PypiRule("7.1", "L", "a file that is both zip and tar", _by("A330")),
    PypiRule("7.2", "L", "a wheel that is no zip archive", _by("A301")),
    PypiRule("7.3", "L", "a zip that unpacks to 50 times its size", _by("A305")),
    PypiRule("7.4", "L", "compression other than deflate", _by("A306")),
    PypiRule(
        "7.5",
        "L",
        "an sdist that is a zip, without PKG-INFO in its top folder",
        _by("M201", "F105"),
    ),
    PypiRule("7.6", "L", "a wheel without name and version in its filename", _by("F101")),
    PypiRule("7.7", "L", "a wheel without WHEEL", _by("A312", "A318")),
    PypiRule("7.8", "L", "code scrambled by PyArmor or SourceDefender", _by("A332")),
    PypiRule("7.9", "L", "a zip that two readers could read differently", _by("A330", "A331")),
    PypiRule("7.10", "L", "a member that does not unpack", _by("A302")),
    PypiRule("7.11", "L", "an encrypted member", _by("A304")),
    PypiRule("7.12", "L", "an sdist that is no tar archive", _by("A301")),
    PypiRule("7.13", "L", "sparse members", _by("A306")),
    PypiRule("7.14", "L", "an sdist with several folders at its top", _by("A333")),
    PypiRule("7.15", "L", "an sdist without PKG-INFO in its top folder", _by("M201", "A334")),
    PypiRule(
        "7.16", "L", "a tar archive that is not gzipped, or broken", _by("A301", "A302", "A303")
    ),
    PypiRule(
        "7.17", "L", "a tar archive that is cut off, or has absolute names", _by("A303", "A333")
    ),
    PypiRule("8.1", "L", "an sdist without a version in its filename", _by("F101")),
    PypiRule("8.2", "L", "an sdist with another name than the project's", _by("F102", "F104")),
    PypiRule(
        "8.3",
        "L",
        "an sdist that is not spelled `name-version.tar.gz`",
        _by("F104", "F105", "F106"),
    ),
    PypiRule("8.4", "L", "a licence file that is not in the sdist", _by("A316")),
    PypiRule("9.1", "L", "a wheel whose filename follows no grammar", _by("F101")),
    PypiRule("9.2", "L", "a platform that it does not know", _by("F107")),
    PypiRule("9.3", "L", "a wheel with another name than the project's", _by("F102")),
    PypiRule("9.4", "L", "a wheel whose name is not normalized", _by("F104")),
    PypiRule("9.5", "L", "a wheel with another version than the metadata's", _by("F103")),
    PypiRule("9.6", "L", "a licence file that is not in the wheel", _by("A316")),
    PypiRule("9.7", "L", "a wheel without a RECORD that can be read", _by("A313")),
    PypiRule("9.8", "L", "entry points that cannot be", _by("A314")),
    PypiRule("9.9", "L", "a wheel without METADATA", _by("M201", "A312")),
    PypiRule("9.10", "L", "the filename of a wheel with more than 246 characters", _by("F108")),
    PypiRule(
        "10.1",
        "L",
        "attestations without trusted publishing",
        Kept(
            "they stay behind, and that is said",
            "tests/unit/indexes/test_tokens.py"
            "::test_attestations_stay_behind_without_trusted_publishing",
        ),
    ),
    PypiRule(
        "10.2",
        "S",
        "attestations from a publisher whose kind it does not support for them",
        Untold("Publish with --no-attestations."),
    ),
    PypiRule("10.3", "L", "attestations that are malformed, or none", _by("P601")),
    PypiRule("10.4", "L", "more than two attestations of a file", _by("P605")),
    PypiRule(
        "10.5",
        "S",
        "an attestation that does not verify",
        Untold("Sign the very file again that is staged, with the identity of the publisher."),
    ),
    PypiRule(
        "10.6",
        "L",
        "kinds of attestations that it does not know, or one twice",
        _by("P602", "P606"),
    ),
    PypiRule(
        "11.1", "S", "all but one of the first files of a release, when they come at once", _ORDER
    ),
    PypiRule("11.2", "S", "one of two equal uploads at the same time", _UNCLEAR),
    PypiRule("11.2a", "S", "uploads that are in each other's way", _ORDER),
    PypiRule("11.3", "S", "whatever fails in its own house", _UNCLEAR),
)

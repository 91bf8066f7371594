"""What is exported: a frozen release, and where an index serves its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twine_stage.distributions import Distribution, Kind
from twine_stage.errors import Differs, WrongState
from twine_stage.exports.addresses import exportable
from twine_stage.listings import ListedFile
from twine_stage.manifest import Manifest
from twine_stage.receipts import Receipt
from twine_stage.releases import ReleaseId

_AGAIN = "Look what the index serves: stage verify"


@dataclass(frozen=True, slots=True)
class Bom:
    """A software bill of materials that a wheel holds (PEP 770), under its path in the wheel."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file: what was frozen, and what the receipt says of it.

    ``url`` is fit to be exported, and empty where there is no receipt. ``boms`` is None for a
    wheel that could not be looked into.
    """

    distribution: Distribution
    url: str = ""
    uploaded_at: datetime | None = None
    yanked: str | None = None
    boms: tuple[Bom, ...] | None = ()

    @property
    def name(self) -> str:
        """The filename."""
        return self.distribution.filename.text

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel, and no sdist."""
        return self.distribution.filename.kind is Kind.WHEEL


@dataclass(frozen=True, slots=True)
class Exported:
    """A frozen release, its files sorted by name."""

    manifest: Manifest
    files: tuple[ExportedFile, ...]

    @property
    def id(self) -> ReleaseId:
        """The release."""
        return self.manifest.id

    @property
    def first_upload(self) -> datetime | None:
        """When its first file went up, as far as it is known."""
        return min((file.uploaded_at for file in self.files if file.uploaded_at), default=None)

    @property
    def is_yanked(self) -> bool:
        """Whether all of its files were yanked."""
        return all(file.yanked is not None for file in self.files)

    @property
    def is_stable(self) -> bool:
        """Whether it is neither a pre-release nor a development release, and not yanked."""
        return not (self.id.version.is_prerelease or self.is_yanked)


def exported(manifest: Manifest, receipt: Receipt | None = None) -> Exported:
    """A release with what a receipt says of its files.

    Raises:
        WrongState: the receipt is of another manifest, or has no address of a file that can be
            handed on.
        Differs: it shows other content.
    """
    if receipt is None:
        files = [ExportedFile(distribution=dist) for dist in manifest.release.distributions]
        return Exported(manifest, tuple(files))
    if receipt.manifest != manifest.digest:
        raise WrongState(
            f"expected a receipt of the manifest of {manifest.id}, found one of another manifest",
            hint="A receipt names its manifest by its SHA-256; take the one that belongs to it.",
        )
    listed = receipt.by_name
    return Exported(
        manifest,
        tuple(
            _file(dist, listed.get(dist.filename.text)) for dist in manifest.release.distributions
        ),
    )


def _file(distribution: Distribution, listed: ListedFile | None) -> ExportedFile:
    name = distribution.filename.text
    if listed is None:
        raise WrongState(f"{name}: expected it in the receipt, found nothing", hint=_AGAIN)
    if listed.sha256 not in (None, distribution.sha256):
        raise Differs(
            f"{name}: frozen with sha256 {distribution.sha256}, but the receipt shows "
            f"{listed.sha256}",
            hint=_AGAIN,
        )
    return ExportedFile(
        distribution=distribution,
        url=exportable(listed.url, name=name),
        uploaded_at=listed.uploaded_at,
        yanked=listed.yanked,
    )

"""Manifests as files: read from anywhere, and taken into a stage that did not freeze them."""

from __future__ import annotations

from concurrent.futures import wait
from pathlib import Path
from typing import TYPE_CHECKING

from twine_stage import sizes
from twine_stage.errors import Damaged, Unreachable, UsageError, WrongState
from twine_stage.manifest import Manifest
from twine_stage.operations.workers import Workers
from twine_stage.settings.addresses import is_private, split_user_info
from twine_stage.store import Store

if TYPE_CHECKING:
    from twine_stage.transport import Answered, Transport  # costs 0.1 s

_LARGEST = 64 << 20
"""Bytes; a manifest of a hundred thousand files is half as large."""

_SECONDS = 60.0
"""For a manifest at a URL, however steadily it comes in, and over all redirects."""

_HOPS = 5
_PLACE = "--manifest"


def place_of(text: str, folder: Path) -> Path | str:
    """Where a manifest is that a command line names: a URL, or a path as seen from a folder."""
    is_url = text.lower().startswith(("https://", "http://"))
    return text if is_url else folder / text


def manifest_at(
    place: Path | str, *, cert: str | None = None, seconds: float = _SECONDS
) -> Manifest:
    """The manifest at a path or a URL.

    Args:
        place: as ``place_of`` gives it.
        cert: the certificates to trust, as the path of a PEM bundle; the usual ones if None.
        seconds: how long a server may take.

    Raises:
        UsageError: the file cannot be read, or the URL could be read by others on the way.
        Unreachable: the server did not answer in time, or has no manifest there.
        Damaged: it is not a manifest.
    """
    return read_manifest(place) if isinstance(place, Path) else _fetched(place, cert, seconds)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        UsageError: the file cannot be read.
        Damaged: it is not a manifest.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"expected a manifest at {path}, found: {error.strerror}",
            hint="stage freeze --output DIR writes one there.",
        ) from error
    return _loads(content, str(path))


def _fetched(url: str, cert: str | None, seconds: float) -> Manifest:
    """The manifest at a URL."""
    from twine_stage.transport import Transport, without_query  # noqa: PLC0415 - costs 0.1 s

    name = without_query(url)
    with Workers(1, name="manifest") as workers:
        asked = workers.submit(_page, Transport(ca_bundle=cert), url, begun=url)
        if not wait([asked], seconds).done:
            raise Unreachable(
                f"expected a manifest at {name}, found none within {seconds:g} seconds",
                hint="Try again later, or download it with another tool and name the file.",
            )
    page = asked.result()
    if page.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise Unreachable(
            f"expected a manifest at {name}, found: {page.sentence()}", hint="Check the URL."
        )
    return _loads(page.body, name)


def _page(transport: Transport, url: str, *, begun: str, hops: int = _HOPS) -> Answered:
    """What a URL serves; redirects are followed, but not to where others could change it."""
    expect_private(url, begun=begun)
    page = transport.get(url, headers={"Accept": "*/*"}, follows=False, limit=_LARGEST + 1)
    if page.location is None or not hops:
        return page
    return _page(transport, page.location, begun=begun, hops=hops - 1)


def expect_private(target: str, *, begun: str) -> None:
    """Refuse a URL that others could read on the way, or that holds a credential.

    A page of the network may not lead to a server of this machine either.
    """
    bare, username, password = split_user_info(target, place=_PLACE)
    if (username, password) != (None, None):
        raise UsageError(
            f"{_PLACE}: expected a URL without a user name and a password",
            hint="Download the manifest with what knows them, and name the file.",
        )
    is_local = bare.startswith("http:")
    if not is_private(bare) or (is_local and not begun.lower().startswith("http:")):
        raise UsageError(
            f"{_PLACE}: expected a URL that begins with https:// and stays there",
            hint="Others could change a manifest on the way; plain http is for this machine.",
        )


def _loads(content: bytes, name: str) -> Manifest:
    if len(content) > _LARGEST:
        raise Damaged(name, f"expected a manifest, found more than {sizes.shown(_LARGEST)}")
    return Manifest.loads(content, name=name)


def take_manifest(store: Store, manifest: Manifest) -> None:
    """Put a manifest into a stage, so that its release can be published from there.

    The content of its files need not be in the stage, as long as the index has it.

    Raises:
        WrongState: the stage holds something else of that release.
    """
    with store.lock(manifest.id, command="taking a manifest"):
        record = store.record(manifest.id)
        staged = {one.revision: one.digest for one in record.manifests}
        if staged.get(manifest.revision) == manifest.digest:
            return
        if record.draft is not None or staged.get(manifest.revision):
            raise WrongState(
                f"{manifest.id} is staged here, and is not what the manifest says",
                hint=f"Use another stage (--stage-dir), or drop it here: stage drop {manifest.id}",
            )
        store.write_manifest(manifest)

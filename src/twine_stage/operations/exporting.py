"""What is to be exported: manifests of the stage or from files, each with its receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from packaging.utils import canonicalize_name

from twine_stage.errors import UsageError, WrongState
from twine_stage.exports import Addresses, Exported, Format, exported
from twine_stage.manifest import Manifest
from twine_stage.operations import selection
from twine_stage.receipts import Receipt
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.store import Record, Store


def from_stage(
    store: Store,
    name: str | None,
    form: Format,
    *,
    index: str | None,
    publishing: str = "stage publish",
    reporter: Reporter,
) -> tuple[Exported, ...]:
    """The releases of the stage that are meant, each with its receipt.

    Args:
        store: the stage.
        name: ``NAME==VERSION``, or ``NAME``; the only one if nothing is said.
        form: the format; one of a project takes all releases of it that have a receipt, each at
            its newest revision that has one.
        index: the id of the index whose receipts are meant; the only ones if nothing is said.
        publishing: how one would publish to that index.
        reporter: hears of releases and revisions that are left out.

    Raises:
        UsageError: several could be meant.
        WrongState: nothing is frozen, or there is no receipt where one is needed.
    """
    if not form.is_of_project:
        record = _frozen(store, _release(store, name))
        return (exported(_latest(record), _receipt(record, form, index, publishing)),)
    records = _of_project(store, name)
    chosen = index or _only_index(records, publishing)
    found = [_published(record, chosen, reporter) for record in records]
    if not any(found):
        raise _unpublished("any release", chosen, publishing)
    return tuple(filter(None, found))


def from_files(
    manifests: Sequence[Manifest], receipts: Sequence[Receipt], form: Format
) -> tuple[Exported, ...]:
    """Releases by their manifests alone, and the receipts that are of them.

    Raises:
        UsageError: several are given where one is meant, or of several projects; or a receipt is
            of none of them, or of one that another is of, too.
        WrongState: one has no receipt, and the format needs it.
    """
    projects = sorted({manifest.id.project for manifest in manifests})
    if len(projects) > 1:
        raise UsageError(f"expected manifests of one project, found {', '.join(projects)}")
    if len(manifests) > 1 and not form.is_of_project:
        raise UsageError(
            f"{form.name}: expected one manifest, found {len(manifests)}",
            hint="This format is of one release: name the one that is meant.",
        )
    by_manifest = {receipt.manifest: receipt for receipt in receipts}
    known = {manifest.digest: str(manifest.id) for manifest in manifests}
    _expect_one_of_each("--manifest", [str(manifest.id) for manifest in manifests])
    for receipt in receipts:
        if receipt.manifest not in known:
            raise UsageError(
                f"--receipt: the receipt of {receipt.index} is of another manifest, "
                f"{receipt.manifest}",
                hint="A receipt names its manifest by its SHA-256; name the one that it is of.",
            )
    _expect_one_of_each("--receipt", [known[receipt.manifest] for receipt in receipts])
    return tuple(exported(manifest, _given(manifest, by_manifest, form)) for manifest in manifests)


def receipt_urls(store: Store) -> Mapping[str, str]:
    """The URLs of all indexes that the stage has receipts of, by their ids."""
    return {
        index: receipt.url
        for release in store.releases()
        for (_, index), receipt in store.record(release).receipts.items()
    }


def _release(store: Store, name: str | None) -> ReleaseId:
    """The one release that a name means; the only frozen one if there is none."""
    found = [one for one in store.releases() if store.record(one).latest is not None]
    if name is not None:
        of_project = [one for one in found if one.project == canonicalize_name(name)]
        found = of_project or [*selection.releases(store, [name], default=bool)]
    if not found:
        raise WrongState("nothing is frozen in this stage", hint="Freeze a release: stage freeze")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} releases are frozen: {', '.join(map(str, found))}",
            hint=f"Name the one that is meant, say {found[-1]}.",
        )
    return found[0]


def _of_project(store: Store, name: str | None) -> tuple[Record, ...]:
    """All frozen releases of a project, or the one that is named whole."""
    if name is not None and "==" in name:
        return (_frozen(store, _release(store, name)),)
    records = [record for release in store.releases() if (record := store.record(release)).latest]
    projects = sorted({record.release.project for record in records})
    wanted = projects if name is None else [canonicalize_name(name)]
    found = tuple(record for record in records if record.release.project in wanted)
    if not found:
        raise WrongState(
            f"nothing{f' of {name}' if name else ''} is frozen in this stage",
            hint="Freeze a release: stage freeze",
        )
    if len(wanted) > 1:
        raise UsageError(
            f"releases of {len(projects)} projects are frozen: {', '.join(projects)}",
            hint=f"Name the one that is meant, say {projects[-1]}.",
        )
    return found


def _frozen(store: Store, release: ReleaseId) -> Record:
    record = store.record(release)
    if record.latest is None:
        raise WrongState(
            f"{release} is a draft: there is nothing frozen to export",
            hint=f"Freeze it first: stage freeze {release}",
        )
    return record


def _latest(record: Record) -> Manifest:
    assert record.latest is not None  # noqa: S101 - as _frozen and _of_project have it
    return record.latest


def _only_index(records: Sequence[Record], publishing: str) -> str:
    """The index that all receipts of a project are of."""
    known = {index for record in records for _, index in record.receipts}
    if not known:
        raise _unpublished("any release", None, publishing)
    if len(known) > 1:
        raise _ambiguous(f"releases of {records[0].release.project} have", known)
    return known.pop()


def _published(record: Record, index: str, reporter: Reporter) -> Exported | None:
    """A release at its newest revision that has a receipt of an index; None if none has."""
    latest = _latest(record).revision
    for manifest in reversed(record.manifests):
        if receipt := record.receipts.get((manifest.revision, index)):
            if manifest.revision < latest:
                reporter.note(
                    f"{record.release} is exported as revision {manifest.revision}: "
                    f"revision {latest} has no receipt{_of(index)}"
                )
            return exported(manifest, receipt)
    reporter.note(f"{record.release} is left out: it has no receipt{_of(index)}")
    return None


def _receipt(record: Record, form: Format, index: str | None, publishing: str) -> Receipt | None:
    """The receipt of the latest revision, of an index or the only one."""
    if form.addresses is Addresses.NONE:
        return None
    known = _indexes(record)
    chosen = next(iter(known)) if index is None and len(known) == 1 else index
    if chosen is not None and chosen in known:
        return known[chosen]
    if chosen is None and form.addresses is Addresses.OPTIONAL:
        return None
    if chosen is None and known:
        raise _ambiguous(f"{record.release} has", known)
    raise _unpublished(str(record.release), index, publishing)


def _indexes(record: Record) -> Mapping[str, Receipt]:
    """The receipts of the latest revision, by the ids of their indexes."""
    revision = _latest(record).revision
    return {index: one for (number, index), one in record.receipts.items() if number == revision}


def _given(manifest: Manifest, receipts: Mapping[str, Receipt], form: Format) -> Receipt | None:
    found = receipts.get(manifest.digest)
    if found is None and form.addresses is Addresses.REQUIRED:
        raise WrongState(
            f"{form.name}: expected a receipt of {manifest.id}, which holds the addresses of its "
            "files, found none",
            hint="Name it beside the manifest: --receipt FILE",
        )
    return found


def _expect_one_of_each(option: str, releases: Sequence[str]) -> None:
    for place, release in enumerate(releases):
        if release in releases[:place]:
            raise UsageError(
                f"{option}: expected one of {release}, found several",
                hint="Name the one that is meant.",
            )


def _ambiguous(what: str, indexes: Iterable[str]) -> UsageError:
    return UsageError(
        f"{what} receipts of several indexes: {', '.join(sorted(indexes))}",
        hint=f"Name the one whose addresses are meant, say -r {min(indexes)}.",
    )


def _unpublished(what: str, index: str | None, publishing: str) -> WrongState:
    return WrongState(
        f"expected a receipt of {what}{_of(index)}, which holds the addresses of its files, "
        "found none",
        hint=f"A receipt is written when all files are seen there: {publishing}",
    )


def _of(index: str | None) -> str:
    return "" if index is None else f" on {index}"

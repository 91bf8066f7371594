"""What a person asks of ``publish``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from twine_stage.manifest import Manifest
from twine_stage.operations.destinations import Terms
from twine_stage.operations.judging import Judgement
from twine_stage.operations.proving import Until
from twine_stage.origins import Source
from twine_stage.releases import ReleaseId
from twine_stage.settings import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """What a person asked of ``publish``.

    ``jobs`` is how many requests run side by side, None for the default; ``wait`` the seconds to
    wait for the index to show all, ``until`` what it must show by then; ``appends`` the reasons why
    releases may be appended to; ``attestations`` whether to send them, None for where the index
    expects them. ``terms`` are those on which releases go to the index, ``judgement`` which checks
    count. ``guards_names`` has a person confirm the name of a project that the index does not know;
    an approval confirms it.

    ``hold`` leaves what was uploaded in its session, not public. ``approve`` is the release digest
    that a held session must have to be published, with nothing added to it.
    ``discard_unexpected`` removes from a session what was not frozen. ``smoke`` tries a release by
    the preview of the index, or one of its own making, before it is public; it raises where that
    fails. ``tell_preview`` takes
    the URL of the preview of what is held, which is a secret.
    """

    jobs: int | None = None
    wait: float = 300.0
    until: Until = Until.VERIFIED
    dry_run: bool = False
    appends: Mapping[ReleaseId, str] = field(default_factory=dict)
    attestations: bool | None = None
    terms: Terms = field(default_factory=Terms)
    judgement: Judgement = field(default_factory=Judgement)
    guards_names: bool = False
    source: Source | None = None
    hold: bool = False
    approve: str | None = None
    discard_unexpected: bool = False
    smoke: Callable[[Manifest, Secret | None], None] | None = None
    tell_preview: Callable[[ReleaseId, Secret], None] | None = None

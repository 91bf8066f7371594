"""Publishing in tests: a stage, an index in memory, and perhaps a person."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from fakes import NOON, MemoryIndex, Remembering
from staging import LINUX, SPAM, WINDOWS
from twine_stage.errors import StageError
from twine_stage.operations.destinations import Terms
from twine_stage.operations.judging import Judgement
from twine_stage.operations.publish import publish
from twine_stage.operations.publish_options import PublishOptions
from twine_stage.operations.published import PublishedRelease
from twine_stage.plan import Plan
from twine_stage.releases import ReleaseId
from twine_stage.standings import Append
from twine_stage.store import Store

ADDED = (WINDOWS, LINUX, "spam-1.0-cp313-cp313-win32.whl")
"""Files that may take the place of the portable wheel, where a test is not about that."""

PLAIN = Judgement(ignore=["M211"])
"""Nobody misses the README of a sample."""

LONG_AGO = NOON - timedelta(days=400)


@dataclass
class Person:
    """Somebody at a terminal, with prepared answers."""

    is_sure: bool = True
    reason: str | None = None
    asked: list[str] = field(default_factory=list)

    def confirm_publish(self, release: ReleaseId, index_url: str, plan: Plan) -> bool:
        self.asked.append(f"publish {release} to {index_url}")
        return self.is_sure

    def confirm_new_project(self, release: ReleaseId, index_url: str) -> bool:
        self.asked.append(f"begin {release.project} on {index_url}")
        return self.is_sure

    def append_reason(self, append: Append, index_url: str) -> str | None:
        self.asked.append(f"append to {append.release} on {index_url}")
        return self.reason


@dataclass
class Publisher:
    """A stage and an index in memory, ready to publish."""

    store: Store
    index: MemoryIndex = field(default_factory=MemoryIndex)
    reporter: Remembering = field(default_factory=Remembering)
    options: PublishOptions = field(
        default_factory=lambda: PublishOptions(
            wait=0, terms=Terms(allowed=frozenset(ADDED)), judgement=PLAIN
        )
    )

    def __call__(self, *, person: Person | None = None, **options: object) -> PublishedRelease:
        report = publish(
            self.store,
            self.index,
            [SPAM],
            replace(self.options, **options),  # type: ignore[arg-type]
            clock=self.index.clock,
            reporter=self.reporter,
            prompts=person,
        )
        assert report.exit_status == 0
        return report.releases[0]

    def fails(self, **options: object) -> StageError:
        """The error that it ends with."""
        with pytest.raises(StageError) as caught:
            self(**options)  # type: ignore[arg-type]
        return caught.value

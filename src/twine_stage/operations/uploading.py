"""Uploading: the I/O loop around a plan; one thread decides and records, others send.

An attempt that ends without a clear answer is never simply repeated: the listing is asked first.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from twine_stage import journal
from twine_stage.distributions import Distribution
from twine_stage.errors import Conflict, StageError, Unreachable, UploadRefused
from twine_stage.indexes.base import Session
from twine_stage.indexes.uploads import Accepted, Answer, Rejected, Taken, Unclear, Upload
from twine_stage.operations.clock import Clock
from twine_stage.operations.workers import Workers
from twine_stage.plan import Plan
from twine_stage.reporting import Reporter

ATTEMPTS = 5
"""How often a file is sent in one run, or the listing asked for a file said to be there."""

LONGEST_PAUSE = 60.0
"""Seconds; what an index asks for in ``Retry-After`` counts up to this."""

_LINGER = 5.0
"""Seconds that an interrupted run waits for the answers to requests that are under way."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Send the file once; given a ``reason``, ask the listing for it after ``pause`` seconds."""

    upload: Upload
    reason: Taken | Unclear | None = None
    pause: float = 0.0

    @property
    def name(self) -> str:
        return self.upload.distribution.filename.text


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the listing shows under the name: a SHA-256, or None."""

    sha256: str | None


_Running = dict[Future[Answer | _Seen], _Step]


class _Interrupted(Exception):
    """Breaks off a request that is under way when the run ends early."""


@dataclass(kw_only=True)
class Uploading:
    """One run of a plan.

    Args:
        session: where files go.
        look: what the index shows under a filename now: a SHA-256, or None.
        record: called with each event, always in the thread that called ``run``.
        jobs: how many requests run side by side.
        clock: for the times of events and for pauses.
        reporter: hears of every byte.
    """

    session: Session
    look: Callable[[str], str | None]
    record: Callable[[journal.Event], None]
    jobs: int
    clock: Clock
    reporter: Reporter
    messages: dict[str, str] = field(default_factory=dict)
    error: StageError | None = None
    _steps: deque[_Step] = field(default_factory=deque)
    _tries: dict[str, int] = field(default_factory=dict)
    _is_interrupted: bool = False

    def run(self, plan: Plan, uploads: Mapping[str, Upload]) -> None:
        """Send what the plan names, wave by wave, until all is accepted or one file is not.

        Args:
            plan: what to send.
            uploads: the files by name.

        Afterwards ``error`` tells why the run stopped early, if it did, and ``messages`` what was
        said of single files.
        """
        with Workers(self.jobs, name="upload") as workers:
            for wave in plan.waves:
                names = [distribution.filename.text for distribution in wave.distributions]
                self._steps.extend(_Step(uploads[name]) for name in names)
                self._run_wave(workers)
                if self.error:
                    return

    def _run_wave(self, workers: Workers) -> None:
        running: _Running = {}
        try:
            while self._steps or running:
                while self._steps and len(running) < self.jobs:
                    step = self._steps.popleft()
                    running[self._start(workers, step)] = step
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(running.pop(future), future)
                if self.error:
                    self._steps.clear()
        except BaseException:
            self._is_interrupted = True
            self._linger(running)
            raise

    def _linger(self, running: _Running) -> None:
        """Keep the answers that come in after an interruption: each saves a question later."""
        sending = [future for future, step in running.items() if step.reason is None]
        done, _ = wait(sending, timeout=_LINGER)
        for future in done:
            if future.exception() is None and future.result() == Accepted():
                self._accept(running[future].upload.distribution)

    def _start(self, workers: Workers, step: _Step) -> Future[Answer | _Seen]:
        if step.reason:
            return workers.submit(self._look_after, step.name, step.pause)
        attempt = self._tries[step.name] = self._tries.get(step.name, 0) + 1
        self.record(journal.Sending(at=self.clock.now(), filename=step.name, attempt=attempt))
        self.reporter.began(step.name, step.upload.distribution.size)
        return workers.submit(self.session.upload, step.upload, self._counter(step.name))

    def _counter(self, name: str) -> Callable[[int], None]:
        def sent(count: int) -> None:
            if self._is_interrupted:
                raise _Interrupted
            self.reporter.advanced(name, count)

        return sent

    def _look_after(self, name: str, pause: float) -> _Seen:
        self.clock.sleep(pause)
        return _Seen(self.look(name))

    def _finish(self, step: _Step, future: Future[Answer | _Seen]) -> None:
        try:
            result = future.result()
        except StageError as error:
            self._fail(step.name, error)
            return
        if isinstance(result, _Seen):
            self._judge_look(step, result.sha256)
        else:
            self._judge_answer(step.upload, result)

    def _judge_answer(self, upload: Upload, answer: Answer) -> None:
        distribution = upload.distribution
        name = distribution.filename.text
        match answer:
            case Accepted():
                self._accept(distribution)
            case Rejected(message=message, hint=hint):
                self._refuse(distribution, UploadRefused(f"{name}: {message}", hint=hint))
            case Taken():
                self._steps.append(_Step(upload, answer))
            case _:
                self.messages[name] = answer.message
                at = self.clock.now()
                self.record(journal.Failed(at=at, filename=name, message=answer.message))
                pause = self._pause(name, answer.retry_after)
                ahead = f"{answer.message}; the index is asked for it in {pause:.0f} s"
                self.reporter.ended(name, "unclear", ahead)
                if answer.slow_down and self.jobs > 1:
                    self.jobs = 1
                    self.reporter.note("the index is under strain; the rest goes one by one")
                self._steps.append(_Step(upload, answer, pause))

    def _judge_look(self, step: _Step, shown: str | None) -> None:
        distribution = step.upload.distribution
        if shown == distribution.sha256:
            self.record(journal.Present(at=self.clock.now(), filename=step.name, sha256=shown))
            self.messages.pop(step.name, None)
            self.reporter.ended(step.name, "present")
        elif shown is not None:
            self._refuse(distribution, conflict(step.name, distribution.sha256, shown))
        elif self._tries[step.name] >= ATTEMPTS:
            self._give_up(step)
        elif isinstance(step.reason, Taken):
            self._tries[step.name] += 1
            self._steps.append(_Step(step.upload, step.reason, self._pause(step.name, None)))
        else:
            self._steps.append(_Step(step.upload))

    def _give_up(self, step: _Step) -> None:
        message = step.reason.message if step.reason else ""
        if isinstance(step.reason, Taken):
            hint = "A name that was used before, even of a deleted file, cannot be used again."
            error = UploadRefused(f"{step.name}: {message}", hint=hint)
            self._refuse(step.upload.distribution, error)
        else:
            self._fail(
                step.name,
                Unreachable(
                    f"{step.name}: no clear answer in {ATTEMPTS} attempts; the last: {message}",
                    hint="Run the same command again; it continues where it stopped.",
                ),
            )

    def _accept(self, distribution: Distribution) -> None:
        name = distribution.filename.text
        at = self.clock.now()
        self.record(journal.Uploaded(at=at, filename=name, sha256=distribution.sha256))
        self.messages.pop(name, None)
        self.reporter.ended(name, "uploaded")

    def _refuse(self, distribution: Distribution, error: StageError) -> None:
        name = distribution.filename.text
        self.record(
            journal.UploadRefused(at=self.clock.now(), filename=name, message=error.message)
        )
        self._stop(name, "refused", error)

    def _fail(self, name: str, error: StageError) -> None:
        self.record(journal.Failed(at=self.clock.now(), filename=name, message=error.message))
        self._stop(name, "failed", error)

    def _stop(self, name: str, outcome: str, error: StageError) -> None:
        message = error.message.removeprefix(f"{name}: ")
        self.messages[name] = message
        self.error = self.error or error
        self.reporter.ended(name, outcome, message)

    def _pause(self, name: str, retry_after: float | None) -> float:
        """Longer at each attempt, with jitter, and as long as the index asks for."""
        own = random.uniform(0.5, 1.0) * 2.0 ** (self._tries[name] - 1)  # noqa: S311 - no secret
        return max(own, min(retry_after or 0.0, LONGEST_PAUSE))


def conflict(filename: str, frozen: str, shown: str) -> Conflict:
    """The index serves other bytes under a frozen name: the two digests, and the way out."""
    return Conflict(
        f"{filename}: the index serves other content under this name: expected sha256 {frozen}, "
        f"found {shown}",
        hint="A published file never changes: raise the version, or give a wheel a new build tag.",
    )

"""Every error a user can act upon.

::

    StageError                  status  what happened
    ├── UsageError                   2  the command line cannot mean anything
    ├── LocalError                   3  something on this machine is not as it must be
    │   ├── InvalidDistribution         a file is not a valid distribution
    │   ├── WrongState                  a release is not in the state asked for
    │   ├── Busy                        another command holds the release
    │   ├── Damaged                     a file of the stage is not what was written
    │   ├── NewerFormat                 the stage was written by a newer version
    │   └── StorageFailed               the disk refused: full, read-only, no permission
    ├── ChecksFailed                 1  the rules found errors
    ├── Differs                      1  the index serves something else than was frozen
    ├── NotSigned                    1  no signature proves that the manifest is whose it should be
    ├── SmokeFailed                  1  a release was tried from its preview, and does not work
    ├── Refused                      4  a policy or an index says no
    │   ├── Conflict                    the index serves other content under a frozen name
    │   ├── AppendRefused               a public release would grow, and nobody asked for it
    │   ├── CredentialsMissing          the index wants credentials, and none were found
    │   └── UploadRefused               the index refused a file, in its own words
    ├── Unreachable                  5  the index did not answer, or not in a way we know
    │   ├── Unavailable                 nobody answered, or a server that is in trouble
    │   └── Unreadable                  one page of it cannot be believed; others may be
    └── NotYetVisible                6  published, but not yet seen complete on the index

The message says in one sentence what was expected and what was found; the hint says the way out.
No message ever holds a credential.
"""

from __future__ import annotations


class StageError(Exception):
    """An error that a person can act upon.

    Args:
        message: one sentence, without a trailing full stop.
        hint: the way out, one sentence; empty where there is none to give.
    """

    exit_status: int = 1
    """What the program ends with."""

    report: object = None
    """What was done before the error, to be shown with it; set by the operation that raises."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(StageError):
    """The command line cannot mean anything."""

    exit_status = 2


class LocalError(StageError):
    """Something on this machine is not as it must be."""

    exit_status = 3


class InvalidDistribution(LocalError):
    """The file ``filename`` is not a valid distribution."""

    def __init__(self, filename: str, problem: str, *, hint: str = "") -> None:
        super().__init__(f"{filename}: {problem}", hint=hint)
        self.filename = filename
        self.problem = problem


class WrongState(LocalError):
    """A release is not in the state that the command needs."""


class Busy(LocalError):
    """Another command holds the release."""


class Damaged(LocalError):
    """A file of the stage, or a manifest, is not what was written.

    ``document`` names the file, ``problem`` the place in it and what is wrong there
    (``subject[3].digest.sha256: missing``).
    """

    def __init__(self, document: str, problem: str, *, hint: str = "") -> None:
        super().__init__(f"{document}: {problem}", hint=hint)
        self.document = document
        self.problem = problem


class NewerFormat(LocalError):
    """The stage was written by a newer version of this program."""


class StorageFailed(LocalError):
    """The disk refused: full, read-only, or no permission."""


class ChecksFailed(StageError):
    """The rules found errors."""


class Differs(StageError):
    """The index serves something else than was frozen."""


class NotSigned(StageError):
    """No signature proves that the manifest is whose it should be."""


class SmokeFailed(StageError):
    """A release was tried from its preview, and does not work.

    Args:
        message: one sentence, without a trailing full stop.
        step: ``environment``, ``install``, ``dependencies`` or ``command``.
        status: what the step ended with; as shells have it, 127 where it could not begin and 128
            and more where a signal ended it.
        said: the last lines of its output, without anything secret.
        hint: the way out.
    """

    def __init__(
        self, message: str, *, step: str, status: int, said: str = "", hint: str = ""
    ) -> None:
        super().__init__(f"{message}:\n{said}" if said else message, hint=hint)
        self.step = step
        self.status = status
        self.said = said


class Refused(StageError):
    """A policy or an index says no."""

    exit_status = 4


class Conflict(Refused):
    """The index serves other content under a name of ours."""


class AppendRefused(Refused):
    """A public release would grow, and nobody asked for it."""


class CredentialsMissing(Refused):
    """The index wants credentials, and none were found."""


class UploadRefused(Refused):
    """The index refused a file; the message is the index's own sentence."""


class Unreachable(StageError):
    """The index did not answer, or not in a way we understand; running again is safe."""

    exit_status = 5


class Unreadable(Unreachable):
    """One page of the index cannot be read or believed; what the others say still counts."""


class Unavailable(Unreachable):
    """Nobody answered, or a server that is in trouble: the address may well be the right one."""


class NotYetVisible(StageError):
    """Published, but not yet seen complete on the index within the waiting time."""

    exit_status = 6

"""URLs of previews: secrets, which terminals show, and one file keeps if somebody names it."""

from __future__ import annotations

from twine_stage.cli.call import Call
from twine_stage.releases import ReleaseId
from twine_stage.reporting import Reporter
from twine_stage.settings import Secret
from twine_stage.store.writing import PRIVATE, storing, write


def tell(
    call: Call, release: ReleaseId, preview: Secret, *, file: str | None, reporter: Reporter
) -> None:
    """Hand the URL of a preview to the person who may know it, and to nobody else.

    Args:
        call: whose terminal it is.
        release: what is seen there.
        preview: the URL.
        file: where to write it, readable by its owner alone; None for nowhere.
        reporter: learns that it is a secret, and how to get at it.

    Raises:
        StorageFailed: the file cannot be written.
    """
    reporter.conceal(preview.value)
    if file is not None:
        path = call.folder / file
        with storing(file):
            write(path, f"{preview.value}\n".encode(), mode=PRIVATE)
        reporter.note(f"the URL of the preview of {release} is in {file}")
    stream = call.surroundings.stderr
    if stream.isatty():
        stream.write(f"{preview.value}\n")
    elif file is None:
        reporter.note(
            f"{release} has a preview; its URL is a secret, which --preview-url-file FILE writes"
        )

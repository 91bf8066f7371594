"""What twine set up before it calls us, undone.

twine puts a log handler of rich on the root logger, which writes to stdout, and makes rich's
global console use colour everywhere, even in a pipe.
"""

from __future__ import annotations

import logging


def reset_output() -> None:
    """Leave logging and rich as a fresh process has them."""
    import rich  # noqa: PLC0415 - twine imported it; the program itself seldom needs it

    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler).__module__ == "rich.logging":
            root.removeHandler(handler)
            handler.close()
    rich.reconfigure()

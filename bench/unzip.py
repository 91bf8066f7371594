"""Unzip and hash the wheels of a folder, into nowhere: the least that looking at them costs."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path


def main(folder: Path) -> None:
    """Read every member of every wheel, and the SHA-256 of each file."""
    for path in sorted(folder.iterdir()):
        hashlib.sha256(path.read_bytes()).hexdigest()
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                archive.read(member)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

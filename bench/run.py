"""How fast ``stage`` is beside twine, uv and curl: a table of ratios, measured in one run.

Every peer runs on this machine, against the same loopback index, minutes apart at most; so the
ratios hold where the seconds do not. ``--quick`` is for a first look: small files, few repeats.
"""

from __future__ import annotations

import argparse
import compileall
import dataclasses
import json
import os
import platform
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import rows
from programs import Bench

MIB = 1 << 20


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for, show it, and write it down where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(rows.ALL)}")
    parser.add_argument("--quick", action="store_true", help="small files, few repeats")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(rows.ALL):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    # Nobody's second start compiles anything; an environment made by uv would at the first.
    compileall.compile_dir(sysconfig.get_path("purelib"), quiet=2, workers=0)
    found: list[rows.Row] = []
    with tempfile.TemporaryDirectory(prefix="stage-bench-") as scratch:
        bench = _bench(Path(scratch), quick=asked.quick)
        for name in asked.parts or rows.ALL:
            for row in rows.ALL[name](bench):
                found.append(row)
                print(_line(row), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(_document(found, quick=asked.quick), indent=2) + "\n")


def _bench(scratch: Path, *, quick: bool) -> Bench:
    if quick:
        return Bench(scratch, repeats=1, size=64 * MIB, delay=0.1, few=20, many=200)
    return Bench(scratch, repeats=5, size=1024 * MIB, delay=0.5, few=200, many=2000)


def _line(row: rows.Row) -> str:
    mark = {True: "reached", False: "missed", None: "-"}[row.is_reached]
    ratio = "    -" if row.ratio is None else f"{row.ratio:5.2f}"
    theirs = "" if row.theirs is None else f"/ {row.theirs:.2f} "
    sides = f"{row.ours:.2f} {theirs}{row.unit}"
    line = f"{row.what:<52} {ratio}  at most {row.target:<5g} {mark:<8} {sides}  {row.note}"
    return line.rstrip()


def _document(found: Sequence[rows.Row], *, quick: bool) -> dict[str, object]:
    programs = ("twine-stage", "twine", "uv", "typer")
    return {
        "quick": quick,
        "machine": {"cores": os.cpu_count(), "system": platform.platform()},
        "versions": {"python": sys.version.split()[0]} | {name: version(name) for name in programs},
        "rows": [dataclasses.asdict(row) | {"is_reached": row.is_reached} for row in found],
    }


if __name__ == "__main__":
    main()

"""`python -m bench [part …]`: measure, print the table, add it to docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.line import Line, table
from bench.parts import PARTS, run
from bench.report import append, entry


def main(argv: Sequence[str] | None = None) -> int:
    """Run the parts asked for, all where none is named. A target that is missed is said in the table, not here."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}; all if none is given")
    parser.add_argument("--print-only", action="store_true", help="do not add the table to docs/performance.md")
    args = parser.parse_args(argv)
    if unknown := sorted(set(args.parts) - set(PARTS)):
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="ivig_bench_") as folder:
        for part in sorted(set(args.parts)) or PARTS:
            lines += run(part, Path(folder))
    print(table(lines))
    if not args.print_only:
        append(entry(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What is promised in docs/reliability.md, put to the test: kills, damaged files, random riddles, guided fuzzing.

    python benchmarks/torture.py --seed 0            # everything; --quick for a look at each
    python benchmarks/torture.py --section kills     # one section, which is benchmarks/torture_kills.py

A section is a module ``torture_*.py`` with ``run(seed, quick) -> list[Row]``. The rows of all go to stdout as
one table of docs/reliability.md; the exit status is 1 where anything failed. Nothing leaves this machine.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PREFIX = "torture_"


class Row(NamedTuple):
    """``failed`` of ``tried`` did not do as promised; ``note`` says what was seen besides, or what failed."""

    what: str
    tried: int
    failed: int
    note: str
    seconds: float


def sections() -> list[str]:
    """The names of all sections."""
    return sorted(path.stem.removeprefix(PREFIX) for path in HERE.glob(f"{PREFIX}*.py"))


def run_section(name: str, seed: int, quick: bool) -> list[Row]:
    """A section's rows; one that itself fails is a row, too, and does not take the others with it."""
    began = time.perf_counter()
    try:
        run: Callable[[int, bool], list[Row]] = import_module(f"{PREFIX}{name}").run
        return run(seed, quick)
    except Exception:
        traceback.print_exc()
        last = traceback.format_exc().strip().splitlines()[-1]
        return [Row(f"the section {name}", 1, 1, last, time.perf_counter() - began)]


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| what | tried | failed | note | seconds |", "| --- | --- | --- | --- | --- |"]
    for what, tried, failed, note, seconds in rows:
        words = note.replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {what} | {tried:,} | {failed:,} | {words} | {seconds:,.0f} |")
    return "\n".join(lines)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--section", action="append", choices=sections(), help="Only this one; repeatable.")
    parser.add_argument("--seed", type=int, default=0, help="Of everything random.")
    parser.add_argument("--quick", action="store_true", help="A few of each, in about a minute a section.")
    asked = parser.parse_args()
    # What the sections import as `torture` is this module, not a second one.
    sys.modules["torture"] = sys.modules[__name__]
    rows: list[Row] = []
    for name in asked.section or sections():
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += run_section(name, asked.seed, asked.quick)
    print(table(rows))
    return 1 if any(row.failed for row in rows) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    sys.exit(main())

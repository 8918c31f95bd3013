"""Fuzz reader and compiler: many texts by seed, what they ended in, the slowest, the memory.

    python benchmarks/fuzz.py --inputs 100000 --seed 0 --page

``--page`` writes benchmarks/results/fuzz.json and the section of docs/benchmarks.md.
Failing inputs are saved, one file each, with the exception that ended them. The
exit status is 1 where there was any. Input number i of a seed is the same on
every machine: ``--only i`` tries it alone.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from fuzz import texts  # noqa: E402
from fuzz.probe import LIMIT, Hang, attempt  # noqa: E402

from oedipus.networks.cards import Card, read_cards  # noqa: E402

EVERY = 1_000
"""Inputs after which the figures so far are written."""


@dataclass(slots=True)
class Tally:
    """What a run saw so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_input: int = -1
    largest_input: int = -1
    """The last input that raised the peak of memory."""


def input_text(seed: int, number: int) -> str:
    """Input ``number`` of a seed, whatever the inputs before it were."""
    return texts.text(Random(f"{seed}/{number}"))


def site_of(error: BaseException) -> str:
    """The exception and the innermost place of the package it came from: what tells faults apart."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/fuzz/" not in frame.filename and "benchmarks" not in frame.filename]
    last = [one for one in ours if "site-packages" not in one.filename and "/lib/python" not in one.filename] or frames
    kind = "Hang" if isinstance(error, Hang) else type(error).__name__
    where = "" if isinstance(error, Hang) else f" at {Path(last[-1].filename).name}:{last[-1].lineno}"
    return f"{kind}{where}"


def peak_megabytes() -> float:
    """Largest resident set of this process so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def failing(text: str, cards: Mapping[str, Card]) -> str:
    """Where this text fails, an empty string where it does not."""
    try:
        attempt(text, cards)
    except (Exception, Hang) as error:
        return site_of(error)
    return ""


def shrunk(text: str, site: str, cards: Mapping[str, Card], tries: int = 100) -> str:
    """A shorter text that fails at the same place: runs of words left out, long runs first."""
    parts = re.split(r"(\s+|[(),])", text)
    size = len(parts) // 2
    while size and tries:
        place = 0
        while place < len(parts) and tries:
            fewer = parts[:place] + parts[place + size :]
            tries -= 1
            if failing("".join(fewer), cards) == site:
                parts = fewer
            else:
                place += size
        size //= 2
    return "".join(parts)


def save(folder: Path, seed: int, number: int, text: str, error: BaseException) -> None:
    """The input, as short as it could be made, and beside it how it ended."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"seed{seed}_input{number}"
    stem.with_suffix(".riddle").write_bytes(text.encode("utf-8", errors="surrogatepass"))
    stem.with_suffix(".txt").write_text("".join(traceback.format_exception(error)[-12:]), encoding="utf-8")


def run(inputs: range, seed: int, folder: Path, told: Callable[[Tally], None]) -> Tally:
    """Try all inputs; a failure is saved (three of a kind at most), the run goes on, and ``told`` hears of it."""
    cards, tally = read_cards(), Tally()
    for number in inputs:
        _try(tally, number, seed, folder, cards)
        if tally.outcomes.total() % EVERY == 0:
            told(tally)
    return tally


def _try(tally: Tally, number: int, seed: int, folder: Path, cards: Mapping[str, Card]) -> None:
    text = input_text(seed, number)
    before, memory = time.process_time(), peak_megabytes()
    try:
        tally.outcomes[attempt(text, cards).outcome] += 1
    except (Exception, Hang) as error:
        site = site_of(error)
        tally.outcomes["failed"] += 1
        tally.sites[site] += 1
        if tally.sites[site] <= 3:
            less = shrunk(text, site, cards) if tally.sites[site] == 1 and not isinstance(error, Hang) else text
            save(folder, seed, number, less, error)
            print(f"input {number}: {site}: {str(error)[:120]}: {less[:200]!r}", file=sys.stderr, flush=True)
    seconds = time.process_time() - before
    if seconds > tally.slowest:
        tally.slowest, tally.slowest_input = seconds, number
    if peak_megabytes() > memory:
        tally.largest_input = number


def commit_here() -> str:
    """The short name of the commit that is checked out, empty outside a repository."""
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def section(found: Mapping[str, Any]) -> str:
    """The page's part."""
    from report import table

    where = found["machine"]
    columns = ["inputs", "compiled", "refused with a diagnostic", "failed", "slowest", "largest memory of the process"]
    counts = [f"{found[name]:,}" for name in ("inputs", "compiled", "refused", "failed")]
    row = [*counts, f"{found['slowest_seconds']:.2f} s", f"{found['peak_megabytes']:.0f} MB"]
    failures = ", ".join(f"{site} ({times})" for site, times in found["failures"].items())
    lines = [
        "## Inputs of all sorts",
        f"`python benchmarks/fuzz.py --inputs {found['inputs']} --seed {found['seed']} --page`: read, explained, "
        f"formatted and compiled; more than {found['limit_seconds']:g} s of one core count as failed "
        f"({where['processor']}, load average {where['load_average']}, at {found['commit'] or 'an unknown commit'}).",
        table(columns, [row]),
    ]
    return "\n\n".join([*lines, f"What failed: {failures}."] if failures else lines)


def publish(figures: Mapping[str, Any]) -> None:
    """Write the figures and the page's section."""
    from report import machine, write

    found = {"machine": machine(), **figures}
    write("fuzz", found, section(found))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="try this one input, and show it")
    parser.add_argument("--failures", type=Path, default=Path("fuzz_failures"), help="directory of failing inputs")
    parser.add_argument("--page", action="store_true", help="write the figures into the results and docs/benchmarks.md")
    parser.add_argument("--out", type=Path, help="write the figures so far here as JSON, now and then")
    given = parser.parse_args()
    if given.only is not None:
        print(input_text(given.seed, given.only))
    inputs = range(given.inputs) if given.only is None else range(given.only, given.only + 1)
    start, commit = time.perf_counter(), commit_here()

    def figures(tally: Tally) -> dict[str, Any]:
        return {
            "inputs": tally.outcomes.total(),
            "seed": given.seed,
            "commit": commit,
            **{name: tally.outcomes[name] for name in ("compiled", "refused", "failed")},
            "failures": dict(tally.sites.most_common()),
            "limit_seconds": LIMIT,
            "slowest_seconds": round(tally.slowest, 3),
            "slowest_input": tally.slowest_input,
            "peak_megabytes": round(peak_megabytes(), 1),
            "largest_input": tally.largest_input,
            "wall_seconds": round(time.perf_counter() - start, 1),
        }

    def keep(tally: Tally) -> None:
        if given.out:
            given.out.write_text(f"{json.dumps(figures(tally), indent=2)}\n", encoding="utf-8")

    tally = run(inputs, given.seed, given.failures, keep)
    keep(tally)
    print(json.dumps(figures(tally), indent=2))
    if given.page:
        publish(figures(tally))
    return 1 if tally.outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

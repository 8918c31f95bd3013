"""Foreign files, damaged at random, through the entry points that users have: none may end in a traceback, hang, or be
taken for what it is not.

    python benchmarks/torture.py --section files --seed 0            # 200 of each kind; --quick for 20
    python benchmarks/torture_files.py --kind card --only 7          # one file again, and how it ended

A kind of files is tried in a process of its own. Where that process says nothing
for :data:`LIMIT` seconds, the file counts as a hang and another process goes on
behind it; one that dies counts as a traceback. File number i of a seed is the same on every machine.
"""

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(Path(__file__).parent))

from foreign_kinds import KINDS  # noqa: E402
from torture import Row  # noqa: E402

COUNT = 200
"""Files of each kind."""
FEW = 20
LIMIT = 30.0
"""Seconds of wall clock that a file may take."""
START = 120.0
"""Seconds that a process may take before its first file."""


def run(seed: int, quick: bool) -> list[Row]:
    """One row for each kind of files."""
    return [_row(kind, seed, FEW if quick else COUNT) for kind in KINDS]


def _row(kind: str, seed: int, count: int) -> Row:
    start, place = time.perf_counter(), 0
    found = {"traceback": 0, "hang": 0, "wrong": 0}
    while place < count:
        place = _process(kind, seed, place, count, found)
    note = f"{found['traceback']} tracebacks, {found['hang']} hangs, {found['wrong']} accepted wrongly"
    return Row(f"damaged: {kind}", count, sum(found.values()), note, time.perf_counter() - start)


def _process(kind: str, seed: int, first: int, count: int, found: dict[str, int]) -> int:
    """One process over files from ``first`` on; where the next one has to begin."""
    command = [
        sys.executable,
        __file__,
        "--kind",
        kind,
        "--seed",
        str(seed),
        "--first",
        str(first),
        "--count",
        str(count),
    ]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OEDIPUS_CACHE": home}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=home, env=environment
        )
        lines: queue.Queue[str] = queue.Queue()
        assert process.stdout is not None
        reader = threading.Thread(target=lambda out=process.stdout: [lines.put(one) for one in (*out, "")], daemon=True)
        reader.start()
        place, wait = first, START
        while place < count:
            try:
                line = lines.get(timeout=wait)
            except queue.Empty:
                process.kill()
                _told(found, "hang", kind, seed, place, "")
                place += 1
                break
            if not line:
                _told(found, "traceback", kind, seed, place, "the process died")
                place += 1
                break
            said = json.loads(line)
            wait = LIMIT
            if "outcome" in said:
                _told(found, said["outcome"], kind, seed, place, said["why"])
                place += 1
        process.wait(timeout=60)
        process.stdout.close()
    return place


def _told(found: dict[str, int], outcome: str, kind: str, seed: int, place: int, why: str) -> None:
    if outcome in found:
        found[outcome] += 1
        print(f"{kind} {place} of seed {seed}: {outcome} {why}", file=sys.stderr, flush=True)


def attempt(kind: Any, seed: int, place: int) -> tuple[str, str]:
    """How file ``place`` ended, and why where it matters."""
    rng = Random(f"{kind.name}/{seed}/{place}")
    try:
        return kind.attempt(rng)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        last = next((one for one in reversed(frames) if str(ROOT) in one.filename), frames[-1])
        return "traceback", f"{type(error).__name__}: {str(error)[:200]} at {Path(last.filename).name}:{last.lineno}"


def work(name: str, seed: int, places: range) -> None:
    """A process: one line of JSON for each file."""
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is told to users is not what is counted
    with tempfile.TemporaryDirectory() as folder, os.fdopen(out, "w") as told:
        kind = KINDS[name](Path(folder))
        print(json.dumps({"ready": True}), file=told, flush=True)
        for place in places:
            outcome, why = attempt(kind, seed, place)
            print(json.dumps({"outcome": outcome, "why": why}), file=told, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=COUNT, help="files of the kind")
    parser.add_argument("--kind", choices=sorted(KINDS), required=True, help="the kind that this process tries")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int, help="try this one file, and show how it ended")
    given = parser.parse_args()
    if given.only is not None:
        with tempfile.TemporaryDirectory() as folder:
            print(attempt(KINDS[given.kind](Path(folder)), given.seed, given.only))
        return 0
    work(given.kind, given.seed, range(given.first, given.count))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""kill -9 at random moments of a solve, checkpoints and results being written among them: is the end the same?

Each chain is one solve: killed, resumed, killed again, until it ends by itself. Then its files are held against
those of a solve that was left alone, byte for byte but for the seconds it took; nothing else may lie beside them.
Every process is forked from one that has the imports done, so that all moments are moments of the solve.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from torture import Row

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

KILLS, FEW = 20, 2
PATIENCE = 600.0
IMPORTED = (
    "oedipus.__main__", "oedipus.compiler.verdict.decide", "oedipus.report.html", "oedipus.runtime.identity",
    "oedipus.runtime.outputs", "oedipus.runtime.picture", "oedipus.runtime.refine", "problems", "h5netcdf", "xarray",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A riddle and the flags that keep it short."""

    name: str
    text: str
    flags: tuple[str, ...]
    cold: bool = False
    """Whether each chain begins without a bank in the cache."""


def options(**values: int) -> tuple[str, ...]:
    return tuple(f"--option={name}={value}" for name, value in values.items())


THREE = "digits a, b, c\na is odd\nb = a + 2\na + b = c\nc is not 8\n"
FACE = 'face x\ndata y = "portrait.npy"\nmask(coarsen(gray(x), 4), left) = y ± 0.5\n'
RINGS = 'use "rings"\ndigits x, y\nx > 5\ny > 5\nx has no ring\ny has no ring\n'
CASES = (
    Case(
        "hmc", "digit a\na is odd\na is not 5\n",
        ("--algorithm", "hmc", "--start", "prior", *options(chains=2, draws=60, warmup=60, leapfrog=3)),
    ),
    Case("meanfield", THREE, ("--algorithm", "meanfield", "--polish", "40", "--restarts", "2", *options(members=512))),
    Case(
        "mgvi on a face", FACE,
        ("--algorithm", "mgvi", *options(rounds=2, newton=3, pairs=2, trajectories=1, chains=2, leapfrog=2)),
    ),
    Case("bank building", THREE, ("--algorithm", "bank", *options(pool=2048, particles=64)), cold=True),
    Case(
        "refine", RINGS,
        ("--algorithm", "hmc", "--start", "prior", "--refine", "--seed", "7",
         *options(chains=2, draws=6, warmup=6, leapfrog=1)),
    ),
)  # fmt: skip


def run(seed: int, quick: bool) -> list[Row]:
    """A row for each case."""
    os.environ |= {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    for name in IMPORTED:
        import_module(name)
    from oedipus.runtime.diagnostics import statistics

    statistics()
    with tempfile.TemporaryDirectory() as folder:
        return [killed(case, Random(f"{seed}/{case.name}"), FEW if quick else KILLS, Path(folder)) for case in CASES]


def killed(case: Case, rng: Random, kills: int, folder: Path) -> Row:
    """So many kills of the case; a chain that does not end as it should has all of its kills failed."""
    began = time.perf_counter()
    place = folder / case.name.replace(" ", "-")
    lone = prepared(case, place / "alone", place)
    attempt(case, lone, None, resume=False)  # what is cached is there from now on, unless the case is of that
    shutil.rmtree(lone / "run")
    shutil.rmtree(lone / "cache", ignore_errors=True) if case.cold else None
    start = time.perf_counter()
    status = attempt(case, lone, None, resume=False)
    whole, expected = time.perf_counter() - start, snapshot(lone)
    done, failed, chains, notes = 0, 0, 0, list[str]()
    while done < kills:
        chains += 1
        cut = prepared(case, place / f"chain-{chains}", place)
        suffered, ended = chain(case, cut, rng, whole, kills - done)
        done += suffered
        wrong = differences(expected, snapshot(cut)) if ended == status else [f"ends with {ended}, not {status}"]
        if wrong:
            failed += suffered
            notes.append(f"chain {chains}: {', '.join(wrong)}; {(cut / 'log').read_text()[-300:]}")
    said = f"{chains} solves of {whole:.1f} s, each killed until it ended; every file as if left alone"
    return Row(f"kill -9: {case.name}", done, failed, "; ".join(notes) or said, time.perf_counter() - began)


def prepared(case: Case, folder: Path, place: Path) -> Path:
    """A folder with the riddle and what it needs."""
    from problems import half_blind

    folder.mkdir(parents=True)
    (folder / "it.riddle").write_text(case.text, encoding="utf-8")
    shutil.copy(ROOT / "riddles" / "data" / "portrait.npy", folder)
    if not (place / "rings").exists():
        half_blind(place / "rings")
    shutil.copytree(place / "rings", folder / "rings")
    return folder


def chain(case: Case, folder: Path, rng: Random, whole: float, most: int) -> tuple[int, int]:
    """Killed at most ``most`` times, at moments up to the ``whole`` seconds that all of it takes; how often, and the
    status in the end."""
    suffered = 0
    while True:
        limit = rng.uniform(0, whole) if suffered < most else None
        status = attempt(case, folder, limit, resume=suffered > 0)
        if status != -signal.SIGKILL:
            return suffered, status
        suffered += 1


def attempt(case: Case, folder: Path, limit: float | None, *, resume: bool) -> int:
    """One process of the solve in ``folder``, killed after ``limit`` seconds; its status, negative by a signal."""
    flags = ["--seed", "3", "--samples", "6", "--checkpoint-every", "0", "--out", "run", *case.flags]
    words = ["oedipus", "solve", "it.riddle", *flags, *(["--resume"] if resume else [])]
    child = os.fork()
    if child == 0:
        become(words, folder, folder / "cache" if case.cold else folder.parent / "cache")
    ends = time.perf_counter() + (PATIENCE if limit is None else limit)
    while time.perf_counter() < ends:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def become(words: list[str], folder: Path, cache: Path) -> None:
    """Be the command, and end as it ends."""
    status: Any = 1
    try:
        os.chdir(folder)
        os.environ["OEDIPUS_CACHE"] = str(cache.resolve())
        with open("log", "ab") as log:
            for stream in (1, 2):
                os.dup2(log.fileno(), stream)
        from oedipus.__main__ import main

        sys.argv = words
        main()
    except SystemExit as ended:
        status = ended.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


def snapshot(folder: Path) -> dict[str, Any]:
    """All that a solve left in its directory and its cache, as hashes; the result without the seconds."""
    found: dict[str, Any] = {}
    for path in sorted(path for top in ("run", "cache") for path in (folder / top).rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        if path.name == "result.json":
            found[name] = json.loads(path.read_text(encoding="utf-8")) | {"seconds": None}
        elif path.name == "report.html":
            found[name] = "there"  # says the seconds
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """In words; nothing where both are the same."""
    words = [f"{name} is missing" for name in expected if name not in found]
    words += [f"{name} is left over" for name in found if name not in expected]
    return words + [f"{name} differs" for name in expected if name in found and found[name] != expected[name]]

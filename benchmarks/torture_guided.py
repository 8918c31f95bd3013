"""Coverage-guided fuzzing (atheris on libFuzzer) of the reader of riddles and of the loader of cards.

    python benchmarks/torture.py --section guided --seed 0               # ten minutes; --quick for twenty seconds
    python benchmarks/torture_guided.py --only FILE --target reader      # one saved input again

Each target runs in a process of its own, whose modules count their branches: what reaches a new one is kept and
mutated further. A riddle has to end as a program or with diagnostics in their place, a card as a card or with a
:class:`CardError`; anything else, and whatever takes longer than its limit, is a failure. The run goes on behind
a failure, and one input for each place of a failure is kept.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(Path(__file__).parent))

from torture import Row  # noqa: E402

SECONDS = 600
QUICK_SECONDS = 20
LONGEST = {"reader": 400, "cards": 3_000}
"""Most bytes of an input."""
LIMIT = 5.0
"""Processor seconds that no input may take."""
KEYS = (
    "name role kind architecture options classes table language nouns value adjectives features functions units "
    "picture shape range memory chunk recompute training figures sha256 licence intended_use generator classifier "
    "regressor judge"
).split()


def run(seed: int, quick: bool) -> list[Row]:
    """One row for each target."""
    seconds = (QUICK_SECONDS if quick else SECONDS) // len(LONGEST)
    try:
        import atheris  # noqa: F401
    except ImportError:
        return [Row("guided fuzzing", 0, 0, "not run: pip install atheris", 0.0)]
    return [_row(target, seed, seconds) for target in LONGEST]


def _row(target: str, seed: int, seconds: int) -> Row:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        asked = ["--target", target, "--seed", str(seed), "--seconds", str(seconds), "--out", str(told)]
        ended = subprocess.run([sys.executable, __file__, *asked], capture_output=True, check=False, cwd=folder)
        found: dict[str, Any] = json.loads(told.read_text()) if told.exists() else {}
    if not found:
        last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return Row(f"guided: {target}", 1, 1, " ".join(last), time.perf_counter() - began)
    note = ", ".join(f"{site} ({times})" for site, times in found["failures"].items())
    note = note or f"{found['seconds']:.0f} s by coverage, {found['accepted']:,} of them accepted"
    return Row(f"guided: {target}", found["inputs"], sum(found["failures"].values()), note, time.perf_counter() - began)


class Target:
    """Tries inputs and keeps what they ended in; ``attempt`` tells whether an input was accepted."""

    def __init__(self, attempt: Callable[[bytes], bool], out: Path | None, saved: Path | None) -> None:
        self.attempt, self.out, self.saved = attempt, out, saved
        self.failures: Counter[str] = Counter()
        self.inputs = self.accepted = 0
        self.began = self.written = time.monotonic()

    def __call__(self, data: bytes) -> None:
        """One input."""
        from fuzz.probe import Hang

        self.inputs += 1
        try:
            self.accepted += self.attempt(data)
        except (Exception, Hang) as error:
            site = site_of(error)
            self.failures[site] += 1
            if self.failures[site] == 1:
                self._keep(data, site, error)
        if time.monotonic() - self.written > 1:
            self.write()

    def write(self) -> None:
        """The figures so far."""
        self.written = time.monotonic()
        told = {
            "inputs": self.inputs,
            "accepted": self.accepted,
            "failures": dict(self.failures.most_common()),
            "seconds": self.written - self.began,
        }
        if self.out:
            self.out.write_text(json.dumps(told))

    def _keep(self, data: bytes, site: str, error: BaseException) -> None:
        print(f"{site}: {str(error)[:200]}: {data[:400]!r}", file=sys.stderr, flush=True)
        if self.saved:
            self.saved.mkdir(parents=True, exist_ok=True)
            stem = self.saved / "".join(char if char.isalnum() else "_" for char in site)
            stem.with_suffix(".input").write_bytes(data)
            stem.with_suffix(".txt").write_text("".join(traceback.format_exception(error)[-12:]), encoding="utf-8")


def site_of(error: BaseException) -> str:
    """The exception and the innermost place of the package that it came from."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith(str(ROOT))]
    ours = [one for one in frames if "benchmarks" not in one.filename and "site-packages" not in one.filename] or frames
    kind = type(error).__name__
    return kind if kind == "Hang" else f"{kind} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def reader() -> Callable[[bytes], bool]:
    """Riddles: read, explained, formatted and compiled."""
    from fuzz.probe import attempt

    from oedipus.dsl.diagnostics import RiddleError
    from oedipus.dsl.reader import decode
    from oedipus.networks.cards import read_cards

    cards = read_cards()

    def one(data: bytes) -> bool:
        try:
            text = decode(data)
        except RiddleError:
            return False
        return attempt(text, cards).outcome == "compiled"

    return one


def cards() -> Callable[[bytes], bool]:
    """Cards of others, alone and beside the shipped ones."""
    from fuzz.probe import limited

    from oedipus.networks.cards import CardError, read_cards

    folder = Path(tempfile.mkdtemp())

    def one(data: bytes) -> bool:
        (folder / "other.toml").write_bytes(data)
        with limited(LIMIT):
            try:
                read_cards([folder])
            except CardError as error:
                if "other.toml" not in str(error):
                    raise AssertionError(f"does not name the card: {error}") from error
                return False
        return True

    return one


def corpus(target: str) -> Iterator[bytes]:
    """Inputs to begin with."""
    if target == "cards":
        for path in sorted((ROOT / "networks" / "weights").glob("*.toml")):
            yield path.read_bytes().replace(f'name = "{path.stem}"'.encode(), b'name = "other"', 1)
        return
    for folder in ("riddles", "tests/errors"):
        for path in sorted((ROOT / folder).glob("*.riddle")):
            yield path.read_bytes()[: LONGEST["reader"]]


def words(target: str) -> Iterator[str]:
    """What libFuzzer puts in besides bytes."""
    if target == "cards":
        yield from KEYS
        yield from ('= "digit"', "= [1, 1]", "= nan", "= {}", "[language]", "[picture]", "= 9223372036854775808")
        return
    from oedipus.compiler.resolve.functions import FUNCTIONS
    from oedipus.dsl.core import KEYWORDS, SIGNS
    from oedipus.dsl.english.lexicon import Lexicon

    yield from (f"{name}(" for name in sorted(FUNCTIONS))
    yield from (f" {word} " for word in sorted({*KEYWORDS, *Lexicon().known()}))
    yield from (sign for sign in SIGNS if sign.isascii())


def fuzz(target: str, seed: int, seconds: int, out: Path | None, saved: Path | None) -> None:
    """Run one target in this process; libFuzzer ends it."""
    import atheris

    sys.path.insert(0, str(ROOT / "tests"))
    with atheris.instrument_imports(include=["oedipus"], enable_loader_override=False):
        attempt = reader() if target == "reader" else cards()
    begin = Path(tempfile.mkdtemp())
    for number, content in enumerate(corpus(target)):
        (begin / f"{number:04}").write_bytes(content)
    dictionary = begin.with_suffix(".dict")
    escaped = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words(target) if word.isascii())
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped))
    tried = Target(attempt, out, saved)
    flags = [f"-max_total_time={seconds}", f"-max_len={LONGEST[target]}", f"-seed={seed + 1}", f"-dict={dictionary}"]
    atheris.Setup([sys.argv[0], *flags, "-timeout=60", "-rss_limit_mb=4096", "-verbosity=0", str(begin)], tried)
    atheris.Fuzz()


def again(target: str, path: Path) -> None:
    """Try one saved input, with its traceback."""
    sys.path.insert(0, str(ROOT / "tests"))
    print("accepted" if (reader() if target == "reader" else cards())(path.read_bytes()) else "refused")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="Of libFuzzer.")
    parser.add_argument("--target", choices=sorted(LONGEST), required=True, help="What this process tries.")
    parser.add_argument("--seconds", type=int, default=QUICK_SECONDS, help="How long.")
    parser.add_argument("--out", type=Path, help="Where the figures go as JSON.")
    parser.add_argument("--failures", type=Path, help="Directory of failing inputs.")
    parser.add_argument("--only", type=Path, help="Try this one input.")
    asked = parser.parse_args()
    if asked.only:
        again(asked.target, asked.only)
        return 0
    fuzz(asked.target, asked.seed, asked.seconds, asked.out, asked.failures)
    return 0


if __name__ == "__main__":
    sys.exit(main())

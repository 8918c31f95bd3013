"""The reader of English: coverage of the corpora, composed sentences, its speed and its size.

python benchmarks/language.py --page      # into docs/benchmarks.md
"""

import argparse
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

from composed import KINDS, cards, sentences, triples
from diagram import many_clauses
from report import HERE, machine, table, write

from oedipus.compiler.frontend import check_text

ROOT = HERE.parent
CORPORA = {
    "tests/compiler/test_understood.py": "sentences with their meaning, `tests/compiler/understood.txt`",
    "tests/riddles/test_puzzle_book.py": "riddles: published ones, and those of readers of docs/language.md",
    "tests/compiler/test_sentences.py": "sentences that are tests of one construct each",
    "tests/compiler/test_negations.py": "negations",
    "tests/compiler/test_published.py": "published wordings",
}
LONG = (
    "If the first digit is larger than the sum of the second digit and the third digit, then the last digit is odd and "
    "the product of the first digit and the second digit is a multiple of the difference between the third and the last"
)
SIZED = ("dsl/**/*.py", "dsl/*.lark", "dsl/english/phrases/*.txt", "dsl/english/words.txt")


def corpora() -> dict[str, Any]:
    """How many of each corpus are read right, ambiguous, refused; one that is misread fails its test and counts so."""
    found = {}
    for path in CORPORA:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", path], cwd=ROOT, capture_output=True, text=True, check=False
        )
        counted = re.search(r"(\d+) read right, (\d+) ambiguous, (\d+) refused", done.stdout)
        failed = re.search(r"(\d+) failed", done.stdout)
        assert counted, done.stdout[-2000:]
        right, ambiguous, refused = map(int, counted.groups())
        found[path] = {"right": right, "ambiguous": ambiguous, "refused": refused,
                       "misread": int(failed[1]) if failed else 0}  # fmt: skip
    return found


def seconds_of(call: Callable[[], object], repeats: int) -> float:
    """The median of the processor's time."""
    taken = []
    for _ in range(repeats):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return median(taken)


def import_seconds(repeats: int) -> float:
    """Processor time of importing the reader in a process of its own."""
    code = "import time; t = time.process_time(); import oedipus.dsl.reader; print(time.process_time() - t)"
    return median(float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(repeats))


def speed(repeats: int) -> dict[str, float]:
    """Seconds of one core."""
    head = "I am a four-digit number.\n"
    check_text(head + LONG, cards())
    alone, with_sentence = (
        seconds_of(lambda text=text: check_text(text, cards()), repeats)
        for text in (head, head + LONG)  # type: ignore[misc]
    )
    return {
        "import": import_seconds(repeats),
        "sentence": with_sentence - alone,
        "words": len(LONG.split()),
        "thousand": many_clauses(1000, 3)["with_parsing_seconds"],
    }


def size() -> dict[str, int]:
    """Lines of the folder dsl, by kind of file."""
    return {
        pattern: sum(len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.glob(pattern))
        for pattern in SIZED
    }


def figures(count: int, triple_count: int, seed: int, repeats: int) -> dict[str, Any]:
    composed = Counter(found.kind for _, _, _, found in sentences(count, seed, None))
    told = Counter(kind for _, kind, *_ in triples(triple_count, seed))
    return {
        "machine": machine(), "seed": seed, "composed": composed, "triples": told, "corpora": corpora(),
        "speed": speed(repeats), "lines": size(),
    }  # fmt: skip


def section(found: dict[str, Any]) -> str:
    """The page's part: what was measured, as tables."""
    composed, told, quick = found["composed"], found["triples"], found["speed"]
    rows = [
        [
            CORPORA[path],
            f"{sum(one.values()):,}",
            *(f"{one[kind]:,}" for kind in ("right", "ambiguous", "refused")),
            f"{one['right'] / sum(one.values()):.1%}",
            str(one["misread"]),
        ]
        for path, one in found["corpora"].items()
    ]
    return "\n\n".join(
        [
            "## Reading English",
            f"`python benchmarks/language.py --page`, seed {found['seed']}; one thread of "
            f"{found['machine']['processor']}, load average {found['machine']['load_average']}. Sentences put together "
            "from templates that know nothing of the grammar, their truth by brute force (`benchmarks/composed.py`):",
            table(["sentences", *KINDS], [[f"{sum(composed.values()):,}", *(f"{composed[k]:,}" for k in KINDS)]]),
            f"One thing said in three wordings, {sum(told.values()):,} times: {told['same']:,} with the same "
            f"solutions, {told['refused']} with a wording refused, {told['different']} different.",
            "Corpora in the repository (the command tells its line at the end of `pytest FILE`). What is refused is "
            "listed in `tests/refusals.json`; a sentence that is read must be read right:",
            table(["corpus", "of", "right", "ambiguous", "refused", "read", "misread"], rows),
            f"Import of the reader {1e3 * quick['import']:.0f} ms; a sentence of {quick['words']} words "
            f"{1e3 * quick['sentence']:.1f} ms; a riddle of 1,000 clauses from text to program "
            f"{quick['thousand']:.2f} s (the processor's time, medians).",
            f"`dsl/`: {sum(found['lines'].values()):,} lines, of which Python {found['lines']['dsl/**/*.py']:,}, "
            f"productions {found['lines']['dsl/english/phrases/*.txt']:,}, the core's grammar "
            f"{found['lines']['dsl/*.lark']}, words {found['lines']['dsl/english/words.txt']}.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--triples", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--page", action="store_true", help="write the section of docs/benchmarks.md")
    asked = parser.parse_args()
    found = figures(asked.count, asked.triples, asked.seed, asked.repeats)
    if asked.page:
        write("language", found, section(found))
    else:
        print(section(found))


if __name__ == "__main__":
    main()

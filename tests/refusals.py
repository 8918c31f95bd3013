"""What earlier versions read and this one refuses: refusals.json names each test with the message it expects.

The file only shrinks. A test that is named there has to fail with just that message; one that passes, or that fails
otherwise, is an error. ``pytest --write-refusals`` writes the file anew from what is refused at present.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oedipus.dsl.diagnostics import RiddleError

STORED = Path(__file__).parent / "refusals.json"
REFUSED: dict[str, str] = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
CORPORA = (
    "compiler/test_understood", "compiler/test_sentences", "compiler/test_negations", "compiler/test_published",
    "riddles/test_puzzle_book", "dsl/test_introductions", "dsl/test_carriers", "dsl/test_truths", "dsl/test_leadins",
    "dsl/test_stories",
)  # fmt: skip
"""The modules whose tests are sentences and riddles of a corpus."""


def told(error: RiddleError) -> str:
    """Code and message of the first mistake."""
    first = next(one for one in error.diagnostics if one.severity == "error")
    return f"{first.code} {first.message}"


def key_of(item: pytest.Item) -> str:
    """What the file calls a test."""
    return item.nodeid.removeprefix("tests/")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-refusals", action="store_true", help="write tests/refusals.json anew")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    key = key_of(pyfuncitem)
    if not key.startswith(CORPORA):
        return (yield)
    writing = pyfuncitem.config.getoption("--write-refusals")
    expected = None if writing else REFUSED.get(key)
    try:
        result: Any = yield
    except RiddleError as error:
        if writing:
            _note(key, told(error))
        elif expected is None:
            raise
        elif told(error) != expected:
            pytest.fail(f"refused with {told(error)!r}, refusals.json expects {expected!r}")
        return True
    assert expected is None, f"this is understood now: take {key!r} out of refusals.json"
    return result


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What became of each corpus, in a line."""
    if terminalreporter.config.getoption("--write-refusals"):
        return
    tally: dict[str, Counter[str]] = {}
    for report in terminalreporter.stats.get("passed", ()):
        key = report.nodeid.removeprefix("tests/")
        if key.startswith(CORPORA):
            refused = REFUSED.get(key)
            kind = "read right" if refused is None else "ambiguous" if refused.startswith("E203") else "refused"
            tally.setdefault(key.partition("::")[0], Counter())[kind] += 1
    for module, counted in sorted(tally.items()):
        told = ", ".join(f"{counted[kind]} {kind}" for kind in ("read right", "ambiguous", "refused"))
        terminalreporter.write_line(f"{module}: {told}")


def _note(key: str, message: str) -> None:
    found = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    found[key] = message
    STORED.write_text(json.dumps(dict(sorted(found.items())), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")

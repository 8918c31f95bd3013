"""No input makes a traceback: text of all sorts, words of the language in any order, mutations of real riddles."""

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oedipus.compiler.frontend import read_text
from oedipus.compiler.show.explain import explain
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.canonical import canonical
from oedipus.dsl.diagnostics import RiddleError, as_json, render
from oedipus.dsl.english.lexicon import Lexicon
from oedipus.dsl.reader import decode
from oedipus.networks.cards import read_cards

CARDS = read_cards()
RUNS = int(os.environ.get("OEDIPUS_FUZZ", "150"))
QUICK = settings(max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = sorted((Path(__file__).parents[2] / "riddles").glob("*.riddle"))
TEXTS = [path.read_text(encoding="utf-8") for path in FILES]
VOCABULARY = sorted(Lexicon(words_of(CARDS).vocabulary.entries()).all_words())
SIGNS = [
    "\n",
    ". ",
    "; ",
    ", ",
    "(",
    ")",
    "=",
    "+",
    "-",
    "*",
    "/",
    "**",
    "%",
    "<",
    "≥",
    "±",
    "3",
    "12",
    "0.5",
    "2nd",
    '"x"',
    "#",
    ":",
]
WORDS = st.sampled_from([*VOCABULARY, *SIGNS, "a", "b", "I", "AB", "zzz", "a", "b"])
HEADS = st.sampled_from(["digits a, b\n", "I am a three-digit number.\n", "There is a code of four digits.\n", ""])


def examine(text: str) -> None:
    """Read a text and look at everything that is said about it."""
    riddle, found = read_text(text, CARDS)
    for one in found:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert as_json(one, text)["line"] >= 1
    render(found, text)
    if any(one.severity == "error" for one in found):
        return
    assert explain(riddle, CARDS)
    once = canonical(text)
    assert canonical(once) == once
    assert [one.body for one in read_text(once, CARDS)[0].clauses] == [one.body for one in riddle.clauses]


@QUICK
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    examine(text)


@QUICK
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    try:
        text = decode(data)
    except RiddleError:
        return
    examine(text)


@QUICK
@given(HEADS, st.lists(WORDS, max_size=14))
def test_words_of_the_language_in_any_order(head: str, words: list[str]) -> None:
    examine(head + " ".join(words))


@QUICK
@given(st.sampled_from(TEXTS), st.data())
def test_mutations_of_riddles(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(words) - 1))
        match data.draw(st.sampled_from(["drop", "swap", "put", "double"])):
            case "drop" if len(words) > 1:
                del words[place]
            case "swap":
                other = data.draw(st.integers(0, len(words) - 1))
                words[place], words[other] = words[other], words[place]
            case "put":
                words.insert(place, data.draw(WORDS))
            case _:
                words.insert(place, words[place])
    examine(" ".join(words))

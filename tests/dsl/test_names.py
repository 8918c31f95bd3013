"""Names that are words of the language: each is read as itself everywhere, or refused where it is declared."""

import unicodedata

import pytest

from oedipus.compiler.frontend import understand
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.core import KEYWORDS
from oedipus.dsl.english.lexicon import Lexicon
from oedipus.dsl.names import FREE
from oedipus.dsl.printer import PLAIN
from oedipus.networks.cards import read_cards

CARDS = read_cards()
WORDS = Lexicon(words_of(CARDS).vocabulary.within(()).entries()).all_words()
VOCABULARY = sorted({*KEYWORDS, *FUNCTIONS, *WORDS, *FREE, "zz", "I", "A"})
SAID = """
{w} = 3
{w} + q = 9
q = 2 * {w} - 1
not ({w} = q) and {w} > 2
min({w}, q) = 2
max({w}, q) = 7
number({w}, q) > 30
sum(x for x in [{w}, q]) = 5
{w} is odd
{w} is larger than q
q is less than {w}
the sum of {w} and q is 7
the difference between q and {w} is 2
q is twice {w}
{w} is not 4
if {w} is 3 then q is 4
{w} and q are equal
{w}, q and r are different
q equals {w}
only {w} is even
q is {w}
exactly one of {w} and q is odd
the digits are {w}, q and 3 in some order
""".strip()


def meanings(name: str) -> list[str] | None:
    """What all clauses mean when a digit is called so, None where something is wrong."""
    found = understand(f"digits {name}, q, r\n{SAID.format(w=name)}", CARDS)
    if any(one.severity == "error" for one in found.diagnostics):
        return None
    return [repr(clause.body).replace(repr(name), "'zz'") for clause in found.riddle.clauses]


def unlike(word: str) -> str:
    """The word in a spelling that no message or network has, so that it can be told apart: ``tWO``."""
    return word[0].lower() + word[1:].upper() if len(word) > 1 else word


@pytest.fixture(scope="module")
def plain() -> list[str]:
    found = meanings("zz")
    assert found is not None
    assert len(found) == len(SAID.splitlines())
    return found


@pytest.mark.parametrize("word", [word for word in VOCABULARY if word.replace("_", "").isalpha()])
def test_every_word_is_read_as_itself_or_refused(word: str, plain: list[str]) -> None:
    name = unlike(word)
    found = understand(f"digits {name}, q\n{name} = 3", CARDS)
    codes = [one.code for one in found.diagnostics if one.severity == "error"]
    if codes:
        first = next(one for one in found.diagnostics if one.severity == "error")
        assert first.code == "E303", f"{word}: {first}"
        assert name in first.label, first
        assert first.help, first
        # The place is the declaration's.
        assert first.span.start < len(f"digits {name}, q"), first
    else:
        assert meanings(name) == plain


@pytest.mark.parametrize("word", sorted(FREE - {*PLAIN[1:]}))
def test_free_words_can_be_declared(word: str, plain: list[str]) -> None:
    assert meanings(unlike(word)) == plain


@pytest.mark.parametrize(
    "said", ["digits two", "digits an", "digits the", "let sum = 3", "let of = 3", "digit from, xor"]
)
def test_refused_at_the_declaration(said: str) -> None:
    found = understand(f"{said}\ndigits q\nq = 3", CARDS).diagnostics
    assert next(one.code for one in found if one.severity == "error") == "E303", found


def test_ordinals_are_names_at_their_own_places() -> None:
    found = understand("digits first, second, third\nthe second digit is odd\nsecond > third", CARDS)
    assert not found.diagnostics
    wrong = understand("digits second, third, first\nsecond = 3", CARDS).diagnostics
    assert next(one.code for one in wrong) == "E303"
    assert "second" in wrong[0].label


def test_a_declared_letter_is_no_article_and_no_pronoun() -> None:
    found = understand("digits A, I\nA is odd\nI is 3\nI + A = 4", CARDS)
    assert not found.diagnostics
    assert "Value(variable='I')" in repr(found.riddle.clauses[1].body)


def test_decomposed_letters_are_composed_and_keep_their_places() -> None:
    composed, decomposed = "caf\u00e9", unicodedata.normalize("NFD", "caf\u00e9")
    text = f"digits {decomposed}, b\n{composed} = 3\n{decomposed} + b = 5\n{composed} + nobody = 2"
    found = understand(text, CARDS)
    assert [one.name for one in found.riddle.variables] == [composed, "b"]
    assert len(found.riddle.clauses) == 2
    (wrong,) = found.diagnostics
    assert text[wrong.span.start : wrong.span.end] == "nobody"
    for clause in found.riddle.clauses:
        assert text[clause.span.start : clause.span.end] == text.splitlines()[clause.line - 1]


def test_hangul_and_marks_without_a_composed_letter() -> None:
    word = unicodedata.normalize("NFD", "\ud55c\uae00")
    text = f"digits {word}, x\u0302\n\ud55c\uae00 = 3\nx\u0302 = 4"
    found = understand(text, CARDS)
    assert not found.diagnostics
    assert [clause.text for clause in found.riddle.clauses] == text.splitlines()[1:]


def test_a_path_keeps_its_letters() -> None:
    decomposed = unicodedata.normalize("NFD", "caf\u00e9.npy")
    text = f'digits \u0065\u0301, b\ndata y = "{decomposed}"\nblur(b, 2) = y \u00b1 0.1'
    assert decomposed in repr(understand(text, CARDS).clauses)

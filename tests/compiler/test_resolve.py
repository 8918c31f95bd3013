from pathlib import Path

from oedipus.compiler.checked import Compare, Constant, Not, Seen, Sum, Value
from oedipus.compiler.frontend import check_text
from oedipus.networks.cards import read_cards

RIDDLES = Path(__file__).parents[2] / "riddles"
CARDS = read_cards()


def test_the_papers_riddle_reads_as_in_the_paper() -> None:
    riddle = check_text((RIDDLES / "three_numbers.riddle").read_text(encoding="utf-8"), CARDS)
    bodies = {clause.name: clause.body for clause in riddle.clauses}
    first, second, third = (Value(name) for name in ("first", "second", "third"))
    assert bodies == {
        "I": Seen("first", "odd", 1),
        "II": Compare("=", second, Sum((first, Constant(2)))),
        "III": Compare("=", Sum((first, second)), third),
        "IV": Compare("!=", third, Constant(7)),
        "V": Not(Seen("third", "circle", 1)),
    }


def test_english_and_terse_forms_mean_the_same() -> None:
    english, terse = (
        check_text((RIDDLES / name).read_text(encoding="utf-8"), CARDS)
        for name in ("three_numbers.riddle", "three_numbers_terse.riddle")
    )
    assert english == terse

"""Every riddle of the library with its verdict and all its solutions, digits in order of declaration."""

from itertools import product
from pathlib import Path

import pytest

from oedipus.compiler.checked import Measurement
from oedipus.compiler.frontend import check_text, format_text
from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.logic.evaluate import holds
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import read_cards

FOLDER = Path(__file__).parents[2] / "riddles"
CARDS = read_cards()
TABLE = [
    ("ab_ba", "unique", "57"),
    ("abc_cab", "unique", "123"),
    ("anagram", "unique", "POST"),
    ("base_ball", "unique", "7483519"),
    ("blind_spot", "multiple", "0 1 8 9"),
    ("by_logic", "unique", "16"),
    ("circles", "unique", "87"),
    ("clock", "multiple", "1331 1441"),
    ("counting", "multiple", "7320 7520"),
    ("cross_roads", "unique", "962351874"),
    ("decimal", "unique", "75"),
    ("differences", "multiple", "168 386"),
    ("digital_root", "unique", "678"),
    ("divisible", "unique", "675"),
    ("donald_gerald", "unique", "5264819730"),
    ("either_or", "multiple", "38 83"),
    ("far_away", "multiple", "1 2 3 4 5 6 7 8 9"),
    ("five_tiles", "unique", "PLANT"),
    ("five_wheels", "unique", "12983"),
    ("half_hidden", "multiple", "1 3 5 7 9"),
    ("halves", "multiple", "121 242 363 484"),
    ("hunt", "unique", "879012"),
    ("iff", "unique", "989"),
    ("keyhole", "multiple", "0 6 8 9"),
    ("knights", "multiple", "4 6"),
    ("ladder", "unique", "4567"),
    ("letters_and_digits", "unique", "CDE13"),
    ("letters_to_dots", "multiple", "159 258 357 456"),
    ("lock", "unique", "679"),
    ("lonely_square", "unique", "9"),
    ("magic_row", "multiple", "243 342"),
    ("many", "multiple", "011 033 055 077 099 231 253 275 297 451 473 495 671 693 891"),
    ("market", "unique", "673"),
    ("my_tens", "unique", "93"),
    ("nested", "unique", "789"),
    ("no_way", "unsatisfiable", ""),
    ("one_digit", "unique", "7"),
    ("one_of_five", "unique", "DOG"),
    ("out_of_focus", "unique", "8"),
    ("palindrome", "unique", "484"),
    ("pandigital_five", "multiple", "14532 41532"),
    ("parity_dance", "unique", "3678"),
    ("portrait", "unknown", ""),
    ("remainders", "unique", "23"),
    ("reversed", "unique", "26"),
    ("riddle_of_ages", "unique", "76"),
    ("safe", "unique", "4602"),
    ("seesaw", "unique", "74"),
    ("self_describing", "multiple", "1210 2020"),
    ("send_more_money", "unique", "95671082"),
    ("square_of_two_digits", "unique", "49"),
    ("squares_add_up", "unique", "345"),
    ("ten_digits", "unique", "3816547290"),
    ("three_numbers", "unique", "134"),
    ("three_numbers_terse", "unique", "134"),
    ("three_of_a_kind", "unique", "371"),
    ("torn", "multiple", "0 2 4 6 8"),
    ("twins", "unique", "66"),
    ("two_letters", "unique", "OQ"),
    ("two_numbers", "unique", "7030"),
    ("two_of_three", "unique", "720"),
    ("two_photos", "multiple", "09 18 27 36 45 54 63 72 81 90"),
    ("vault", "multiple", "3470 3498 3640 4370 4398 5340"),
    ("year", "multiple", "1960 1964"),
]

OF_DIGITS = [row for row in TABLE if row[1] != "unknown" and not any(map(str.isalpha, row[2]))]


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.riddle").read_text(encoding="utf-8")


def test_the_table_is_complete() -> None:
    assert [name for name, _, _ in TABLE] == sorted(path.stem for path in FOLDER.glob("*.riddle"))
    assert len(TABLE) >= 40


@pytest.mark.parametrize(("name", "kind", "solutions"), TABLE, ids=[row[0] for row in TABLE])
def test_verdict(name: str, kind: str, solutions: str) -> None:
    riddle = check_text(text_of(name), CARDS, folder=FOLDER)
    found = verdict(riddle, CARDS, limit=300)
    assert found.kind == kind
    told = [Readers.of(riddle, CARDS).all_told(one).values() for one in found.solutions]
    assert sorted("".join(map(str, one)) for one in told) == sorted(solutions.split())


@pytest.mark.parametrize(("name", "kind", "solutions"), OF_DIGITS, ids=[row[0] for row in OF_DIGITS])
def test_brute_force_agrees(name: str, kind: str, solutions: str) -> None:
    riddle = check_text(text_of(name), CARDS, folder=FOLDER)
    names = [one.name for one in riddle.variables]
    if len(names) > 4:
        readings = [tuple(map(int, solution)) for solution in solutions.split()]
    else:
        readings = list(product(range(10), repeat=len(names)))
    tables = {network: card.table for network, card in CARDS.items() if card.table is not None}
    found = []
    for digits in readings:
        reading = dict(zip(names, digits, strict=True))
        seen = {(name, network): table[reading[name]] for name in names for network, table in tables.items()}
        if all(holds(one.body, reading, seen) for one in riddle.clauses if not isinstance(one.body, Measurement)):
            found.append("".join(map(str, digits)))
    assert sorted(found) == sorted(solutions.split())


@pytest.mark.parametrize("name", [row[0] for row in TABLE])
def test_formatting_keeps_the_meaning_and_settles(name: str) -> None:
    text = text_of(name)
    once = format_text(text, CARDS)
    assert format_text(once, CARDS) == once
    before, after = (check_text(one, CARDS, folder=FOLDER) for one in (text, once))
    assert [one.body for one in before.clauses] == [one.body for one in after.clauses]
    assert (before.variables, before.settings) == (after.variables, after.settings)
    assert text.count("#") == once.count("#")

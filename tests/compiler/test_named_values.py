# ruff: noqa: ARG005
"""Values that are names, by cards only: flags of five colours, alone and beside digits, against brute force."""

import re
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from toy_kind import COLOURS, write_cards

from oedipus.compiler.frontend import check_text, format_text, read_text
from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.show.explain import core_riddle, explain
from oedipus.compiler.verdict.decide import verdict
from oedipus.compiler.verdict.why import narrate, why
from oedipus.dsl.diagnostics import render
from oedipus.networks.cards import Card, CardError, read_cards
from oedipus.testing import solutions

ERRORS = Path(__file__).parents[1] / "errors" / "named"
DOCS = Path(__file__).parents[2] / "docs"
CARDS = read_cards()
RANK = {colour: place for place, colour in enumerate(COLOURS, 1)}
WARM = ("red", "amber")
FEW = 8
Holds = Callable[[str, str, str], object]


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Card]:
    return read_cards([write_cards(tmp_path_factory.mktemp("flags"))])


@pytest.fixture(scope="module")
def unordered(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Card]:
    return read_cards([write_cards(tmp_path_factory.mktemp("plain"), ordered=False)])


SAID: list[tuple[str, Holds]] = [
    ("a is red", lambda a, b, c: a == "red"),
    ("a = dark_grey", lambda a, b, c: a == "dark grey"),
    ('a = "Dark Grey"', lambda a, b, c: a == "dark grey"),
    ("a is dark grey", lambda a, b, c: a == "dark grey"),
    ("a is not a red", lambda a, b, c: a != "red"),
    ("a is red or green", lambda a, b, c: a in ("red", "green")),
    ("a is neither red nor blue", lambda a, b, c: a not in ("red", "blue")),
    ("a in [red, green, blue]", lambda a, b, c: a in ("red", "green", "blue")),
    ("a is one of red, green and blue", lambda a, b, c: a in ("red", "green", "blue")),
    ("either a or b is red", lambda a, b, c: (a == "red") != (b == "red")),
    ("a and b are the same", lambda a, b, c: a == b),
    ("a differs from b", lambda a, b, c: a != b),
    ("the flags are all different", lambda a, b, c: len({a, b, c}) == 3),
    ("no two flags are the same", lambda a, b, c: len({a, b, c}) == 3),
    ("exactly two of the flags are red", lambda a, b, c: [a, b, c].count("red") == 2),
    ("there are two red flags", lambda a, b, c: [a, b, c].count("red") == 2),
    ("at least one flag is blue or warm", lambda a, b, c: any(k == "blue" or k in WARM for k in (a, b, c))),
    ("there is no green flag", lambda a, b, c: "green" not in (a, b, c)),
    ("each flag is cold", lambda a, b, c: not {a, b, c} & set(WARM)),
    ("the first flag is warm", lambda a, b, c: a in WARM),
    ("the last pennant is blue. it is not warm", lambda a, b, c: c == "blue"),
    ("a is red. The others are green", lambda a, b, c: (a, b, c) == ("red", "green", "green")),
    ("exactly one of them is amber", lambda a, b, c: [a, b, c].count("amber") == 1),
    ("if a is red then b is blue", lambda a, b, c: a != "red" or b == "blue"),
    ("[a, b] = [red, blue]", lambda a, b, c: (a, b) == ("red", "blue")),
    ("distinct(flags) = 2", lambda a, b, c: len({a, b, c}) == 2),
    ("most(flags) = 2", lambda a, b, c: len({a, b, c}) == 2),
    ("permutation(flags, [red, red, blue])", lambda a, b, c: sorted((a, b, c)) == ["blue", "red", "red"]),
    ("all(warm(k) iff k in [red, amber] for k in flags)", lambda a, b, c: True),
    ("a is warm by logic", lambda a, b, c: a in WARM),
    ('found("red, red, blue") = 2', lambda a, b, c: min(2, [a, b, c].count("red")) + ("blue" in (a, b, c)) == 2),
    ('placed("red, green, blue") = 1', lambda a, b, c: (a == "red") + (b == "green") + (c == "blue") == 1),
    ("a comes before b", lambda a, b, c: RANK[a] < RANK[b]),
    ("a does not come after b in the rainbow", lambda a, b, c: RANK[a] <= RANK[b]),
    ("a comes two after b", lambda a, b, c: RANK[a] == RANK[b] + 2),
    ("a comes right before b", lambda a, b, c: RANK[a] == RANK[b] - 1),
    ("a is before green", lambda a, b, c: RANK[a] < RANK["green"]),
    ("increasing(flags)", lambda a, b, c: RANK[a] < RANK[b] < RANK[c]),
    ("rank(a) + rank(b) = rank(c)", lambda a, b, c: RANK[a] + RANK[b] == RANK[c]),
    ("rank(a) = rank(green)", lambda a, b, c: a == "green"),
    ("a is an ember", lambda a, b, c: a in WARM),
    ("there are two embers", lambda a, b, c: sum(k in WARM for k in (a, b, c)) == 2),
    ('abc spells "red, dark grey, blue"', lambda a, b, c: (a, b, c) == ("red", "dark grey", "blue")),
    ('a, c and b do not spell "red, red, red"', lambda a, b, c: {a, b, c} != {"red"}),
    ('the row is "red, blue, red" or "blue, red, red"', lambda a, b, c: c == "red" and {a, b} == {"red", "blue"}),
    ('the row is an anagram of "red, green, red"', lambda a, b, c: sorted((a, b, c)) == ["green", "red", "red"]),
    ('the row begins with "red, green"', lambda a, b, c: (a, b) == ("red", "green")),
    ('the row ends with "amber, blue"', lambda a, b, c: (b, c) == ("amber", "blue")),
    ("the row contains amber and dark grey", lambda a, b, c: {"amber", "dark grey"} <= {a, b, c}),
    ("the row does not contain amber or blue", lambda a, b, c: not {"amber", "blue"} & {a, b, c}),
    ("neither red nor blue is in the row", lambda a, b, c: not {"red", "blue"} & {a, b, c}),
    ("the flags are in order", lambda a, b, c: RANK[a] < RANK[b] < RANK[c]),
    ("the place of a in the rainbow is 2", lambda a, b, c: a == "amber"),
    (
        'in "red, green, blue", red is in the right place, green is elsewhere and blue is not in the row',
        lambda a, b, c: a == "red" and b != "green" and "green" in (a, c) and "blue" not in (a, b, c),
    ),
    (
        '"red, green, blue": two flags are correct and in the right place',
        lambda a, b, c: (a == "red") + (b == "green") + (c == "blue") == 2 == len({"red", "green", "blue"} & {a, b, c}),
    ),
]


def found(text: str, cards: Mapping[str, Card], by: str = "diagrams") -> list[tuple[int | str, ...]]:
    """The solutions that a verdict lists, told by name."""
    riddle = check_text(text, cards)
    said = verdict(riddle, cards, limit=1000, by=by)  # type: ignore[arg-type]
    assert said.count == len(said.solutions)
    readers = Readers.of(riddle, cards)
    return sorted(tuple(readers.all_told(one).values()) for one in said.solutions)


@pytest.mark.parametrize(("said", "holds"), SAID)
def test_what_is_said_of_names(said: str, holds: Holds, flags: Mapping[str, Card]) -> None:
    text = f"flags a, b, c\n{said}\n"
    expected = sorted(one for one in product(COLOURS, repeat=3) if holds(*one))
    assert found(text, flags) == expected
    if len(expected) <= FEW:  # the solver lists them one by one
        assert found(text, flags, "solver") == expected
    riddle = check_text(text, flags)
    readers = Readers.of(riddle, flags)
    assert sorted(tuple(readers.all_told(one).values()) for one in solutions(riddle, flags)) == expected
    again = check_text(core_riddle(riddle), flags)
    assert [one.body for one in again.clauses] == [one.body for one in riddle.clauses]
    assert format_text(format_text(text, flags), flags) == format_text(text, flags)


MIXED = """There are two flags: a and b.
digits x, y
a is warm
b comes two after a in the rainbow
x is the number of warm flags
y = x + count(k = blue for k in flags)
a is red or x is 7, but not both
x is as many as there are embers
solution red, green, 1, 1
"""


def test_beside_digits(flags: Mapping[str, Card]) -> None:
    expected = [
        (a, b, x, y)
        for a, b, x, y in product(COLOURS, COLOURS, range(10), range(10))
        if a in WARM
        and RANK[b] == RANK[a] + 2
        and x == (a in WARM) + (b in WARM)
        and y == x + (a, b).count("blue")
        and (a == "red") != (x == 7)
    ]
    text = MIXED.replace("a is red or x is 7, but not both", "a = red xor x = 7")
    assert found(text, flags) == found(text, flags, "solver") == expected == [("red", "green", 1, 1)]
    program = compile_text(text, flags)
    assert program.solution == {"a": 0, "b": 2, "x": 1, "y": 1}
    assert not list(program.violated(program.solution))
    assert list(program.violated({"a": 3, "b": 2, "x": 1, "y": 1}))


def test_explained_by_name(flags: Mapping[str, Card]) -> None:
    riddle = check_text("flags a, b\na is red or dark grey\nb comes before a\nsolution dark_grey, red\n", flags)
    said = explain(riddle, flags)
    assert "line 2: a equals red or a equals dark grey\n" in said
    assert '    a = "red" or a = "dark grey"\n' in said
    assert "line 3: b comes before a\n" in said
    assert "a = dark grey, b = red." in said
    steps = narrate(why(riddle, flags), told=Readers.of(riddle, flags).told)
    assert "By line 2, a is red or dark grey" in steps


@pytest.mark.parametrize("path", sorted(ERRORS.glob("*.riddle")), ids=lambda path: path.stem)
def test_messages(path: Path, flags: Mapping[str, Card], unordered: Mapping[str, Card]) -> None:
    text = path.read_text(encoding="utf-8")
    cards = unordered if path.stem.startswith("unordered") else flags
    said = render(read_text(text, cards)[1], text, path.name)
    assert said == path.with_suffix(".err").read_text(encoding="utf-8")


LAMP = {
    'kind = "flag"': 'kind = "lamp"',
    '"flag", "pennant"': '"lamp"',
    '"red", "amber", "green", "blue", "dark grey"': '"green", "off", "red", "white", "violet"',
    "warm": "dim",
    'name = "': 'name = "lamp_',
}


def test_a_value_that_two_kinds_have(tmp_path: Path) -> None:
    for path in list(write_cards(tmp_path).glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        for old, new in LAMP.items():
            text = text.replace(old, new)
        (tmp_path / f"lamp_{path.stem.replace('warm', 'dim')}.toml").write_text(text, encoding="utf-8")
    cards = read_cards([tmp_path])
    text = "flag a\nlamp b\na is red\nb is red"
    assert found(text, cards) == [("red", "red")]
    assert verdict(check_text(text, cards), cards).solutions == ({"a": 0, "b": 2},)
    for said in ("a = b", "different(a, b)", "a comes before b"):
        codes = [one.code for one in read_text(f"flag a\nlamp b\n{said}", cards)[1]]
        assert codes == ["E415"]


def test_digits_are_read_as_ever_beside_such_a_kind(flags: Mapping[str, Card]) -> None:
    """The productions of names are only there where a kind has some; they change nothing that is said of digits."""
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    heads = ["", "digits a, b, c\n", "There is a three-digit number.\n"]
    tried = 0
    for text in re.findall(r"```riddle\n(.*?)```", page, re.DOTALL)[::2]:
        for head in heads:
            before, told = read_text(head + text, CARDS)
            if not told:
                after, told = read_text(head + text, flags)
                assert [one.body for one in after.clauses] == [one.body for one in before.clauses]
                assert told == ()
                tried += 1
                break
    assert tried > 10


# Numbers that are not 0 to 9 ----------------------------------------------

DIE = """name = "die_{name}"
role = "{role}"
kind = "die"
architecture = "exported"
{rest}"""


@pytest.fixture(scope="module")
def dice(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Card]:
    folder = tmp_path_factory.mktemp("dice")
    rest = {
        "drawn": ("generator", '[options]\nlatents = 2\n[picture]\nshape = [1, 8, 8]\n[language]\nnouns = ["die"]\n'),
        "eyes": ("classifier", 'classes = ["6", "5", "4", "3", "2", "12"]\n[language]\nvalue = true\n'),
        "high": (
            "classifier",
            'classes = ["low", "high"]\ntable = [0, 0, 1, 1, 1, 1]\n[language.adjectives]\nhigh = "high"\n',
        ),
    }
    for name, (role, said) in rest.items():
        text = DIE.format(name=name, role=role, rest=said)
        (folder / f"die_{name}.toml").write_text(text, encoding="utf-8")
    return read_cards([folder])


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("a + b = 8", lambda a, b: a + b == 8),
        ("a * b > 60", lambda a, b: a * b > 60),
        ("a is high. b is not high", lambda a, b: a > 3 >= b),
        ("a is high by logic", lambda a, b: a > 3),
        ("a > 6", lambda a, b: a == 12),
        ("a = 7 or b is odd", lambda a, b: b % 2),
        ("distinct(a, b) = 1", lambda a, b: a == b),
        ("a ** 2 = b + b", lambda a, b: a**2 == b + b),
    ],
)
def test_values_are_the_numbers_of_the_card(
    said: str, holds: Callable[[int, int], object], dice: Mapping[str, Card]
) -> None:
    expected = [(a, b) for a, b in product((2, 3, 4, 5, 6, 12), repeat=2) if holds(a, b)]
    assert found(f"dies a, b\n{said}", dice) == expected
    if len(expected) <= FEW:
        assert found(f"dies a, b\n{said}", dice, "solver") == expected
    program = compile_text(f"dies a, b\n{said}", dice)
    classes = {2: 4, 3: 3, 4: 2, 5: 1, 6: 0, 12: 5}
    for a, b in product(classes, repeat=2):
        assert bool(list(program.violated({"a": classes[a], "b": classes[b]}))) == (not holds(a, b))


# Cards --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("colour", '"amber"', '"3"', "'classes' must be whole numbers"),
        ("colour", '"amber"', '"Red"', "'classes' has two names that differ"),
        ("colour", '"amber"', '"+"', "'classes' has '+', which is no name"),
        ("colour", 'before = ["before"]', 'before = ["("]', "'language.order.before[0]'"),
        ("colour", "value = true", "value = false", "'language.order' is for the classifier that reads the values"),
        ("warm", "table = [1, 1, 0, 0, 0]", "table = [1, 1, 0, 0]", "'table' has 4 entries; a flag shows one of 5"),
    ],
)
def test_cards_that_say_no_values(name: str, old: str, new: str, told: str, tmp_path: Path) -> None:
    path = write_cards(tmp_path) / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CardError) as caught:
        read_cards([tmp_path])
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_two_readers_of_a_kind_know_the_same_values(tmp_path: Path) -> None:
    text = (write_cards(tmp_path) / "colour.toml").read_text(encoding="utf-8").replace('"colour"', '"hue"')
    (tmp_path / "hue.toml").write_text(text, encoding="utf-8")
    read_cards([tmp_path])
    (tmp_path / "hue.toml").write_text(text.replace('"red", "amber"', '"amber", "red"'), encoding="utf-8")
    with pytest.raises(CardError, match="'classes' are not the values of a flag as 'colour' reads them"):
        read_cards([tmp_path])


def test_the_cards_of_the_page(tmp_path: Path) -> None:
    blocks = re.findall(
        r"<!-- card: (\S+) -->\n```\w+\n(.*?)```", (DOCS / "bring-your-own.md").read_text(encoding="utf-8"), re.DOTALL
    )
    files = dict(blocks)
    text = files.pop("hand.riddle")
    for name, card in files.items():
        (tmp_path / name).write_text(card, encoding="utf-8")
    cards = read_cards([tmp_path])
    assert read_text(text, cards)[1] == ()
    assert found(text, cards) == [("hearts", "spades", "hearts", 1)]

"""Where digits stand: core text against a search over all places."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.evaluate import holds
from oedipus.networks.cards import read_cards

CARDS = read_cards()
NAMES = "abcd"
RELATIONS = {
    "before": lambda i, j: i < j,
    "after": lambda i, j: i > j,
    "just_before": lambda i, j: j - i == 1,
    "just_after": lambda i, j: i - j == 1,
    "beside": lambda i, j: abs(i - j) == 1,
}
SHOWN = st.lists(st.integers(0, 3), min_size=4, max_size=4)


def stands(said: str, shown: list[int]) -> bool:
    body = check_text(f"digits a, b, c, d\n{said}\n", CARDS).clauses[0].body
    return holds(body, dict(zip(NAMES, shown, strict=True)), {})  # type: ignore[arg-type]


@given(where=st.sampled_from(list(RELATIONS)), shown=SHOWN, one=st.integers(0, 3), other=st.integers(0, 3))
def test_some_two_digits_stand_so(where: str, shown: list[int], one: int, other: int) -> None:
    places = itertools.permutations(range(4), 2)
    found = any(RELATIONS[where](i, j) for i, j in places if (shown[i], shown[j]) == (one, other))
    assert stands(f"{where}({one}, {other})", shown) is found


@given(shown=SHOWN, one=st.integers(0, 3), two=st.integers(0, 3), three=st.integers(0, 3))
def test_some_digit_stands_between_two_others(shown: list[int], one: int, two: int, three: int) -> None:
    places = itertools.permutations(range(4), 3)
    found = any(min(j, k) < i < max(j, k) for i, j, k in places if (shown[i], shown[j], shown[k]) == (one, two, three))
    assert stands(f"in_between({one}, {two}, {three})", shown) is found


@given(shown=SHOWN, one=st.integers(0, 3), two=st.integers(0, 3), gap=st.integers(0, 2))
def test_so_many_digits_lie_between(shown: list[int], one: int, two: int, gap: int) -> None:
    places = itertools.permutations(range(4), 2)
    found = any(abs(i - j) == gap + 1 for i, j in places if (shown[i], shown[j]) == (one, two))
    assert stands(f"apart({one}, {two}, {gap})", shown) is found

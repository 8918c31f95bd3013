import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import oedipus.riddles
from oedipus.compiler import program as p
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.serialise import text
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import Card

RIDDLES = Path(oedipus.riddles.__file__).parent
TOO_LARGE = """There is a code of ten digits.
digits p, q
vast: number(first, second, third, fourth, fifth) * number(sixth, seventh, eighth, ninth, tenth) mod number(p, q) = 7
"""


def plain(program: p.Program) -> str:
    """Everything but names, lines and words of the clauses."""
    factors = (replace(one, name=str(place), line=0, text="") for place, one in enumerate(program.factors))
    return text(replace(program, factors=tuple(factors)))


def test_the_terse_and_the_english_riddle_are_one_program(cards: Mapping[str, Card]) -> None:
    english, terse = (
        compile_text((RIDDLES / f"{name}.riddle").read_text(encoding="utf-8"), cards)
        for name in ("three_numbers", "three_numbers_terse")
    )
    assert plain(english) == plain(terse)
    assert [factor.name for factor in english.factors] == ["I", "II", "III", "IV", "V"]
    body = english.factors[2].body
    assert isinstance(body, p.Tensor)
    assert int(body.values.sum()) == 55


def test_a_clause_beyond_the_budget_is_underlined(cards: Mapping[str, Card]) -> None:
    with pytest.raises(RiddleError) as caught:
        compile_text(TOO_LARGE, cards)
    (found,) = caught.value.diagnostics
    assert (found.code, found.clause, found.title) == ("E413", "vast", "too many states")
    assert "the limit is 1,000,000" in found.message
    assert "number(first" in TOO_LARGE[found.span.start : found.span.end]


def test_joint_evidence_is_the_conjunction(cards: Mapping[str, Card]) -> None:
    source = "digits a, b, c, d\na + b = c + d\nall different\na < b\n"
    separate, joint = compile_text(source, cards), compile_text("evidence joint\n" + source, cards)
    assert len(joint.factors) == 1
    for place in np.random.default_rng(0).integers(0, 10, (500, 4)):
        shown = dict(zip("abcd", map(int, place), strict=True))
        assert bool(list(joint.violated(shown))) == bool(list(separate.violated(shown)))


def test_the_compiler_needs_no_torch() -> None:
    modules = "oedipus.compiler.pipeline, oedipus.compiler.verdict.why, oedipus.compiler.show.draw_svg"
    program = f"import sys, {modules}; assert not {{'torch', 'cpmpy'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)

from collections.abc import Mapping

from oedipus.compiler import checked as c
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.show.describe import describe
from oedipus.compiler.show.draw import dot
from oedipus.networks.cards import Card

LISTING = """\
variables
  first   digit  drawn by digit
  second  digit  drawn by digit
  third   digit  drawn by digit
readouts
  0  odd(first)                2 classes
  1  digit_classifier(second)  10 classes
  2  digit_classifier(first)   10 classes
  3  digit_classifier(third)   10 classes
  4  circle(third)             2 classes
factors
  I    odd(first)                                                                 tensor 2, 1 of 2 hold
  II   digit_classifier(second), digit_classifier(first)                          tensor 10×10, 8 of 100 hold
  III  digit_classifier(first), digit_classifier(second), digit_classifier(third)  tensor 10×10×10, 55 of 1,000 hold
  IV   digit_classifier(third)                                                    tensor 10, 9 of 10 hold
  V    circle(third)                                                              tensor 2, 1 of 2 hold
cost: 1,114 products a sample, evidence product
"""


def test_listing(three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    program = compile_riddle(three_numbers, cards)
    assert [line.split() for line in describe(program, tensors=False).splitlines()] == [
        line.split() for line in LISTING.splitlines()
    ]
    assert "II: digit_classifier(second) down, digit_classifier(first) across" in describe(program)


def test_dot(three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    drawn = dot(compile_riddle(three_numbers, cards))
    assert drawn.count("readout1 -> ") == 2
    assert "picture2 -> readout4;" in drawn
    assert drawn.count("{") == drawn.count("}") == 1

"""The files of turns/: every line is a rule that can apply."""

import pytest

from oedipus.dsl.deed_words import find
from oedipus.dsl.patterns import Rule, lines, table
from oedipus.dsl.phrases import expand

RULES = [rule for name in ("sentences", "named", "asked", "quantities", "phrases") for rule in table(name).rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.source[:60])
def test_templates_name_what_patterns_keep(rule: Rule) -> None:
    kept = {int(word[1:]) for word in rule.template.split() if word.startswith("\\")}
    assert kept <= set(range(1, rule.pattern.groups + 1))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.source[:60])
def test_triggers_are_words_of_the_pattern(rule: Rule) -> None:
    """Or all are elsewhere in the clause: ``remainder`` for what is said of a divisor."""
    assert rule.trigger
    missing = [one for one in rule.trigger if one.isalpha() and one[: max(1, len(one) - 2)] not in rule.source]
    assert not missing or len(missing) == len(rule.trigger), missing


def test_plain_turns_have_two_sides() -> None:
    for line in lines("plain"):
        left, arrow, _ = line.partition("->")
        assert arrow, line
        assert expand(left.strip()), line


def test_no_deed_in_a_plain_sentence() -> None:
    assert find("first digit is twice second digit") is None

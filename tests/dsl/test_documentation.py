"""docs/language.md: every example is a riddle without mistakes, and its grammar is the one in use.

``python -m tests.dsl.test_documentation`` from the root writes the grammar into the page anew.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from oedipus.compiler.frontend import check_text, format_text
from oedipus.dsl.forms import DOCUMENTED
from oedipus.dsl.phrases import PHRASES
from oedipus.dsl.tables import GRAMMAR
from oedipus.networks.cards import read_cards

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
MARK = "<!-- grammar: made by python -m tests.dsl.test_documentation -->\n"
CARDS = read_cards()


def examples() -> list[tuple[int, str]]:
    """Line and text of each example, behind the declaration that its section names, where it has none."""
    found, declared = [], ""
    text = PAGE.read_text(encoding="utf-8")
    for match in re.finditer(r"<!-- with: (.*?) -->|```riddle\n(.*?)```", text, re.DOTALL):
        line = text.count("\n", 0, match.start()) + 1
        if match.group(1):
            declared = match.group(1).replace("nothing", "")
        elif re.search(r"(?im)^(digits?\b|there (is a|are two|are three)|let|i am|find)", match.group(2)):
            found.append((line, match.group(2)))
        else:
            found.append((line, f"{declared}\n{match.group(2)}"))
    return found


def grammar() -> str:
    """The grammar's rules and the words of its terminals, as Markdown."""
    rules = re.sub(r"(?m)^//.*\n|^%declare.*\n", "", GRAMMAR.read_text(encoding="utf-8")).strip()
    rules = re.sub(r" +-> \w+$", "", rules, flags=re.MULTILINE)
    words: defaultdict[str, list[str]] = defaultdict(list)
    for terminal, _, pattern in PHRASES:
        words[terminal] += pattern.split("|") if len(pattern) > 3 else [pattern]
    table = [
        f"| {terminal} | {'; '.join(said.replace('|', chr(92) + '|') for said in phrases)} |"
        for terminal, phrases in words.items()
    ]
    return "\n".join(["```ebnf", rules, "```", "", "| terminal | words |", "|---|---|", *table]) + "\n"


@pytest.mark.parametrize(("line", "text"), examples(), ids=[f"line {line}" for line, _ in examples()])
def test_example(line: int, text: str) -> None:
    riddle = check_text(text, CARDS)
    assert riddle.variables
    once = format_text(text, CARDS)
    assert [one.body for one in check_text(once, CARDS).clauses] == [one.body for one in riddle.clauses]


def test_forms_named_in_messages_are_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [form for form in DOCUMENTED if form not in page] == []


def test_the_grammar_on_the_page_is_the_one_in_use() -> None:
    assert PAGE.read_text(encoding="utf-8").partition(MARK)[2] == grammar()


if __name__ == "__main__":
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    PAGE.write_text(head + mark + grammar(), encoding="utf-8")

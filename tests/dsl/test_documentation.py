"""docs/language.md: every example is a riddle without mistakes, and its grammar is the one in use.

``python -m tests.dsl.test_documentation`` from the root writes the grammar into the page anew.
"""

import re
from pathlib import Path

import pytest

from oedipus.compiler.frontend import check_text, format_text
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.show.explain import core_riddle
from oedipus.dsl.diagnostics import RiddleError
from oedipus.dsl.tables import GRAMMAR
from oedipus.networks.cards import read_cards

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
MARK = "<!-- grammar: made by python -m tests.dsl.test_documentation -->\n"
DECLARES = re.compile(r"(?im)^(digits?\b|code of|number of|there (is a|are two|are three)|let|i am|find)")
CARDS = read_cards()


def examples(language: str = "riddle") -> list[tuple[int, str]]:
    """Line and text of each example, behind the declaration that its section names, where it has none."""
    found, declared = [], ""
    text = PAGE.read_text(encoding="utf-8")
    for match in re.finditer(rf"<!-- with: (.*?) -->|```{language}\n(.*?)```", text, re.DOTALL):
        line = text.count("\n", 0, match.start()) + 1
        if match.group(1):
            declared = match.group(1).replace("nothing", "")
        elif re.search(
            r"(?im)^(digits?\b|code of|number of|there (is a|are two|are three)|let|i am|find)", match.group(2)
        ):
            found.append((line, match.group(2)))
        else:
            found.append((line, f"{declared}\n{match.group(2)}"))
    return found


def grammar() -> str:
    """The grammar of the core language, as Markdown."""
    rules = re.sub(r"(?m)^//.*\n|^%declare.*\n", "", GRAMMAR.read_text(encoding="utf-8")).strip()
    rules = re.sub(r" +-> \w+$", "", rules, flags=re.MULTILINE)
    return f"```ebnf\n{rules}\n```\n"


@pytest.mark.parametrize(("line", "text"), examples(), ids=[f"line {line}" for line, _ in examples()])
def test_example(line: int, text: str) -> None:
    riddle = check_text(text, CARDS)
    assert riddle.variables
    once = format_text(text, CARDS)
    assert [one.body for one in check_text(once, CARDS).clauses] == [one.body for one in riddle.clauses]
    core = check_text(core_riddle(riddle), CARDS)
    assert [one.body for one in core.clauses] == [one.body for one in riddle.clauses]


def refused() -> list[tuple[str, str]]:
    """Declaration and sentence of each example that is refused."""
    return [
        (head, sentence)
        for _, block in examples("refused")
        for head, *rest in [block.strip().splitlines()]
        for sentence in rest
    ]


@pytest.mark.parametrize(("declared", "sentence"), refused(), ids=lambda text: str(text)[:60])
def test_refused(declared: str, sentence: str) -> None:
    with pytest.raises(RiddleError):
        check_text(f"{declared}\n{sentence}\n", CARDS)


def test_every_function_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}(" not in page and f"{name}(" not in page] == []


def test_the_grammar_on_the_page_is_the_one_in_use() -> None:
    assert grammar() in PAGE.read_text(encoding="utf-8").partition(MARK)[2]


if __name__ == "__main__":
    head, mark, tail = PAGE.read_text(encoding="utf-8").partition(MARK)
    after = tail.partition("```\n")[2] if tail.startswith("```ebnf") else tail
    PAGE.write_text(head + mark + grammar() + after, encoding="utf-8")

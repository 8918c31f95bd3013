"""A riddle told back in plain English: every pronoun and ordinal made explicit.

The paraphrase is made from the checked IR alone, so it shows what was
understood, not what was written.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, assert_never

from oedipus.compiler.checked import (
    Absolute,
    AllDifferent,
    And,
    Arithmetic,
    Clause,
    Compare,
    Constant,
    Count,
    ExactlyOne,
    Extreme,
    Formula,
    Iff,
    Implies,
    Lookup,
    Measurement,
    Not,
    Or,
    Product,
    Property,
    Riddle,
    Seen,
    Settings,
    Sum,
    Term,
    Truth,
    Value,
    Variable,
)
from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.operators import OPERATORS
from oedipus.networks.cards import Card

_RELATIONS = {
    "=": "equals",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is greater than",
    ">=": "is at least",
}
_BEFORE = {
    "<": "comes before",
    "<=": "is the same as, or comes before,",
    ">": "comes after",
    ">=": "is the same as, or comes after,",
}
"""The same of values that are names."""
_COUNTS = {"=": "exactly", "!=": "not", "<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least"}
_ARTICLES = {"square": "a ", "power of two": "a "}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": 3}
_WORDS = {"/": "/", "//": "//", "%": "mod", "**": "**", "-": "-"}


def explain(riddle: Riddle, cards: Mapping[str, Card]) -> str:
    """The whole riddle, a line for each declaration, clause and setting, and below a clause its core text."""
    core = {one.name: one.texts for one in riddle.core}
    lines = [*_declarations(riddle.variables), ""]
    for clause in riddle.clauses:
        lines.append(f"{clause.name}: {explain_clause(clause, cards)}")
        lines += [f"    {text}" for text in core.pop(clause.name, ())]
    settings = list(_settings(riddle.settings, Readers.of(riddle, cards)))
    return "\n".join([*lines, *([""] if settings else []), *settings]) + "\n"


def events(riddle: Riddle, cards: Mapping[str, Card]) -> Iterator[dict[str, Any]]:
    """What ``explain --json`` prints: an object for each clause, and the result with the whole in core text."""
    core = {one.name: list(one.texts) for one in riddle.core}
    for clause in riddle.clauses:
        said = explain_clause(clause, cards)
        yield {
            "event": "clause",
            "clause": clause.name,
            "text": clause.text,
            "reading": said,
            "core": core.get(clause.name, []),
        }
    yield {"event": "result", "core": core_riddle(riddle)}


def core_riddle(riddle: Riddle) -> str:
    """The riddle in the core language, labels kept: a file that compiles to the same program."""
    lines = []
    for one in riddle.core:
        label = f"{one.name}. " if len(one.name) < 3 else f"{one.name}: "
        lines += [label + text if one.labelled and not place else text for place, text in enumerate(one.texts)]
    return "\n".join(lines) + "\n"


def explain_clause(clause: Clause, cards: Mapping[str, Card]) -> str:
    """One clause as a sentence without its full stop."""
    said = measured(clause.body) if isinstance(clause.body, Measurement) else sentence(clause.body, cards)
    said = f"{said}: which, is left open" if clause.options else said
    if clause.optimum:
        extreme = "smallest" if clause.optimum == "least" else "largest"
        said += f", the {extreme} value that the clauses before allow; it is found by the solver, before any inference"
    return said if clause.alpha is None else f"{said} (with alpha {clause.alpha:g})"


def measured(body: Measurement) -> str:
    """``portrait (averaged over blocks of 4 × 4 pixels) is the picture in "y.npy", give or take 1 in each value``."""
    made = ", ".join(OPERATORS[name].said(arguments) for name, arguments in body.operators)
    what = f"{body.variable} ({made})" if made else body.variable
    doubt = f"give or take {body.sigma:g}"
    unknown = "something that is left open"
    if body.network is not None:
        number = unknown if body.data is None else f"{body.data:g}"
        return f"the network '{body.network}' measures {number} in {what}, {doubt}"
    data = (
        f'the picture in "{body.data}"'
        if isinstance(body.data, str)
        else f"{body.data:g}"
        if body.data is not None
        else unknown
    )
    return f"{what} is {data}, {doubt} in each value"


def _declarations(variables: Sequence[Variable]) -> list[str]:
    groups: dict[tuple[str, str], list[str]] = {}
    for one in variables:
        groups.setdefault((one.kind, one.generator), []).append(one.name)
    return [
        f"There {'is' if len(names) == 1 else 'are'} {len(names)} {kind}{'s' * (len(names) > 1)}: "
        f"{listed(names)} (drawn by the network '{generator}')."
        for (kind, generator), names in groups.items()
    ]


def _settings(settings: Settings, readers: Readers) -> list[str]:
    found = []
    if settings.schedule:
        found.append("Annealing: alpha " + ", ".join(f"{alpha:g}" for alpha in settings.schedule) + ".")
    if settings.evidence == "joint":
        found.append("Evidence: all logic clauses are contracted jointly.")
    if settings.find:
        found.append(f"Wanted: {listed(settings.find)}.")
    if settings.count_wanted:
        found.append("Wanted: how many solutions there are.")
    if settings.solution:
        answer = ", ".join(f"{name} = {digit}" for name, digit in readers.all_told(settings.solution).items())
        found.append(f"Expected answer, for scoring only: {answer}.")
    if settings.algorithm:
        options = "".join(f", {name} {value}" for name, value in settings.options.items())
        found.append(f"Solved by {settings.algorithm}{options}.")
    found += [f'Networks are also taken from "{path}".' for path in settings.libraries]
    if settings.given:
        found.append(f'The prior is the result in "{settings.given}".')
    return found


def listed(items: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


# Formulas


def sentence(formula: Formula, cards: Mapping[str, Card]) -> str:
    """A formula in English, parts that hold parts in parentheses."""

    def inner(part: Formula) -> str:
        said = sentence(part, cards)
        counted = isinstance(part, Compare) and isinstance(part.left, Count)
        return f"({said})" if counted or isinstance(part, And | Or | ExactlyOne | Implies | Iff) else said

    match formula:
        case Compare() | Property() | Seen() | AllDifferent() | Truth():
            return _statement(formula, cards)
        case Not(part):
            return _denial(part, cards) or f"it is not the case that {inner(part)}"
        case And(parts):
            return " and ".join(inner(part) for part in parts)
        case Or(parts):
            return " or ".join(inner(part) for part in parts)
        case ExactlyOne(parts):
            return "exactly one of these holds: " + "; ".join(inner(part) for part in parts)
        case Implies(condition, consequence):
            return f"if {inner(condition)}, then {inner(consequence)}"
        case Iff(left_part, right_part):
            return f"{inner(left_part)} if and only if {inner(right_part)}"
    assert_never(formula)


def _statement(formula: Compare | Property | Seen | AllDifferent | Truth, cards: Mapping[str, Card]) -> str:
    """A formula without formulas inside, counts apart."""
    match formula:
        case Compare(op, Count(formulas), Constant(value)):
            return f"{_COUNTS[op]} {value} of these hold: {'; '.join(sentence(part, cards) for part in formulas)}"
        case Compare(op, left, right):
            relations = _RELATIONS | (_BEFORE if _named(left) or _named(right) else {})
            return f"{term(left, cards)} {relations[op]} {term(right, cards)}"
        case Property(name, one):
            return f"{term(one, cards)} is {_ARTICLES.get(name, '')}{name}"
        case Seen(variable, network, label):
            return f"{variable} {_seen(cards.get(network), label, True)} (judged by the network '{network}')"
        case AllDifferent(terms):
            return f"{listed([term(one, cards) for one in terms])} are all different"
        case Truth(holds):
            return "this always holds" if holds else "this never holds"
    assert_never(formula)


def _denial(part: Formula, cards: Mapping[str, Card]) -> str:
    """The negation of a plain statement in its own words, empty where there are none."""
    match part:
        case Seen(variable, network, label):
            return f"{variable} {_seen(cards.get(network), label, False)} (judged by the network '{network}')"
        case Property(name, one):
            return f"{term(one, cards)} is not {_ARTICLES.get(name, '')}{name}"
        case AllDifferent(terms):
            return f"two or more of {listed([term(one, cards) for one in terms])} are the same"
    return ""


def _seen(card: Card | None, label: int, holds: bool) -> str:
    """``is odd``, ``has no closed circle``: the card's own words for a class."""
    name = card.classes[label] if card else str(label)
    language = card.language if card else {}
    for group, plain, denied in (("adjectives", "is ", "is not "), ("features", "has a ", "has no ")):
        phrase = next((words for words, meant in language.get(group, {}).items() if meant == name), None)
        if phrase is not None:
            return f"{plain if holds else denied}{phrase}"
    return f"is {'' if holds else 'not '}read as '{name}'"


# Terms


def term(node: Term, cards: Mapping[str, Card], strength: int = 0) -> str:
    """A term as arithmetic, with the numbers that digits spell told as such."""
    spelled = _spelled(node)
    if spelled:
        return f"the number [{' '.join(spelled)}]"

    def infix(op: str, parts: Sequence[Term]) -> str:
        own = _STRENGTH[op]
        said = f" {_WORDS.get(op, op)} ".join(
            term(part, cards, own + (place > 0 and op not in "+*")) for place, part in enumerate(parts)
        )
        return f"({said})" if own < strength else said

    match node:
        case Constant(value, name):
            return name or _constant(value)
        case Value(variable):
            return variable
        case Sum(parts):
            return infix("+", parts)
        case Product((Constant(Fraction(numerator=-1, denominator=1)), part)):
            return f"-{term(part, cards, 3)}"
        case Product(parts):
            return infix("*", parts)
        case Arithmetic(op, left, right):
            return infix(op, (left, right))
        case Absolute() | Extreme() | Lookup() | Count():
            said = _function(node, cards)
            return f"({said})" if strength and not said.startswith("[") else said
    assert_never(node)


def _function(node: Absolute | Extreme | Lookup | Count, cards: Mapping[str, Card]) -> str:
    match node:
        case Absolute(Arithmetic("-", left, right)):
            return f"the difference between {term(left, cards)} and {term(right, cards)}"
        case Absolute(part):
            return f"the absolute value of {term(part, cards, 3)}"
        case Extreme(which, parts):
            word = "smallest" if which == "min" else "largest"
            return f"the {word} of {listed([term(part, cards) for part in parts])}"
        case Lookup("circles", part, _):
            return f"the number of closed circles in {term(part, cards, 3)}"
        case Lookup("rank", part, _):
            return f"the place of {term(part, cards)} in the order"
        case Lookup(name, part, _):
            return f"[1 if {term(part, cards)} has '{name}' by its table, else 0]"
        case Count(formulas):
            return f"[how many of these hold: {'; '.join(sentence(one, cards) for one in formulas)}]"
    assert_never(node)


def _named(node: Term) -> bool:
    """Whether a term is a value that is a name."""
    return (isinstance(node, Value) and node.kind != "") or (isinstance(node, Constant) and node.name != "")


def _constant(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"({value})"


def _spelled(node: Term) -> list[str]:
    """The digits of a sum such as 100·a + 10·b + c, empty for other terms."""
    if not isinstance(node, Sum) or len(node.terms) < 2:
        return []
    found: list[tuple[Fraction, str]] = []
    for part in node.terms:
        match part:
            case Product((Constant(weight), Value(name))):
                found.append((weight, name))
            case Value(name):
                found.append((Fraction(1), name))
            case _:
                return []
    weights = [weight for weight, _ in found]
    stepped = all(a == 10 * b for a, b in itertools.pairwise(weights))
    point = [place for place, weight in enumerate(weights) if weight == 1]
    if not stepped or not point:
        return []
    names = [name for _, name in found]
    return [*names[: point[0] + 1], *([".", *names[point[0] + 1 :]] if point[0] + 1 < len(names) else [])]

"""Predicates that networks judge, and what is computed instead where there is no picture."""

from collections.abc import Callable, Mapping

from oedipus.compiler.checked import Compare, Formula, Lookup, Seen, Term
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.connectives import either
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.values import Spelt, Value
from oedipus.compiler.vocabulary import Meaning
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.vocabulary import ident
from oedipus.networks.cards import GROUPS, truths


def seen_or(resolver: Resolver, node: s.Call, make: Callable[[Term], Formula]) -> Formula:
    """A network's verdict of a picture, else what ``make`` computes of the number."""
    subject = _subject(resolver, node)
    if isinstance(subject, Shown):
        found = _seen(resolver, phrase_meanings(resolver, node.function), node.function, subject)
        if found is not None:
            return found
    return make(resolver.shown(subject, node.span))


def judged(resolver: Resolver, node: s.Call) -> Value | None:
    """What a phrase of the cards says, None for a function that no card brings."""
    meanings = phrase_meanings(resolver, node.function)
    if not meanings:
        if node.function in resolver.words.functions:
            told = f"{node.function} of a picture is no whole number"
            raise Mistake("E402", node.span, told, "measure it: age(x) = 33 ± 1")
        return None
    if len(node.arguments) != 1:
        raise Mistake("E410", node.span, f"{node.function} is said of one thing")
    value = resolver.value(node.arguments[0])
    if isinstance(value, Spelt) and len(value.digits) > 1:
        return either([_said(resolver, node, meanings, digit) for digit in value.digits])
    return _said(resolver, node, meanings, _subject(resolver, node))


def phrase_meanings(resolver: Resolver, function: str) -> Mapping[str, Meaning]:
    """For each kind what the phrase that is called ``function`` means there."""
    words = resolver.words
    for table in (words.adjectives, words.features, words.sorts):
        for phrase, meanings in table.items():
            if ident(phrase) == function:
                return meanings
    return {}


def _subject(resolver: Resolver, node: s.Call) -> Term:
    value = resolver.value(node.arguments[0])
    return value if isinstance(value, Shown) else resolver.term(node.arguments[0])


def _said(resolver: Resolver, node: s.Call, meanings: Mapping[str, Meaning], term: Term) -> Formula:
    found = _seen(resolver, meanings, node.function, term) if isinstance(term, Shown) else None
    return found if found is not None else _by_table(resolver, meanings, node, term)


def _seen(resolver: Resolver, meanings: Mapping[str, Meaning], word: str, term: Shown) -> Formula | None:
    if resolver.by == "logic":
        return None
    kind = resolver.declared.variables[term.variable.lower()].kind
    meaning = meanings.get(kind)
    if resolver.by is not None:
        return Seen(term.variable, resolver.by, _label(resolver, resolver.by, kind, word, meaning))
    return Seen(term.variable, meaning.network, meaning.label) if meaning else None


def _label(resolver: Resolver, network: str, kind: str, word: str, meaning: Meaning | None) -> int:
    card = resolver.words.cards[network]
    if card.kind != kind:
        raise Mistake("E406", resolver.by_span, f"'{network}' reads a {card.kind}, not a {kind}")
    own = {phrase: label for group in GROUPS for phrase, label in card.language.get(group, {}).items()}
    said = next((label for phrase, label in own.items() if ident(phrase) == word), None)
    usual = resolver.words.cards[meaning.network].classes[meaning.label] if meaning else None
    for label in (said, usual, word):
        if label in card.classes:
            return card.classes.index(label)
    there = f"its classes are {', '.join(card.classes)}"
    raise Mistake("E411", resolver.by_span, f"'{network}' knows nothing of '{word}'", there)


def _by_table(resolver: Resolver, meanings: Mapping[str, Meaning], node: s.Call, term: Term) -> Formula:
    """A network's predicate computed from its table of values."""
    word = node.function.replace("_", " ")
    kind = resolver.declared.variables[term.variable.lower()].kind if isinstance(term, Shown) else "number"
    own = meanings.get(kind)
    # Numbers that another kind shows are judged as numbers; names mean nothing to others.
    others = [] if resolver.words.named(kind) else [one for one in meanings if not resolver.words.named(one)]
    meaning = next((one for one in (own, *map(meanings.get, others)) if one and one.table is not None), None)
    if meaning is None:
        raise Mistake("E411", node.span, f"no network judges '{word}' of a {kind}")
    if not isinstance(term, Shown):
        raise Mistake("E407", node.span, f"'{word}' is seen on single digits, this is a computed number")
    if meaning is not own or not resolver.words.named(kind):
        resolver.shown(term, node.span)
    truth = truths(resolver.words.cards.values())[meaning.network]
    places = range(max(truth) + 1)
    return Compare(
        "=", Lookup(word, term, tuple(int(truth.get(place) == meaning.label) for place in places)), constant(1)
    )

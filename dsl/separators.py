"""Tell apart what a comma, ``and``, ``or`` joins: items of a list, or statements.

Before a statement's verb they can only join items of its subject (``a, b and c
are odd``). After it they join items while a list is open (``the sum of a and
b``, ``between 2 and 5``, ``one of 1, 3, 5``) and statements otherwise. LISTED
marks items, ITEM those of a term such as a sum; AND, OR, XOR, NOR and THEN
join statements. Items that are sums or lists themselves get parentheses, so
that the grammar needs to look one terminal ahead only.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from oedipus.dsl.terminals import Token, token

VERBS = frozenset(
    [
        "WHEN_DIVIDED",
        "IS",
        "HAS",
        "HASNT",
        "RELOP",
        "ADDS",
        "DIFFERS",
        "EXCEEDS",
        "VERB",
        "COMPARE",
        "STANDS",
        "STANDS_BETWEEN",
        "APART",
        "BETWEEN",
        "ONE_OF",
        "DIVISIBLE",
        "DIVIDES",
        "LEAVES",
        "EQUAL_TO",
        "CLAIM",
        "ENDS",
        "ENDSNT",
        "AS",
    ]
)
_OPENERS = {"SUM_OF": 99, "DIFFERENCE": 1, "ONE_OF": 99, "FORMED": 99, "BETWEEN": 1, "STANDS_BETWEEN": 1}
_TERM_LISTS = frozenset({"SUM_OF", "DIFFERENCE", "FORMED"})
_JOINS = frozenset({"COMMA", "AND", "OR", "NOR"})
_BOUNDARY = frozenset({"THEN", "IF", "IFF"})
_CLAIM_ENDS = frozenset(
    {*_JOINS, *_BOUNDARY, "IN_ANY_ORDER", "RESPECTIVELY", "WITH_ALPHA", "BY_LOGIC", "BY_NETWORK", ""}
)
_NOT_ITEMS = frozenset({*VERBS, "ADJ", "NOT", "NDIGIT", "WHICH"})
_HAD = frozenset({"QUANT", "NO", "ANY", "FEATURE"})
_INFIX = frozenset({"PLUS", "MINUS", "TIMES", "OVER"})
_PLURAL = frozenset(
    [
        "are",
        "am",
        "equal",
        "have",
        "contain",
        "add",
        "adds",
        "sum",
        "total",
        "differ",
        "make",
        "multiply",
        "include",
        "were",
        "repeat",
        "alternate",
        "must",
        "=",
        "+",
        "*",
    ]
)


def separate(tokens: list[Token], formulas: Set[str]) -> list[Token]:
    """The tokens with every separator classified; ``formulas`` are names that may stand for statements."""
    dropped: set[int] = set()
    inserted: defaultdict[int, list[Token]] = defaultdict(list)
    for called, region in _regions(tokens):
        _Region(tokens, region, dropped, inserted, formulas, called).run()
    out: list[Token] = []
    for place, one in enumerate(tokens):
        out += inserted.get(place, [])
        if place not in dropped:
            out.append(one)
    return out + inserted.get(len(tokens), [])


def _regions(tokens: Sequence[Token]) -> Iterator[tuple[bool, list[int]]]:
    """Places of the tokens of each parenthesis depth apart, and whether they are arguments of a call."""
    stack: list[tuple[bool, list[int]]] = [(False, [])]
    for place, one in enumerate(tokens):
        if one.type == "LPAR":
            stack[-1][1].append(place)
            stack.append((place > 0 and tokens[place - 1].type == "FUNC", []))
        elif one.type == "RPAR" and len(stack) > 1:
            yield stack.pop()
            stack[-1][1].append(place)
        else:
            stack[-1][1].append(place)
    yield from stack


@dataclass(slots=True)
class _List:
    """A list that is open: where it began, how many separators it may still take."""

    opener: int
    kind: str
    left: int
    nested: bool
    item: int


class _Region:
    """The separators of one parenthesis depth, read from left to right."""

    def __init__(
        self,
        tokens: list[Token],
        region: list[int],
        dropped: set[int],
        inserted: defaultdict[int, list[Token]],
        formulas: Set[str],
        called: bool,
    ) -> None:
        self.tokens, self.region, self.dropped, self.inserted = tokens, region, dropped, inserted
        self.formulas, self.called = formulas, called
        self.types = [tokens[place].type for place in region]
        self.verb = False
        self.start = 0
        self.lists: list[_List] = []
        self.either = self.neither = -1
        self.inside = False
        self.owning = ""
        """The verb of having that goes on behind ``and``: ``has one even and two odd digits``."""

    def run(self) -> None:
        """Classify every separator of the region."""
        whole_list = "IN_ANY_ORDER" in self.types or "RESPECTIVELY" in self.types
        waiting = self.types[:1] == ["IF"] and "THEN" not in self.types
        for at, kind in enumerate(self.types):
            if kind not in _JOINS:
                self._step(at, kind)
            elif self.called or (whole_list and self._before_order(at)):
                self._listed(at)
            elif kind == "COMMA" and waiting and self.verb and not self._in_list(at):
                self._retype(at, "THEN")
                waiting = False
                self._reset(at, at + 1)
            else:
                self._join(at)
        self._close_lists(len(self.types))

    def _step(self, at: int, kind: str) -> None:
        if kind == "WHICH" and at and self.types[at - 1] not in ("NOUN", "DIGITS"):
            following = self.types[at + 1] if at + 1 < len(self.types) else ""
            kind = "AND_WHICH" if following in VERBS else "AND"
            self._retype(at, kind)
            self._reset(at, at + 1)
            return
        if kind in _BOUNDARY or kind in ("WHICH", "AND_WHICH"):
            self._reset(at, at + 1)
        elif kind in VERBS or kind == "EXISTS":
            self._close_lists(at)
            self.verb = self.verb or kind in VERBS
            self.owning = kind if kind in ("HAS", "HASNT", "EXISTS") else ""
        if kind in _OPENERS and not self._group_follows(at + 1):
            self._open(at, kind, _OPENERS[kind])
        elif kind == "OF" and at and self.types[at - 1] in ("QUANT", "ALL", "NO"):
            self._open(at, kind, 99)
        elif kind == "EITHER":
            self._either(at)
        elif kind == "NEITHER":
            self.neither = at
            if at and self.types[at - 1] in ("IS", "NOT"):
                self._retype(at, "NEITHER_IS")
                self.inside = True

    def _group_follows(self, at: int) -> bool:
        """``the sum of my digits``: one thing that is many, no list."""
        kinds = [kind for kind in self.types[at : at + 4] if kind not in ("POSS", "ALL", "POWERS_OF")]
        return bool(kinds) and kinds[0] in ("DIGITS", "PAIRS")

    def _either(self, at: int) -> None:
        self.either = at
        self.inside = bool(at) and self.types[at - 1] in ("IS", "NOT")
        if self.inside:
            self._retype(at, "EITHER_IS")

    def _open(self, at: int, kind: str, left: int) -> None:
        nested = kind in _TERM_LISTS and bool(self.lists) and self.lists[-1].kind in _TERM_LISTS
        if nested:
            self._insert(at, "LPAR")
        self.lists.append(_List(at, kind, left, nested, at + 1))

    def _join(self, at: int) -> None:
        kind = self.types[at]
        following = self.types[at + 1] if at + 1 < len(self.types) else ""
        while self.lists and not self.lists[-1].left:
            self._close(at)
        if self._is_whole_statement(at):
            self._statement(at)
        elif kind == "COMMA" and following == "WHICH" and at:
            self._retype(at + 1, "AND_WHICH")
            self.dropped.add(self.region[at])
        elif kind == "COMMA" and (following in _CLAIM_ENDS or (following in ("IS", "RELOP") and not self.verb)):
            self.dropped.add(self.region[at])
        elif self._value_list(at) or self._in_list(at) or (not self.verb and self._is_subject(at)):
            self._listed(at)
        else:
            self._statement(at)

    def _is_whole_statement(self, at: int) -> bool:
        """Whether what follows is a sentence of its own: ``… and no digit is repeated``."""
        if self.types[at + 1 : at + 3] == ["DIGITS", "CLAIM"]:
            return True
        return self.owning == "EXISTS" and bool(VERBS & set(self._segment(at + 1)))

    def _in_list(self, at: int) -> bool:
        """Whether a list is open here and goes on behind the separator."""
        if not any(one.left for one in self.lists):
            return False
        segment = self._segment(at + 1)
        if not self.verb and segment:
            return True
        return bool(segment) and not any(one in _NOT_ITEMS for one in segment)

    def _value_list(self, at: int) -> bool:
        """``my digits are 1, 2 and 3``: plain numbers behind a plural verb, none of them an alternative."""
        behind = self.types[at:]
        if not self.verb or self.lists or "OR" in behind or any(kind in VERBS or kind in _BOUNDARY for kind in behind):
            return False
        verb = max(place for place in range(at) if self.types[place] in VERBS)
        plural = self.types[verb] == "IS" and self.tokens[self.region[verb]].value == "are"
        return plural and all(kind in ("NUM", "COMMA", "AND", "LISTED") for kind in self.types[verb + 1 :])

    def _is_subject(self, at: int) -> bool:
        """Whether the separator stands inside the subject of a verb to come."""
        before = self.tokens[self.region[at - 1]] if at else None
        if before is None or (before.type == "NAME" and before.value in self.formulas) or self._closes_statement(at):
            return False
        if "ADJ" in self.types[self.start : at] and not self.lists:
            return False
        for later in range(at + 1, len(self.types)):
            kind = self.types[later]
            if kind in _BOUNDARY:
                return False
            if kind in VERBS:
                alone = self.start > 0 and not self._plural(later) and self.types[self.start - 1] not in _BOUNDARY
                return not alone and kind not in ("COMPARE", "BETWEEN", "ONE_OF", "DIVISIBLE", "AS")
        return False

    def _closes_statement(self, at: int) -> bool:
        """Whether a statement in parentheses ends here: ``(a is odd or b is 3) and c is 4``."""
        if self.types[at - 2 : at] != ["LPAR", "RPAR"]:
            return False
        inner = self.tokens[self.region[at - 2] : self.region[at - 1]]
        return any(one.type in ("IS", "HAS", "HASNT", "RELOP", "ADDS", "VERB") for one in inner)

    def _plural(self, at: int) -> bool:
        one = self.tokens[self.region[at]]
        return one.type != "RELOP" and one.value in _PLURAL

    def _listed(self, at: int) -> None:
        """Note a separator of items, bracket the item before it, and see whether the list ends."""
        kind = self.types[at]
        following = self.types[at + 1] if at + 1 < len(self.types) else ""
        if kind == "COMMA" and following in _CLAIM_ENDS:
            self.dropped.add(self.region[at])
            return
        current = self.lists[-1] if self.lists else None
        in_term = current is not None and current.kind in _TERM_LISTS
        if not self.verb and not self.called and not in_term:
            self._alternatives(kind)
        if current is not None:
            if in_term:
                self._bracket(current.item, at)
            current.item = at + 1
            current.left = 0 if kind != "COMMA" and not self._goes_on(at, current) else current.left - 1
            if in_term and not current.left:
                self._glue(at + 1)
        self._retype(at, "ITEM" if in_term else "LISTED")

    def _goes_on(self, at: int, current: _List) -> bool:
        """``the sum of a and b and c is 12``: a second ``and`` before a verb that is not plural."""
        if current.kind != "SUM_OF" or len(self.lists) != 1 or self.verb or self.types[at] != "AND":
            return False
        verb = next((place for place in range(at, len(self.types)) if self.types[place] in VERBS), 0)
        between = self.types[at + 1 : verb]
        return "AND" in between and not _OPENERS.keys() & set(between) and not self._plural(verb)

    def _alternatives(self, kind: str) -> None:
        """``either a or b is odd``: what opens the subject becomes a quantifier over its list."""
        if kind == "OR" and self.either >= self.start:
            self._retype(self.either, "QUANT", ("=", 1))
            self._insert(self.either + 1, "OF")
            self.either = -1
        elif kind == "OR" and self.types[self.start] != "QUANT":
            self._insert(self.start, "QUANT", ("some", 0))
            self._insert(self.start, "OF")
        elif kind == "NOR" and self.neither >= self.start:
            self._retype(self.neither, "QUANT", ("none", 0))
            self._insert(self.neither + 1, "OF")
            self.neither = -1

    def _statement(self, at: int) -> None:
        kind = self.types[at]
        if kind == "COMMA":
            kind = next((one for one in self.types[at + 1 :] if one in ("AND", "OR", "NOR", *_BOUNDARY)), "AND")
            kind = "AND" if kind in _BOUNDARY else kind
        if kind == "OR" and self.either >= 0:
            kind = "XOR"
        if kind in ("XOR", "NOR") and self.inside:
            kind += "_IS"
        self._retype(at, kind)
        self._reset(at, at + 1)
        segment = self._segment(at + 1)
        had = bool(segment) and (segment[0] in _HAD or segment[:2] in (["NUM", "FEATURE"], ["LIMIT", "NUM"]))
        if self.owning and had and not any(one in VERBS for one in segment):
            self._insert(at + 1, self.owning, "has")
            self.verb = True

    def _reset(self, at: int, start: int) -> None:
        self._close_lists(at)
        self.verb, self.start = False, start

    def _close_lists(self, at: int) -> None:
        while self.lists:
            self._close(at)

    def _close(self, at: int) -> None:
        if self.lists.pop().nested:
            self._insert(at, "RPAR")

    def _bracket(self, first: int, stop: int) -> None:
        """Parentheses around an item that holds an operator."""
        if any(kind in _INFIX for kind in self.types[first:stop]):
            self._insert(first, "LPAR")
            self._insert(stop, "RPAR")

    def _glue(self, first: int) -> None:
        """Parentheses around a last item such as ``2*c`` or ``three times c``; words bind later."""
        stop = first
        while stop + 2 < len(self.types) and self.types[stop + 1] in ("TIMES", "OVER"):
            sign = self.tokens[self.region[stop + 1]]
            written = sign.end_pos - sign.start_pos
            if written > 2 and self.types[stop] != "NUM":
                break
            stop += 2 + (self.types[stop + 2] == "LPAR")
        self._bracket(first, stop + 1)

    def _segment(self, at: int) -> list[str]:
        """Types up to the next separator or boundary."""
        stop = next(
            (place for place in range(at, len(self.types)) if self.types[place] in _CLAIM_ENDS), len(self.types)
        )
        return self.types[at:stop]

    def _before_order(self, at: int) -> bool:
        return any(kind in ("IN_ANY_ORDER", "RESPECTIVELY") for kind in self.types[at + 1 :])

    def _insert(self, at: int, kind: str, value: Any = "") -> None:
        place = self.region[at] if at < len(self.region) else (self.region[-1] + 1 if self.region else 0)
        near = self.tokens[min(place, len(self.tokens) - 1)]
        start = near.start_pos
        self.inserted[place].append(token(kind, value, start, start))

    def _retype(self, at: int, kind: str, value: Any = None) -> None:
        place = self.region[at]
        old = self.tokens[place]
        self.tokens[place] = token(kind, old.value if value is None else value, old.start_pos, old.end_pos)
        self.types[at] = kind

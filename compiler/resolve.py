"""Syntax to checked IR: every name becomes a symbol, every pronoun and ordinal a variable.

Emits :mod:`oedipus.compiler.checked`; afterwards every variable mentioned is
declared, every term is a number, no sugar is left. A clause with a mistake is
noted and left out, so that one run tells all mistakes of a file.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from oedipus.compiler.arithmetic import constant
from oedipus.compiler.checked import Clause, Compare, Constant, Riddle, Term, Value, Variable
from oedipus.compiler.connectives import both
from oedipus.compiler.measure import measurement
from oedipus.compiler.resolve_formulas import Formulas
from oedipus.compiler.scope import ORDINAL_NAMES, Scope, Subject, Whole
from oedipus.compiler.settings import SettingsReader
from oedipus.compiler.vocabulary import Words
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.phrases import PLACE_NAMES
from oedipus.dsl.spans import NOWHERE, Span

MOST_VARIABLES = 60


def resolve(clauses: tuple[s.Clause, ...], words: Words, folder: Path | None = None) -> tuple[Riddle, list[Diagnostic]]:
    """The checked riddle of a file's syntax, and what is wrong with it; ``folder`` is where its paths begin."""
    reader = _Resolver(words, folder)
    for clause in clauses:
        reader.clause(clause, declare=True)
    for clause in clauses:
        reader.clause(clause, declare=False)
    return reader.finish(), reader.diagnostics


class _Resolver:
    def __init__(self, words: Words, folder: Path | None) -> None:
        self.scope = Scope(words, folder)
        self.diagnostics = self.scope.diagnostics
        self.settings = SettingsReader(self.scope)
        self.clauses: list[Clause] = []
        self.names: dict[str, int] = {}
        self.wholes: dict[Span, tuple[Whole, ...]] = {}
        self.leading: s.Clause | None = None
        self.wanted: list[tuple[s.Clause, str, Term]] = []

    def clause(self, clause: s.Clause, *, declare: bool) -> None:
        """Read one clause: what it declares, or else what it states. Mistakes are noted."""
        before = len(self.diagnostics)
        self.scope.current = None
        self.scope.turn()
        self.scope.at = clause
        try:
            if declare:
                self._declarations(clause.body)
            else:
                self._body(clause)
        except Mistake as mistake:
            self.diagnostics.append(mistake.diagnostic)
        except RecursionError:
            self.diagnostics.append(Diagnostic("E106", clause.span, "this is nested too deeply", "name parts with let"))
        self.diagnostics[before:] = [replace(one, clause=clause.name) for one in self.diagnostics[before:]]

    def finish(self) -> Riddle:
        """The riddle of all clauses read."""
        if not self.scope.variables and not self.diagnostics:
            start = 'start with such as "digits a, b, c"'
            self.diagnostics.append(Diagnostic("E005", NOWHERE, "the riddle declares no digit and no picture", start))
        self._leading_letters()
        settings = self.settings.finish(self.diagnostics)
        if not any(one.severity == "error" for one in self.diagnostics):
            for clause, which, term in self.wanted:
                self._optimum(clause, which, term)
        return Riddle(tuple(self.scope.variables.values()), tuple(self.clauses), settings)

    def _leading_letters(self) -> None:
        """A word of letters is a number, which does not begin with 0: a clause of its own."""
        spelled = {word: digits[0] for word, digits in self.scope.words_spelled.items()}
        starting = list(dict.fromkeys(spelled.values()))
        if not starting or not self.scope.leading:
            return
        where = self.leading or self.scope.spelling
        assert where is not None
        parts = [Compare("!=", digit, constant(0)) for digit in starting]
        text = f"{', '.join(spelled)} (a number does not begin with 0)"
        unlabelled = replace(where, name=where.name if self.leading else f"line {where.line}")
        self._add(unlabelled, both(parts), text=text)

    def _special(self, clause: s.Clause, node: s.Expression, formulas: Formulas) -> bool:
        """Statements about all readings or all words: ``no word begins with 0``, ``the number is the smallest``."""
        if not isinstance(node, s.Claim) or not isinstance(node.predicate, s.Adjectives):
            return False
        match node.predicate.words:
            case ("leading",):
                self.leading = clause
                return not self.scope.wholes
            case ("allowed",):
                self.scope.leading = False
                return True
            case ("least" | "greatest" as which,):
                whole = s.Pronoun("whole", node.span)
                self.wanted.append((clause, which, formulas.terms.term(node.subject or whole)))
                return True
        return False

    def _optimum(self, clause: s.Clause, which: str, term: Term) -> None:
        from oedipus.compiler.optimum import optimum

        riddle = Riddle(tuple(self.scope.variables.values()), tuple(self.clauses))
        try:
            value = optimum(riddle, term, which, self.scope.words.cards)
        except TimeoutError:
            self.diagnostics.append(Diagnostic("E412", clause.span, "this is too hard to find out", "leave it out"))
            return
        if value is not None:
            extreme = "smallest" if which == "least" else "largest"
            self._add(clause, Compare("=", term, constant(value)), text=f"{clause.text} ({extreme} of all that fit)")
            self.clauses[-1] = replace(self.clauses[-1], optimum=which)  # type: ignore[arg-type]

    def _declarations(self, body: s.Body) -> None:
        """Declarations come first: a riddle may say what its number is after speaking of it."""
        match body:
            case s.Declare():
                self._declare(body)
            case s.DeclareNumber():
                self._declare_number(body)
            case s.Data(name, path):
                if name.name.lower() in self.scope.data or name.name.lower() in self.scope.variables:
                    raise Mistake("E302", name.span, f"'{name.name}' is declared already")
                self.scope.data[name.name.lower()] = path

    def _body(self, clause: s.Clause) -> None:
        match clause.body:
            case s.Statement():
                self._statement(clause, clause.body)
            case s.Declare(names=names, adjectives=adjectives) if adjectives:
                listing = s.Listing(tuple(s.Name(name.name.lower(), name.span) for name in names), clause.body.span)
                self._said(clause, s.Claim(listing, s.Adjectives(adjectives, clause.body.span), clause.body.span))
            case s.Declare(names=(name,)) if name.name.lower() in self.scope.variables:
                self.scope.last = Subject((Value(name.name),), span=name.span)
            case s.DeclareNumber():
                self._state_number(clause, clause.body)
            case s.Let():
                self._let(clause.body)
            case s.Setting():
                self.settings.take(clause.body)

    def _statement(self, clause: s.Clause, body: s.Statement) -> None:
        formulas = Formulas(self.scope)
        formulas.predicates.by, formulas.predicates.by_span = self._judge(body), body.by_span
        measured = measurement(body.formula, self.scope)
        if measured is not None and (body.alpha is not None or body.by is not None):
            raise Mistake("E601", clause.span, "a measurement has no alpha and no judge: ± says how certain it is")
        if measured is None and self._special(clause, body.formula, formulas):
            return
        made = measured if measured is not None else formulas.formula(body.formula)
        self._remember(formulas, body.formula)
        self.scope.settled = isinstance(made, Compare) and made.op == "=" and isinstance(made.right, Constant)
        self._add(clause, made, body.alpha)

    def _add(self, clause: s.Clause, body: object, alpha: float | None = None, text: str = "") -> None:
        self.names[clause.name] = self.names.get(clause.name, 0) + 1
        again = self.names[clause.name]
        name = clause.name if again == 1 else f"{clause.name} ({again})"
        self.clauses.append(Clause(name, body, alpha, clause.line, clause.span, text or clause.text))  # type: ignore[arg-type]

    def _judge(self, body: s.Statement) -> str | None:
        """The network that ``by network`` names. Raises for a judge, which may only score."""
        if body.by is None or body.by == "logic":
            return body.by
        card = self.scope.words.cards.get(body.by) or self.scope.words.cards.get(body.by.lower())
        if card is None:
            there = ", ".join(name for name, one in self.scope.words.cards.items() if one.role == "classifier")
            raise Mistake("E409", body.by_span, f"there is no network '{body.by}'", f"classifiers are {there}")
        if card.role == "judge":
            help_ = "judges only score results; take a classifier"
            raise Mistake("E408", body.by_span, f"'{card.name}' is a judge", help_)
        if card.role != "classifier":
            raise Mistake("E409", body.by_span, f"'{card.name}' is a {card.role}, not a classifier")
        return card.name

    def _remember(self, formulas: Formulas, node: s.Expression) -> None:
        """Keep what the clause spoke of, for a pronoun in the next one."""
        self.scope.spoken_of = self.scope.pair
        if formulas.first is None:
            return
        first = self.scope.last = formulas.first
        own = first.terms[0] if not first.several else None
        if not isinstance(own, Value):
            self.scope.others = ()
            return
        names: list[str] = []
        for mentioned in _mentioned(node, self.scope):
            if mentioned not in (own.variable, *names):
                names.append(mentioned)
        self.scope.others = tuple(names)

    # Declarations

    def _declare(self, body: s.Declare) -> None:
        names = body.names
        kind, generator = self._generator(body)
        announced = body.count
        if not names:
            count = body.count or 1
            if count > len(ORDINAL_NAMES):
                raise Mistake(
                    "E307", body.span, f"at most {len(ORDINAL_NAMES)} can go without names", "name them: digits a, b, …"
                )
            names = tuple(s.Name(ORDINAL_NAMES[place], body.span) for place in range(count))
        for name in names:
            self._variable(Variable(name.name, kind, generator, name.span))
        if announced is not None and announced != len(names):
            raise Mistake("E304", body.span, f"{announced} are announced and {len(names)} named")

    def _generator(self, body: s.Declare) -> tuple[str, str]:
        generators = self.scope.words.generators
        if body.source is not None:
            return body.kind, self._named_generator(body, PurePosixPath(body.source))
        if body.kind not in generators:
            raise Mistake(
                "E409", body.span, f"no network draws a {body.kind}", 'add a library of networks: use "directory"'
            )
        return body.kind, generators[body.kind]

    def _named_generator(self, body: s.Declare, source: PurePosixPath) -> str:
        """The generator that a declaration asks for: a card's name, its directory in front where it is not known."""
        cards = self.scope.words.cards
        if source.parent != PurePosixPath():
            self.settings.library(str(source.parent))
        card = cards.get(source.name)
        if card is None or card.role != "generator" or card.kind != body.kind:
            there = ", ".join(
                card.name for card in cards.values() if (card.role, card.kind) == ("generator", body.kind)
            )
            label = f"no generator of the kind {body.kind} is called '{source.name}'"
            raise Mistake("E409", body.span, label, f'there is {there}; write another as from "directory/name"')
        return card.name

    def _variable(self, variable: Variable) -> None:
        self.scope.add(variable, variable.name.lower())
        if len(self.scope.variables) > MOST_VARIABLES:
            raise Mistake("E307", variable.span, f"a riddle has at most {MOST_VARIABLES} pictures")

    def _declare_number(self, body: s.DeclareNumber) -> None:
        if not body.places or len(body.places) > 12:
            raise Mistake("E307", body.span, "a number has 1 to 12 digits here")
        names = [name.name for name in body.names]
        if body.count is not None and names and body.count != len(names):
            raise Mistake("E304", body.span, f"{body.count} are announced and {len(names)} named")
        if not names and (body.count or 1) > len(ORDINAL_NAMES):
            raise Mistake(
                "E307", body.span, f"at most {len(ORDINAL_NAMES)} can go without names", "name them: p, q and r"
            )
        generator = self._generator(s.Declare("digit", (), span=body.span))[1]
        for place in range(len(names) or body.count or 1):
            name = names[place] if names else ORDINAL_NAMES[place]
            digits = self._digit_names(body, name if names or (body.count or 1) > 1 else "")
            for digit in digits:
                self._variable(Variable(digit, "digit", generator, body.span))
            self.wholes[body.span] = (*self.wholes.get(body.span, ()), Whole(name, digits, body.places, body.code))
        self.scope.wholes += self.wholes[body.span]

    def _state_number(self, clause: s.Clause, body: s.DeclareNumber) -> None:
        """The clauses of a declared number: leading digits are not 0, and what else it says."""
        for whole in self.wholes.get(body.span, ()):
            self.scope.last, self.scope.others = self.scope.number(whole, body.span), ()
            if not body.code and len(whole.digits) > 1:
                leading = Compare("!=", Value(whole.digits[0]), constant(0))
                unlabelled = replace(clause, name=f"line {clause.line}")
                self._add(unlabelled, leading, text=f"{clause.text} (the leading digit is not 0)")
        if body.span in self.wholes and body.adjectives:
            self._said(clause, s.Claim(None, s.Adjectives(body.adjectives, body.span), body.span))
        if body.span in self.wholes and body.tail is not None:
            self._said(clause, body.tail)

    def _digit_names(self, body: s.DeclareNumber, prefix: str) -> tuple[str, ...]:
        if body.code:
            plain: tuple[str, ...] = tuple(ORDINAL_NAMES[: len(body.places)])
        else:
            if any(power not in PLACE_NAMES for power in body.places):
                raise Mistake("E307", body.span, "numbers have at most ten digits; a code may have twelve")
            plain = tuple(PLACE_NAMES[power] for power in body.places)
        return tuple(f"{prefix}_{name}" for name in plain) if prefix else plain

    def _said(self, clause: s.Clause, node: s.Expression) -> None:
        """What a declaration goes on to state of its number."""
        formulas = Formulas(self.scope)
        formulas.subject = self.scope.last
        made = formulas.formula(node)
        self._add(clause, made)

    def _let(self, body: s.Let) -> None:
        key = body.name.name.lower()
        if key in self.scope.lets or key in self.scope.variables:
            raise Mistake("E302", body.name.span, f"'{body.name.name}' is declared already")
        formulas = Formulas(self.scope)
        if formulas.is_formula(body.body):
            self.scope.lets[key] = formulas.formula(body.body)
            return
        digits = formulas.terms.digits(body.body)
        self.scope.lets[key] = formulas.terms.term(body.body)
        if digits:
            self.scope.spelled[key] = digits


def _mentioned(node: object, scope: Scope) -> Iterator[str]:
    """Names of the variables that a statement mentions, in order."""
    match node:
        case s.Name() | s.Ordinal() | s.Place():
            try:
                variable = scope.variable(node)
            except Mistake:
                return
            if variable is not None:
                yield variable.name
            return
        case tuple():
            for one in node:
                yield from _mentioned(one, scope)
            return
        case Span() | str() | None:
            return
    for part in getattr(node, "__slots__", ()):
        if part != "owner":
            yield from _mentioned(getattr(node, part), scope)

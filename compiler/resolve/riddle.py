"""Syntax to checked IR: of each clause's readings the one that can be computed, every name a symbol.

Emits :mod:`oedipus.compiler.checked`; afterwards every variable mentioned is declared, every term is a number, no
sugar is left. A clause with a mistake is noted and left out, so that one run tells all mistakes of a file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath

from oedipus.compiler.checked import Clause, Compare, CoreClause, Formula, Measurement, Riddle, Term, Truth, Variable
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.ambiguity import differing
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.connectives import both, either
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.resolve.judged import judged
from oedipus.compiler.resolve.left_open import LeftOpen
from oedipus.compiler.resolve.measure import measurement
from oedipus.compiler.resolve.settings import SettingsReader
from oedipus.compiler.resolve.statements import Statements, counts, plain
from oedipus.compiler.vocabulary import Words
from oedipus.dsl import syntax as s
from oedipus.dsl.declared import Declared
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.english.openings import optimal
from oedipus.dsl.english.reading import Option
from oedipus.dsl.parser import MOST_MISTAKES, Parser, name_of
from oedipus.dsl.printer import core_text
from oedipus.dsl.reader import RawClause
from oedipus.dsl.spans import NOWHERE, Span
from oedipus.networks.cards import truths


@dataclass(slots=True)
class Understood:
    """A riddle as far as it could be understood: the checked one, the syntax of each clause, what is wrong."""

    riddle: Riddle
    clauses: tuple[s.Clause, ...]
    diagnostics: list[Diagnostic] = field(default_factory=list)


def resolve(parser: Parser, words: Words, text: str, folder: Path | None = None) -> Understood:
    """The checked riddle of a file's clauses; ``folder`` is where its paths begin."""
    reader = _Riddle(parser, words, text, folder)
    for place, clause in enumerate(parser.raw):
        if len(reader.found) > MOST_MISTAKES:
            break
        reader.clause(place, clause)
    return reader.finish()


class _Riddle:
    def __init__(self, parser: Parser, words: Words, text: str, folder: Path | None) -> None:
        self.parser, self.words, self.text, self.folder = parser, words, text, folder
        self.declared: Declared = parser.declared
        self.found = parser.found
        self.resolver = Resolver(self.declared, words, FUNCTIONS, judged)
        self.settings = SettingsReader(self.resolver, folder)
        self.left_open = LeftOpen(self.resolver)
        self.clauses: list[Clause] = []
        self.syntax: list[s.Clause] = []
        self.names: dict[str, int] = {}
        self.leading_zeros = False
        self.no_zeros: RawClause | None = None
        self.wanted: list[tuple[RawClause, str, Term]] = []
        self.statements = Statements()
        self.variables = self._variables()
        parser.sound = self._sound
        for body, clause in parser.implied:
            self.found.append(
                Diagnostic(
                    "W703", clause.span, f"read as '{core_text(body)}', which nothing declares", clause=name_of(clause)
                )
            )
            self.bodies(clause, (body,))

    def _variables(self) -> Mapping[str, Variable]:
        made: dict[str, Variable] = {}
        for key, one in self.declared.variables.items():
            try:
                made[key] = Variable(one.name, one.kind, self._generator(one.kind, one.source, one.span), one.span)
            except Mistake as mistake:
                self.found.append(mistake.diagnostic)
        self.resolver.pictures.update(made)
        return made

    def _generator(self, kind: str, source: str | None, span: Span) -> str:
        cards = self.words.cards
        if source is None:
            if kind not in self.words.generators:
                help_ = 'add a library of networks: use "directory"'
                raise Mistake("E409", span, f"no network draws a {kind}", help_)
            return self.words.generators[kind]
        path = PurePosixPath(source)
        if path.parent != PurePosixPath():
            self.settings.library(str(path.parent))
        card = cards.get(path.name)
        if card is None or card.role != "generator" or card.kind != kind:
            there = ", ".join(one.name for one in cards.values() if (one.role, one.kind) == ("generator", kind))
            label = f"no generator of the kind {kind} is called '{path.name}'"
            raise Mistake("E409", span, label, f'there is {there}; write another as from "directory/name"')
        return card.name

    # Clauses

    def clause(self, place: int, raw: RawClause) -> None:
        """Read one clause and keep what it says; its mistakes are noted."""
        before = len(self.found)
        self.resolver.steps = 0
        bad = [one.span.start for one in self.found if one.code in ("E002", "E103", "E105", "E107", "E405")]
        if any(raw.span.start <= one < raw.span.end for one in bad):
            return
        try:
            declares = place in self.parser.declaring
            options = self.parser.options(raw, place in self.parser.stating)
            option = self._chosen(options if declares else self._agreeing(options))
            bodies = option.bodies if declares else tuple(map(_restated, option.bodies))
            if not self.statements.takes(raw, bodies):
                self._close()
                if not self.statements.begins(raw, bodies):
                    self.bodies(raw, bodies)
            self.parser.told(option)
        except Mistake as mistake:
            told = mistake.diagnostic
            self.found.append(replace(told, span=raw.span) if told.span == NOWHERE else told)
        self.found[before:] = [one if one.clause else replace(one, clause=name_of(raw)) for one in self.found[before:]]

    def _agreeing(self, options: list[Option]) -> list[Option]:
        """The readings that give the number as many digits as it has. Raises :class:`Mistake` where there are none."""
        here = [len(one.digits) for one in self.declared.wholes if not one.name]
        told = {id(option): _widths(option) - {*here} if here else set() for option in options}
        left = [option for option in options if not told[id(option)]]
        if not left:
            span = options[0].bodies[0].span
            raise Mistake("E302", span, f"the number has {here[0]} digits", "declare another with a name of its own")
        return left

    def _close(self) -> None:
        """Keep a sentence that counts the statements behind it, or before it."""
        made = self.statements.closed(self.syntax)
        if made is None:
            return
        raw, body, counted = made
        self.syntax = [one for one in self.syntax if one not in counted]
        names = {one.name for one in counted}
        self.clauses = [one for one in self.clauses if one.name not in names]
        self.bodies(raw, (body,))

    def _chosen(self, options: list[Option]) -> Option:
        """The one reading that can be computed. Raises :class:`Mistake` for none, and for several that differ."""
        if len(options) == 1:
            return options[0]
        made: list[tuple[Option, Formula]] = []
        mistakes: list[Mistake] = []
        for option in options:
            try:
                made.append((option, self._whole_formula(option)))
            except Mistake as mistake:
                mistakes.append(mistake)
        if not made or (mistakes and all(formula == Truth(True) for _, formula in made) and not _asking(made)):
            # What says nothing is no better than what cannot be computed: some word of the sentence is in neither.
            raise mistakes[0]
        if len({_optima(option) for option, _ in made}) > 1:
            left = [option for option, _ in made]
        else:
            left = differing(made, self.resolver.names.domains(), truths(self.words.cards.values()))
        if len(left) > 1:
            said = [core_text(body, self.declared.names()) for option in left[:2] for body in option.bodies]
            span = options[0].bodies[0].span
            raise Mistake(
                "E203", span, "this can be read in more than one way", "write one of them: " + "  |  ".join(said)
            )
        return left[0]

    def _whole_formula(self, option: Option) -> Formula:
        stated = [
            one
            for one in option.bodies
            if isinstance(one, s.Statement) and not counts(one) and not optimal(one.formula)
        ]
        plainly = [plain(one) for one in stated]
        return both([Truth(True), *(self.resolver.formula(one) for one in plainly if not isinstance(one, s.Measured))])

    def _sound(self, option: Option) -> bool:
        """Whether what a reading says can be computed."""
        try:
            self._whole_formula(option)
        except Mistake:
            return False
        return True

    def bodies(self, raw: RawClause, bodies: tuple[s.Body, ...]) -> None:
        """Keep what a clause says."""
        source = " ".join(self.text[raw.span.start : raw.span.end].split())
        self.syntax.append(s.Clause(name_of(raw), bool(raw.label), bodies, raw.line, raw.span, source))
        for body in bodies:
            match body:
                case s.Statement():
                    self._statement(raw, replace(body, formula=plain(body)), source)
                case s.DeclareNumber():
                    self._number(raw, body, source)
                case s.Let(_, value):
                    self.resolver.value(value)
                case s.Setting("leading"):
                    self.leading_zeros = True
                case s.Setting("no leading"):
                    self.no_zeros = raw
                case s.Setting():
                    self.settings.take(body)

    def _statement(self, raw: RawClause, body: s.Statement, source: str) -> None:
        match body.formula:
            case s.Call("least" | "greatest" as which, (inner,)):
                self.wanted.append((raw, which, self.resolver.term(inner)))
                return
        measured = measurement(body.formula, self.resolver, self.folder)
        if measured is not None:
            self.left_open.measured(body.formula)
            if body.alpha is not None or body.by is not None:
                told = "a measurement has no alpha and no judge: ± says how certain it is"
                raise Mistake("E601", body.span, told)
            self._add(raw, measured, None, source)
            return
        self.resolver.by, self.resolver.by_span = self._judge(body), body.by_span
        try:
            options = self.left_open.options(body.formula)
            made = either(options) if options else self.resolver.formula(body.formula)
        finally:
            self.resolver.by = None
        self._add(raw, made, body.alpha, source)
        self.clauses[-1] = replace(self.clauses[-1], options=options)

    def _add(
        self, raw: RawClause, body: Formula | Measurement, alpha: float | None, text: str, unlabelled: bool = False
    ) -> None:
        name = f"line {raw.line}" if unlabelled else name_of(raw)
        self.names[name] = self.names.get(name, 0) + 1
        again = self.names[name]
        name = name if again == 1 else f"{name} ({again})"
        self.clauses.append(Clause(name, body, alpha, raw.line, raw.span, text))

    def _judge(self, body: s.Statement) -> str | None:
        """The network that ``by network`` names. Raises for a judge, which may only score."""
        if body.by is None or body.by == "logic":
            return body.by
        cards = self.words.cards
        card = cards.get(body.by) or cards.get(body.by.lower())
        if card is None:
            there = ", ".join(name for name, one in cards.items() if one.role == "classifier")
            raise Mistake("E409", body.by_span, f"there is no network '{body.by}'", f"classifiers are {there}")
        if card.role == "judge":
            raise Mistake(
                "E408", body.by_span, f"'{card.name}' is a judge", "judges only score results; take a classifier"
            )
        if card.role != "classifier":
            raise Mistake("E409", body.by_span, f"'{card.name}' is a {card.role}, not a classifier")
        return card.name

    def _number(self, raw: RawClause, body: s.DeclareNumber, source: str) -> None:
        """Leading digits of a declared number are not 0: a clause of its own, named by its line."""
        if body.code or len(body.places) < 2:
            return
        for whole in self.declared.wholes:
            mine = self.declared.variables[whole.digits[0].lower()].span == body.span
            if mine:
                leading = Compare("!=", self.resolver.names.shows(whole.digits[0]), constant(0))
                self._add(raw, leading, None, f"{source} (the leading digit is not 0)", unlabelled=True)

    # The end

    def finish(self) -> Understood:
        """The riddle of all clauses read."""
        try:
            self._close()
        except Mistake as mistake:
            self.found.append(mistake.diagnostic)
        if not self.declared.variables and not any(one.severity == "error" for one in self.found):
            help_ = 'start with such as "digits a, b, c"'
            self.found.append(Diagnostic("E005", NOWHERE, "the riddle declares no digit and no picture", help_))
        self._unused_data()
        self._leading_letters()
        settings = self.settings.finish(self.found)
        if not any(one.severity == "error" for one in self.found):
            for raw, which, term in self.wanted:
                self._optimum(raw, which, term)
        riddle = Riddle(tuple(self.variables.values()), tuple(self.clauses), settings, self._core())
        return Understood(riddle, tuple(self.syntax), self.found)

    def _unused_data(self) -> None:
        """Files that are declared and not there, though no clause that was read has asked for them."""
        told = " ".join(one.label for one in self.found if one.code == "E604")
        for clause in self.syntax:
            for body in clause.bodies:
                if not isinstance(body, s.Data) or body.path is None or self.folder is None or f'"{body.path}"' in told:
                    continue
                if not (self.folder / body.path).is_file():
                    label, help_ = f'"{body.path}" does not exist', "paths begin where the riddle lies"
                    self.found.append(Diagnostic("E604", body.span, label, help_, clause=clause.name))

    def _core(self) -> tuple[CoreClause, ...]:
        names = self.declared.names()
        return tuple(
            CoreClause(one.name, one.labelled, tuple(core_text(body, names) for body in one.bodies), one.span)
            for one in self.syntax
            if one.bodies
        )

    def _leading_letters(self) -> None:
        """The words of a letter sum are numbers, which do not begin with 0: a clause of its own."""
        wanted = self.resolver.spelled if self.no_zeros else self._summed()
        sums = {word: digits for word, digits in self.resolver.spelled.items() if word in wanted}
        starting = list(dict.fromkeys(digits[0] for digits in sums.values() if isinstance(digits[0], Shown)))
        if not starting or self.leading_zeros:
            return
        where = next(one for one in self.parser.raw if any(word.written in sums for word in one.words))
        parts = [Compare("!=", digit, constant(0)) for digit in starting]
        text = f"{', '.join(sums)} (a number does not begin with 0)"
        self._add(where, both(parts), None, text, unlabelled=True)

    def _summed(self) -> set[str]:
        """The words in equations both sides of which are made of words alone."""
        found: set[str] = set()
        for clause in self.syntax:
            for body in clause.bodies:
                if (
                    isinstance(body, s.Statement)
                    and isinstance(body.formula, s.Chain)
                    and set(body.formula.ops) == {"="}
                ):
                    parts = [word for term in body.formula.terms if (word := _spelling(term)) is not None]
                    if len(parts) == len(body.formula.terms) and any(
                        isinstance(one, s.Operation) for one in body.formula.terms
                    ):
                        found |= {word for words in parts for word in words}
        return found

    def _optimum(self, raw: RawClause, which: str, term: Term) -> None:
        from oedipus.compiler.resolve.optimum import optimum

        riddle = Riddle(tuple(self.variables.values()), tuple(self.clauses))
        try:
            value = optimum(riddle, term, which, self.words.cards)
        except TimeoutError:
            self.found.append(Diagnostic("E412", raw.span, "this is too hard to find out", "leave it out"))
            return
        if value is not None:
            extreme = "smallest" if which == "least" else "largest"
            source = " ".join(self.text[raw.span.start : raw.span.end].split())
            self._add(raw, Compare("=", term, constant(value)), None, f"{source} ({extreme} of all that fit)")
            self.clauses[-1] = replace(self.clauses[-1], optimum=which)  # type: ignore[arg-type]


def _asking(made: Sequence[tuple[Option, Formula]]) -> bool:
    """Whether a reading is more than a declaration: it asks, sets or counts something."""
    bodies = [body for option, _ in made for body in option.bodies]
    return not bodies or any(not isinstance(one, s.Declare | s.DeclareNumber) for one in bodies)


def _optima(option: Option) -> frozenset[str]:
    """What a sentence wants as small or as large as can be."""
    stated = [one.formula for one in option.bodies if isinstance(one, s.Statement)]
    return frozenset(core_text(replace(s.Statement(one), span=NOWHERE)) for one in stated if optimal(one))


def _widths(option: Option) -> set[int]:
    """The numbers of digits that a sentence gives to the number that has no name."""
    return {len(one.places) for one in option.bodies if isinstance(one, s.DeclareNumber) and not one.names}


def _restated(body: s.Body) -> s.Body:
    """What a declaration says of a number that is declared already: how many digits it has."""
    if not isinstance(body, s.DeclareNumber) or body.names:
        return body
    number = s.Call("size", (s.Call("digits", (s.Name("number", body.span),), body.span),), body.span)
    wanted = s.Number(Fraction(len(body.places)), body.span)
    return s.Statement(s.Chain((number, wanted), ("=",), body.span), span=body.span)


def _spelling(node: s.Expression) -> set[str] | None:
    """The words that a side of a letter sum is made of, None where it is no such side."""
    match node:
        case s.Letters(word):
            return {word}
        case s.Name(name) if len(name) == 1:
            return set()
        case s.Number():
            return set()
        case s.Operation("+" | "-" | "*", operands):
            parts = [_spelling(one) for one in operands]
            return None if None in parts else {word for part in parts if part for word in part}
    return None

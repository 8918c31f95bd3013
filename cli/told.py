"""What the API tells of a riddle that was not solved: verdict, explanation, steps, factor graph."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from oedipus.compiler.verdict.outcome import Kind, Verdict
from oedipus.service.reading import Reading
from oedipus.service.verdicts import assignment, headline, lines

if TYPE_CHECKING:
    from oedipus.compiler.logic.axes import Readers
    from oedipus.compiler.program import Program
    from oedipus.compiler.verdict.why import Explanation, Step

SHOWN = 3


class Told(str):
    """A text that shows itself as it is written, lines and all."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self)}</pre>"


@dataclass(frozen=True, repr=False)
class Check:
    """The symbolic verdict of a riddle, as ``oedipus check`` gives it.

    ``kind``: "unsatisfiable", "unique", "multiple" or "unknown"; ``solutions``: at most as many as asked for, sorted;
    ``count`` of all, None where counting was cut off; ``conflict``: the text of each clause of a smallest set that
    cannot be fulfilled together, by name; ``redundant``: clauses that the others imply; ``free``: what remains for
    every digit that has several values; ``reason``: why a verdict is unknown.
    """

    kind: Kind
    count: int | None
    solutions: tuple[Mapping[str, int | str], ...]
    conflict: Mapping[str, str]
    redundant: tuple[str, ...]
    free: Mapping[str, tuple[int | str, ...]]
    reason: str
    verdict: Verdict
    readers: "Readers"

    @classmethod
    def of(cls, reading: Reading, found: Verdict) -> "Check":
        """The verdict ``found`` of a riddle."""
        texts = {one.name: one.text for one in reading.riddle.clauses}
        conflict = {name: texts.get(name, "") for name in found.core}
        readers = reading.readers
        solutions = tuple(readers.all_told(one) for one in found.solutions)
        free = {name: tuple(readers.told(name, one) for one in values) for name, values in found.free.items()}
        return cls(
            found.kind, found.count, solutions, conflict, found.redundant, free, found.reason, found, readers
        )  # fmt: skip

    def __repr__(self) -> str:
        match self.kind:
            case "unsatisfiable":
                return f"Check(unsatisfiable: {' against '.join(self.conflict) or 'no digits'})"
            case "unknown":
                return f"Check(unknown: {self.reason})"
        shown = "; ".join(map(assignment, self.solutions[:SHOWN]))
        more = "; …" if self.count is None or self.count > min(SHOWN, len(self.solutions)) else ""
        return f"Check({'unique' if self.kind == 'unique' else headline(self.verdict)}: {shown}{more})"

    def __str__(self) -> str:
        """All of it, as the shell prints it."""
        return "\n".join([headline(self.verdict), *lines(self.verdict, self.readers)])

    def _repr_html_(self) -> str:
        said = f"<p><b>{html.escape(headline(self.verdict))}</b></p>"
        if self.conflict:
            items = (f"<li>{html.escape(name)}: {html.escape(text)}</li>" for name, text in self.conflict.items())
            return f"{said}<p>in conflict:</p><ul>{''.join(items)}</ul>"
        names = list(self.solutions[0]) if self.solutions else []
        style = ' style="padding:0 8px;text-align:right"'
        head = "".join(f"<th{style}>{html.escape(name)}</th>" for name in names)
        rows = "".join(
            f"<tr>{''.join(f'<td{style}>{one[name]}</td>' for name in names)}</tr>" for one in self.solutions
        )
        return f"{said}<table><tr>{head}</tr>{rows}</table>" if names else said

    @property
    def satisfiable(self) -> bool | None:
        """Whether some digits fulfil every clause; None where that was not decided."""
        return None if self.kind == "unknown" else self.kind != "unsatisfiable"


@dataclass(frozen=True, repr=False)
class Why:
    """The solution step by step; printed, as sentences."""

    explanation: "Explanation"
    texts: Mapping[str, str]
    readers: "Readers"

    def __repr__(self) -> str:
        number = len(self.steps)
        end = "to a contradiction" if self.explanation.contradiction else ""
        left = {
            name: self.readers.told(name, values[0])
            for name, values in self.explanation.left.items()
            if len(values) == 1
        }
        return f"Why({number} step{'s' * (number != 1)} {end or f'to {assignment(left)}' if left or end else ''})"

    def __str__(self) -> str:
        from oedipus.compiler.verdict.why import narrate

        return narrate(self.explanation, self.texts, self.readers.told).rstrip("\n")

    def _repr_html_(self) -> str:
        return Told(self)._repr_html_()

    @property
    def steps(self) -> "tuple[Step, ...]":
        """Each with the names of its clauses, the values it rules out, and what is then left."""
        return self.explanation.steps


@dataclass(frozen=True, repr=False)
class Compiled:
    """A factor graph: the ``program`` itself, and written down in the formats of ``oedipus compile``."""

    program: "Program"

    def __repr__(self) -> str:
        sizes = (len(self.program.variables), len(self.program.readouts), len(self.program.factors))
        return "Compiled({} variables, {} readouts, {} factors)".format(*sizes)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.svg

    @cached_property
    def text(self) -> str:
        """Variables, readouts, factors and what they cost, for people."""
        return self._written("text")

    @cached_property
    def json(self) -> str:
        """One JSON document, tensors inline."""
        return self._written("json")

    @cached_property
    def dot(self) -> str:
        """For Graphviz."""
        return self._written("dot")

    @cached_property
    def svg(self) -> str:
        """A drawing."""
        return self._written("svg")

    def _written(self, format: str) -> str:  # noqa: A002 - as the flag is called
        from oedipus.service.graphs import written

        return written(self.program, format)  # type: ignore[arg-type]

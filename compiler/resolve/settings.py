"""Settings: what a file says about the run."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from oedipus.compiler.checked import Constant, Settings
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.options import ALGORITHMS, AUTO, fault, known_to
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.values import Group, Spelt
from oedipus.compiler.resolve.values import Path as Quoted
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.spans import Span


class SettingsReader:
    """Collects the settings of a file; each may be given once, ``use`` and ``find`` more often."""

    def __init__(self, resolver: Resolver, folder: Path | None) -> None:
        self.resolver, self.folder = resolver, folder
        self.taken: dict[str, Any] = {"libraries": (), "find": ()}
        self.places: dict[str, Span] = {}
        self.solution: tuple[s.Expression, ...] | None = None

    def take(self, setting: s.Setting) -> None:
        """Note one setting. Raises :class:`Mistake`."""
        if setting.name in self.places and setting.name not in ("use", "find", "how many"):
            raise Mistake("E504", setting.span, f"'{setting.name}' is set above already")
        self.places[setting.name] = setting.span
        match setting.name:
            case "alpha":
                self.taken["schedule"] = tuple(float(cast(s.Number, one).value) for one in setting.values)
            case "evidence":
                self.taken["evidence"] = setting.values[0]
            case "use":
                self.library(str(setting.values[0]))
            case "given":
                self.taken["given"] = str(setting.values[0])
                folder = self.folder
                if folder is not None and not (folder / str(setting.values[0])).is_file():
                    raise Mistake(
                        "E505",
                        setting.span,
                        "there is no such file",
                        help="`solve --out run` writes run/posterior.safetensors",
                    )
            case "solve":
                self._algorithm(setting)
            case "find":
                self._find(cast(Sequence[s.Expression], setting.values))
            case "how many":
                self.taken["count_wanted"] = True
            case "solution":
                self.solution = _solution(setting)

    def _algorithm(self, setting: s.Setting) -> None:
        """How the riddle is to be solved. Raises :class:`Mistake` at the word that is wrong."""
        algorithm, options = str(setting.values[0]), dict(setting.options)
        for name, option in known_to(algorithm).items() if algorithm in (AUTO, *ALGORITHMS) else ():
            if name in options and not option.wrong(options[name]):
                options[name] = option.made(options[name])
        wrong = fault(algorithm, options)
        if wrong is not None:
            about = wrong.about or ""
            # An unknown option is its name's fault, a bad value the value's.
            unknown = not about or about not in known_to(algorithm)
            span = setting.places.get(about if unknown else f"{about} =", setting.span)
            said = wrong.said if unknown else f"{about} {wrong.said}"
            raise Mistake("E503", span, said, wrong.help, wrong.suggestion)
        self.taken["algorithm"], self.taken["options"] = algorithm, options
        self.taken["places"] = {"": setting.span, **setting.places}

    def library(self, directory: str) -> None:
        """Also take networks from ``directory``."""
        if directory not in self.taken["libraries"]:
            self.taken["libraries"] = (*self.taken["libraries"], directory)

    def _find(self, nodes: Sequence[s.Expression]) -> None:
        found: list[str] = list(self.taken["find"])
        for node in nodes:
            for name in self._names(node):
                if name not in found:
                    found.append(name)
        self.taken["find"] = tuple(found)

    def _names(self, node: s.Expression) -> tuple[str, ...]:
        """The pictures that an expression is made of."""
        if isinstance(node, s.Name) and node.name.lower() in self.resolver.declared.lets:
            return ()
        value = self.resolver.value(node)
        if isinstance(value, Spelt):
            return tuple(one.variable for one in value.digits if isinstance(one, Shown))
        if isinstance(value, Group):
            return tuple(one.value.variable for one in value.items if isinstance(one.value, Shown))
        return (value.variable,) if isinstance(value, Shown) else ()

    def finish(self, diagnostics: list[Diagnostic]) -> Settings:
        """The settings; a solution is checked against the digits that are declared by now."""
        if self.solution is not None and self.resolver.declared.variables:
            try:
                self.taken["solution"] = self._solution(self.solution)
            except Mistake as mistake:
                diagnostics.append(mistake.diagnostic)
        return Settings(**self.taken)

    def _solution(self, values: tuple[s.Expression, ...]) -> dict[str, int]:
        span, declared = self.places["solution"], self.resolver.declared
        names = declared.shown
        match values:
            case (s.Number(whole),) if len(names) > 1 and len(str(int(whole))) == len(names):
                values = tuple(s.Number(Fraction(char), span) for char in str(int(whole)))
        if len(values) != len(names):
            raise Mistake(
                "E501", span, f"{len(values)} digits are given and {len(names)} are declared: {', '.join(names)}"
            )
        return {name: self._worth(name, value) for name, value in zip(names, values, strict=True)}

    def _worth(self, name: str, node: s.Expression) -> int:
        """What a variable is said to show."""
        names = self.resolver.names
        shown = names.shows(name)
        if shown.kind:
            said = node.name if isinstance(node, s.Name) else node.text if isinstance(node, s.Text) else ""
            value = names.choice(said) or (Quoted(said) if said else self.resolver.value(node))
            term = names.alike([shown, value], [node.span, node.span])[1]
            return int(cast(Constant, term).value)
        if isinstance(node, s.Number) and node.value in names.domains()[name]:
            return int(node.value)
        label = f"each number of a solution is a digit, {shown.low} to {shown.high}"
        raise Mistake("E502", self.places["solution"], label)


def _solution(setting: s.Setting) -> tuple[s.Expression, ...]:
    """What a solution lists. Raises :class:`Mistake` for a fraction."""
    values = tuple(cast(Sequence[s.Expression], setting.values))
    if any(isinstance(one, s.Number) and one.value.denominator != 1 for one in values):
        raise Mistake("E502", setting.span, "digits are whole numbers")
    return values

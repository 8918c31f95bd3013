"""Settings: what a file says about the run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from oedipus.compiler.checked import Settings
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.options import ALGORITHMS, AUTO, fault, known_to
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.values import Group, Spelt
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.spans import Span


class SettingsReader:
    """Collects the settings of a file; each may be given once, ``use`` and ``find`` more often."""

    def __init__(self, resolver: Resolver, folder: Path | None) -> None:
        self.resolver, self.folder = resolver, folder
        self.taken: dict[str, Any] = {"libraries": (), "find": ()}
        self.places: dict[str, Span] = {}
        self.solution: tuple[int, ...] | None = None

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
                self.solution = tuple(int(cast(s.Number, one).value) for one in setting.values)
                if any(cast(s.Number, one).value.denominator != 1 for one in setting.values):
                    raise Mistake("E502", setting.span, "digits are whole numbers")

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

    def _solution(self, values: tuple[int, ...]) -> dict[str, int]:
        span, names = self.places["solution"], self.resolver.declared.digits
        if len(values) == 1 and len(names) > 1 and len(str(values[0])) == len(names):
            values = tuple(int(char) for char in str(values[0]))
        if len(values) != len(names):
            raise Mistake(
                "E501", span, f"{len(values)} digits are given and {len(names)} are declared: {', '.join(names)}"
            )
        if any(value not in range(10) for value in values):
            raise Mistake("E502", span, "each number of a solution is a digit, 0 to 9")
        return dict(zip(names, values, strict=True))

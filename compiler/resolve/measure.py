"""Measurements: ``age(portrait) = 33 ± 1`` to a Gaussian likelihood, its data read and held against its shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.checked import Measurement, Variable
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.operators import (
    OPERATORS,
    SIDES,
    SYNONYMS,
    Argument,
    Call,
    Files,
    OperatorError,
    Shape,
    canonical,
    mask_file,
    size,
    through,
)
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.pictures import PictureError, fitted, read_picture
from oedipus.compiler.vocabulary import Words
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake, closest
from oedipus.dsl.spans import Span

SLACK = 8
"""Standard deviations that noise may carry data out of the range of its picture."""


def measurement(node: s.Expression, resolver: Resolver, folder: Path | None) -> Measurement | None:
    """The measurement that a clause states, None where it states none. Raises :class:`Mistake`.

    ``folder`` is where the paths of measured pictures begin; None where they are not to be read.
    """
    if not isinstance(node, s.Measured):
        _refuse_plain(node, resolver)
        return None
    scope = _Scope(resolver, folder)
    data, sigma = _data(node.data, scope), _number(node.sigma)
    if not 0 < sigma < np.inf:
        raise Mistake("E601", node.sigma.span, "± is one standard deviation, a positive number")
    chain = _chain(node.picture, scope)
    calls, network = chain.split(scope)
    if not chain.calls and isinstance(data, float):
        raise Mistake("E601", node.picture.span, "a picture is measured through a function, such as age(x)")
    if network is not None and isinstance(data, str):
        raise Mistake("E605", node.data.span, f"{chain.calls[-1][0]} is one number, not a picture")
    files = _Reader(chain, calls, scope).files(network, data, sigma, node.data.span)
    return Measurement(chain.variable.name, calls, data, sigma, network, files)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What names mean in a measurement."""

    resolver: Resolver
    folder: Path | None

    @property
    def words(self) -> Words:
        return self.resolver.words

    @property
    def data(self) -> Mapping[str, str | None]:
        return self.resolver.declared.data

    def variable(self, node: s.Expression) -> Variable | None:
        """The picture that an expression names."""
        value = self.resolver.value(node)
        return self.resolver.pictures.get(value.variable.lower()) if isinstance(value, Shown) else None


def _refuse_plain(node: s.Expression, resolver: Resolver) -> None:
    """A function of a picture without ± is no statement about whole numbers."""
    if isinstance(node, s.Chain) and any(
        isinstance(term, s.Call)
        and (term.function in resolver.words.functions or SYNONYMS.get(term.function, term.function) in OPERATORS)
        for term in node.terms
    ):
        raise Mistake("E601", node.span, "a measurement needs its standard deviation", "write '= 33 ± 1'")


@dataclass(frozen=True, slots=True)
class _Chain:
    """What is measured: a variable, the functions applied to it first to last, and where each is written."""

    variable: Variable
    calls: tuple[Call, ...]
    spans: tuple[Span, ...]

    def then(self, name: str, arguments: tuple[Argument, ...], span: Span) -> "_Chain":
        return _Chain(self.variable, (*self.calls, canonical(name, arguments)), (*self.spans, span))

    def split(self, scope: _Scope) -> tuple[tuple[Call, ...], str | None]:
        """The operators on pictures, and the regressor behind them, if there is one."""
        for place, ((name, arguments), span) in enumerate(zip(self.calls, self.spans, strict=True)):
            if name in OPERATORS:
                continue
            network = _regressor(name, self.variable, scope, span)
            if arguments:
                raise Mistake("E410", span, f"{name} takes a picture and nothing else")
            if place + 1 < len(self.calls):
                outer = self.calls[place + 1][0]
                raise Mistake("E603", self.spans[place + 1], f"{outer} takes a picture; {name} gives a number")
            return self.calls[:place], network
        return self.calls, None


def _regressor(name: str, variable: Variable, scope: _Scope, span: Span) -> str:
    by_kind = scope.words.functions.get(name)
    if by_kind is None:
        known = [*OPERATORS, *scope.words.functions]
        near = closest(name, known)
        help_ = f"did you mean '{near}'?" if near else f"functions of a picture are {', '.join(sorted(known))}"
        raise Mistake("E602", span, f"no function of pictures is called '{name}'", help_, near)
    if variable.kind not in by_kind:
        raise Mistake("E411", span, f"no network measures the {name} of a {variable.kind}")
    network = by_kind[variable.kind]
    role = scope.words.cards[network].role
    if role != "regressor":
        raise Mistake("E411", span, f"the network '{network}' is a {role}; measuring takes a regressor")
    return network


def _chain(node: s.Expression, scope: _Scope) -> _Chain:
    if isinstance(node, s.Call):
        if not node.arguments:
            raise Mistake("E410", node.span, f"{node.function} takes a picture")
        arguments = tuple(_argument(one, scope) for one in node.arguments[1:])
        return _chain(node.arguments[0], scope).then(node.function, arguments, node.span)
    found = scope.variable(node)
    if found is None:
        raise Mistake("E601", node.span, "a measurement is of a picture", "write age(portrait) = 33 ± 1")
    return _Chain(found, (), ())


def _argument(node: s.Expression, scope: _Scope) -> Argument:
    match node:
        case s.Number(value):
            return int(value) if value.denominator == 1 else float(value)
        case s.Name(name) if scope.data.get(name) is not None or (name in SIDES and name not in scope.data):
            return scope.data.get(name) or name
        case s.Text(text):
            return text
    help_ = f"sides are {', '.join(dict.fromkeys(SIDES.values()))}"
    raise Mistake("E603", node.span, "only a number, a side or measured data can stand here", help_)


def _data(node: s.Expression, scope: _Scope) -> float | str | None:
    match node:
        case s.Name(name) if name in scope.data:
            return scope.data[name]
        case s.Text(text):
            return text
    return _number(node)


def _number(node: s.Expression) -> float:
    if not isinstance(node, s.Number):
        raise Mistake("E601", node.span, "a plain number is needed here")
    try:
        return float(node.value)
    except OverflowError:
        raise Mistake("E405", node.span, "this number is too large") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Shapes followed through the operators, and the files that the clause names, read where a folder is known."""

    chain: _Chain
    calls: tuple[Call, ...]
    scope: _Scope

    def files(self, network: str | None, data: float | str | None, sigma: float, span: Span) -> Files:
        shape, largest = self._through()
        found: dict[str, NDArray[np.float32]] = dict(self._masks())
        if network is not None:
            self._fit_network(network, shape)
        elif isinstance(data, str):
            found |= self._picture(data, shape, largest, sigma, span)
        elif data is not None:
            _in_range(np.array(data), largest, sigma, span)
        return found

    @property
    def folder(self) -> Path | None:
        return self.scope.folder

    def _drawn(self) -> Shape:
        """The shape of the generator's pictures."""
        generator = self.chain.variable.generator
        shape = self.scope.words.cards[generator].picture.get("shape", ())
        if len(shape) != 3:
            label = f"the card of '{generator}' does not say what shape its pictures have"
            help_ = "add to the card: [picture] and shape = [channels, rows, columns]"
            raise Mistake("E603", self.chain.variable.span, label, help_)
        return int(shape[0]), int(shape[1]), int(shape[2])

    def _through(self) -> tuple[Shape, float]:
        shape, largest = self._drawn(), 1.0
        for call, span in zip(self.calls, self.chain.spans, strict=False):
            try:
                shape, gain = through([call], shape)
            except OperatorError as error:
                raise Mistake("E603", span, str(error), f"for example {OPERATORS[call[0]].example}") from None
            largest *= gain
        return shape, largest

    def _masks(self) -> Iterator[tuple[str, NDArray[np.float32]]]:
        shape = self._drawn()
        for call, span in zip(self.calls, self.chain.spans, strict=False):
            path = mask_file(call)
            if path is not None and self.folder is not None:
                yield path, self._mask(path, shape, span)
            shape, _ = through([call], shape)

    def _mask(self, path: str, shape: Shape, span: Span) -> NDArray[np.float32]:
        stored = fitted(self._read(path, 1.0, span), 1)
        if stored.shape != (1, *shape[1:]):
            raise Mistake("E605", span, f"the mask is {size(stored.shape)}, it hides parts of {size((1, *shape[1:]))}")
        kept: NDArray[np.float32] = (stored > 0.5).astype(np.float32)
        if not kept.any():
            raise Mistake("E605", span, "the mask hides everything", "white pixels are kept, black ones left out")
        return kept

    def _fit_network(self, network: str, shape: Shape) -> None:
        drawn = self._drawn()
        if shape != drawn:
            label = f"'{network}' reads pictures of {size(drawn)}, not {size(shape)}"
            raise Mistake("E603", self.chain.spans[-1], label)

    def _picture(
        self, path: str, shape: Shape, largest: float, sigma: float, span: Span
    ) -> dict[str, NDArray[np.float32]]:
        if self.folder is None:
            return {}
        stored = fitted(self._read(path, largest, span), shape[0])
        if stored.shape != shape:
            label = f"the picture is {size(stored.shape)}, the measurement gives {size(shape)}"
            raise Mistake("E605", span, label, "these are channels × rows × columns")
        _in_range(stored, largest, sigma, span)
        return {path: stored}

    def _read(self, path: str, white: float, span: Span) -> NDArray[np.float32]:
        assert self.folder is not None
        try:
            return read_picture(self.folder / path, white=white)
        except PictureError as error:
            help_ = "paths begin where the riddle lies"
            raise Mistake("E604", span, f'"{path}" {error}', help_) from None


def _in_range(values: NDArray[np.floating], largest: float, sigma: float, span: Span) -> None:
    if not np.isfinite(values).all():
        bad = int(values.size - np.isfinite(values).sum())
        help_ = 'give hidden pixels any number and leave them out: mask(x, "mask.png")'
        raise Mistake("E606", span, f"{bad} of {values.size} values {'is' if bad == 1 else 'are'} not finite", help_)
    low, high = float(values.min()), float(values.max())
    if low < -SLACK * sigma or high > largest + SLACK * sigma:
        there = f"the values go from {low:g} to {high:g}" if values.size > 1 else f"the value is {low:g}"
        label = f"{there}, the measurement goes from 0 to {largest:g}"
        raise Mistake("E606", span, label, "pictures are 0..1 a channel; divide bytes by 255")

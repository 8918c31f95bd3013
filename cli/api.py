"""The functions of ``import oedipus``: each reads a riddle and says, or does, one thing with it.

A riddle is given as its text, as the ``Path`` of a file, or as what :func:`parse` returned. A string with a space or
a line break in it is the text itself; any other string is the name of a file.
"""

import os
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from oedipus import arguments
from oedipus.arguments import Given, Paths
from oedipus.dsl.diagnostics import RiddleError, line_of
from oedipus.result import Result
from oedipus.service.limits import MOST_THREADS
from oedipus.service.progress import Cancel, Progress
from oedipus.service.reading import Reading, Unsatisfiable
from oedipus.told import Check, Compiled, Told, Why

if TYPE_CHECKING:
    from oedipus.service.sampling import Samples

__all__ = [
    "Check", "Result", "RiddleError", "Unsatisfiable", "check", "compile", "explain", "load", "parse", "sample",
    "solve", "why",
]  # fmt: skip


def parse(riddle: Given, *, use: Paths = ()) -> Reading:
    """Read a riddle; every other function takes what this returns.

    >>> riddle = parse("digits a, b\\na = b + 7\\nb is odd")
    >>> riddle
    Reading(a, b; 2 clauses)
    >>> parse("digits a, b\\na is ood")
    Traceback (most recent call last):
        ...
    oedipus.dsl.diagnostics.RiddleError: line 2: unknown word: 'ood' has no meaning here; did you mean 'odd'?

    ``use`` names directories with network cards of your own. Warnings are issued as Python's. Raises
    :class:`RiddleError` with all mistakes, ``TypeError`` and ``ValueError`` for arguments that make no sense,
    ``OSError`` for a file that cannot be read; so do the other functions.
    """
    found = arguments.riddle(riddle, use)
    if found is not riddle:
        for one in found.diagnostics:
            warnings.warn(line_of(one, found.text), stacklevel=2)
    return found


def check(riddle: Given, *, limit: int = 100, seconds: float = 30.0, use: Paths = ()) -> Check:
    """Decide a riddle symbolically, without any network, within ``seconds``; list at most ``limit`` solutions.

    >>> check("digits a, b\\na = b + 7\\nb is odd")
    Check(unique: a = 8, b = 1)
    >>> check("digits a\\na is odd\\na = 2").conflict
    {'line 2': 'a is odd', 'line 3': 'a = 2'}
    """
    most = arguments.whole("limit", limit, 1)
    time = arguments.number("seconds", seconds, positive=True)
    found = parse(riddle, use=use)
    return Check.of(found, found.verdict(limit=most, seconds=time))


def explain(riddle: Given, *, core: bool = False, use: Paths = ()) -> Told:
    """How every clause was read, in plain English, with ``core`` only the riddle in the core language.

    >>> explain("There are two numbers. The first is odd. It is larger than the second.", core=True)
    digits first, second
    odd(first)
    first > second
    """
    from oedipus.compiler.show.explain import core_riddle
    from oedipus.compiler.show.explain import explain as paraphrase

    only = arguments.flag("core", core)
    found = parse(riddle, use=use)
    said = core_riddle(found.riddle) if only else paraphrase(found.riddle, found.cards)
    return Told(said.rstrip("\n"))


def why(riddle: Given, *, seconds: float = 20.0, use: Paths = ()) -> Why:
    """The solution step by step, as a person would find it, searched for ``seconds`` at most.

    >>> print(why("digits a, b\\na = b + 7\\nb is odd"))
    1. By line 2 (a = b + 7), a is 7, 8 or 9 and b is 0, 1 or 2.
    2. By line 3 (b is odd), b is 1.
    3. By line 2 (a = b + 7), a is 8.
    So a = 8, b = 1.
    """
    from oedipus.compiler.verdict.why import why as explanation

    time = arguments.number("seconds", seconds, positive=True)
    found = parse(riddle, use=use)
    texts = {one.name: one.text for one in found.riddle.clauses}
    return Why(explanation(found.riddle, found.cards, seconds=time), texts, found.readers)


def compile(riddle: Given, *, use: Paths = ()) -> Compiled:  # noqa: A001 - as the command is called
    """Compile a riddle to its factor graph; ``.text``, ``.json``, ``.dot`` and ``.svg`` write it down.

    >>> compile("digits a, b\\na = b + 7\\nb is odd")
    Compiled(2 variables, 3 readouts, 2 factors)
    """
    return Compiled(parse(riddle, use=use).program)


def solve(
    riddle: Given,
    *,
    algorithm: str | None = None,
    alpha: float | Iterable[float] | None = None,
    seed: int | None = None,
    samples: int | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    refine: bool = False,
    anyway: bool = False,
    device: str = "cpu",
    threads: int = 1,
    use: Paths = (),
    progress: Callable[[Progress], object] | None = None,
    cancel: Cancel | None = None,
    **options: Any,
) -> Result:
    """Solve a riddle by inference; the same seed gives what ``oedipus solve`` gives, bit for bit.

    >>> result = solve("digits a, b\\na = b + 7\\nb is odd", seed=1)
    >>> result.answer
    {'a': 8, 'b': 1}
    >>> result.pictures["a"].shape
    torch.Size([100, 1, 28, 28])

    ``algorithm``: a name of docs/inference.md, chosen where none is given. ``alpha``: the power of the clauses, 300
    where none is given, or an annealing schedule. ``samples``: drawn at the end. ``out``: a directory for what
    :meth:`Result.save` writes and for checkpoints, from which ``resume=True`` goes on. ``refine`` learns from wrong
    answers; ``anyway`` solves what has no solution. ``progress`` is called with every iteration; ``cancel``, such as a
    ``threading.Event``, ends the solve with what was found until then. ``options`` are hyper-parameters by name,
    such as ``chains=4``.

    Raises :class:`Unsatisfiable` with the clauses in conflict, else what :func:`parse` does.
    """
    from oedipus.result import result_of
    from oedipus.service.solving import Order
    from oedipus.service.solving import solve as solved

    named = {"algorithm": None if algorithm is None else arguments.word("algorithm", algorithm)}
    wholes = {"seed": seed, "samples": samples}
    numbers = {name: None if value is None else arguments.whole(name, value) for name, value in wholes.items()}
    order = Order(
        reading=parse(riddle, use=use),
        options={**arguments.options(options), **named, **numbers},
        schedule=arguments.schedule("alpha", alpha),
        out=None if out is None else arguments.path("out", out),
        resume=arguments.flag("resume", resume),
        refine=arguments.flag("refine", refine),
        anyway=arguments.flag("anyway", anyway),
        device=arguments.word("device", device),
        threads=arguments.whole("threads", threads, 1, MOST_THREADS),
        command=_command(riddle, options | {"algorithm": algorithm, "alpha": alpha, "seed": seed, "samples": samples}),
    )
    if progress is not None and not callable(progress):
        raise TypeError(f"progress: a function of each iteration, not {arguments.named(progress)}")
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise TypeError(f"cancel: a threading.Event, not {arguments.named(cancel)}")
    outcome = solved(order, cancel=cancel) if progress is None else solved(order, watch=progress, cancel=cancel)
    for one in outcome.lost:
        warnings.warn(one, stacklevel=2)
    return result_of(outcome.solved)


def sample(source: Result | str | os.PathLike[str], number: int = 64, *, seed: int = 0, use: Paths = ()) -> "Samples":
    """Draw new pictures from a posterior: of a result, or in a directory that one was saved in.

    >>> sample(solve("digit x\\nx is 7", pool=256), number=9)
    Samples(x: 9 pictures each)

    ``.pictures["x"]`` are ``[number, channels, rows, columns]``; ``.save("sheet.png")`` writes them.
    ``use`` names directories with cards of generators that are not shipped.
    """
    from oedipus.compiler.options import MOST_SEED
    from oedipus.networks.cards import CardError
    from oedipus.service.reading import read_libraries
    from oedipus.service.sampling import draw, stored

    most = arguments.whole("number", number, 1, 100_000)
    first = arguments.whole("seed", seed, 0, MOST_SEED)
    directories = arguments.paths("use", use)
    try:
        cards = read_libraries(directories)
    except CardError as error:
        raise ValueError(f"use: {error}") from error
    if not isinstance(source, Result):
        return draw(*stored(arguments.path("source", source)), cards, most, first)
    known = {**source.origin.cards, **cards} if directories else {**cards, **source.origin.cards}
    return draw(*source.origin.posterior(), known, most, first)


def load(directory: str | os.PathLike[str]) -> Result:
    """Read a result back from a directory that ``oedipus solve --out`` or :meth:`Result.save` has written.

    Raises ``OSError`` where there is none, ``ValueError`` where it is damaged.
    """
    from oedipus.stored import load as read

    return read(arguments.path("directory", directory))


def _command(riddle: Given, options: dict[str, Any]) -> str:
    """The call that says this again; a text that was given is in the report anyway."""
    file = isinstance(riddle, os.PathLike) or (isinstance(riddle, str) and not any(map(str.isspace, riddle)))
    given = [repr(str(riddle)) if file else "riddle"]
    given += [f"{name}={value!r}" for name, value in options.items() if value is not None]
    return f"oedipus.solve({', '.join(given)})"

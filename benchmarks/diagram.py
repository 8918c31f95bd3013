"""Figures of logic factors: compiling, contracting, and against the dense tensor.

python benchmarks/diagram.py [--repeats 7] writes benchmarks/results/diagram.json and
the section of docs/benchmarks.md. One thread, the fastest of several runs.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from report import machine, table, write
from torch import Tensor

from oedipus.compiler import checked as c
from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic import semirings
from oedipus.compiler.logic.axes import Axis
from oedipus.compiler.logic.diagram import compile_diagram
from oedipus.compiler.logic.grid import tensor
from oedipus.compiler.pipeline import compile_riddle, compile_text
from oedipus.compiler.program import Diagram, Readout
from oedipus.networks.cards import read_cards
from oedipus.runtime.factors import diagram as contraction

LETTERS = "abcdefghijklmno"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    letters: str
    formula: c.Formula


def number(value: int) -> c.Constant:
    return c.Constant(Fraction(value))


def total(letters: str) -> c.Sum:
    return c.Sum(tuple(map(c.Value, letters)))


def word(letters: str) -> c.Sum:
    return c.Sum(
        tuple(c.Product((number(10**place), c.Value(letter))) for place, letter in enumerate(reversed(letters)))
    )


def different(letters: str) -> c.Formula:
    return c.AllDifferent(tuple(map(c.Value, letters)))


def letter_sum() -> list[c.Clause]:
    return [
        c.Clause("I", c.Compare("=", c.Sum((word("SEND"), word("MORE"))), word("MONEY"))),
        c.Clause("II", different("SENDMORY")),
        c.Clause("III", c.Compare("!=", c.Value("S"), number(0))),
        c.Clause("IV", c.Compare("!=", c.Value("M"), number(0))),
    ]


def axes(letters: str) -> list[Axis]:
    return [Axis(Readout(letter, "digit_classifier", 10, None), tuple(range(10))) for letter in letters]


def compiled(case: Case) -> Diagram:
    return compile_diagram(case.formula, axes(case.letters))[1]


def fastest(work: Callable[[], Any], repeats: int) -> float:
    """Seconds of the fastest of several runs: the machine may be busy with other work."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def value_and_gradient(function: Callable[[Sequence[Tensor]], Tensor], readouts: Sequence[Tensor]) -> list[Tensor]:
    free = [one.clone().requires_grad_() for one in readouts]
    value = function(free)
    return [value.detach(), *torch.autograd.grad(value.sum(), free)]


def draw(samples: int, letters: str) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [(3 * torch.randn(samples, 10, generator=generator)).log_softmax(1) for _ in letters]


def contracted(case: Case, repeats: int) -> dict[str, Any]:
    diagram = compiled(case)
    function = contraction.bind(diagram, torch.device("cpu"))
    one, many = draw(1, case.letters), draw(1000, case.letters)
    alone = fastest(lambda: value_and_gradient(function, one), 3 * repeats)
    batch = fastest(lambda: value_and_gradient(function, many), repeats)
    return {
        "case": case.name,
        "states": diagram.states,
        "one_sample_ms": 1e3 * alone,
        "batch_of_1000_us_per_sample_and_state": 1e6 * batch / 1000 / diagram.states,
    }


def dense_contraction(values: np.ndarray[Any, np.dtype[np.bool_]]) -> Callable[[Sequence[Tensor]], Tensor]:
    """The same sum by matrix products with the whole tensor, one readout after the other."""
    by_dtype = {dtype: torch.from_numpy(values.reshape(-1, 10)).to(dtype) for dtype in (torch.float32, torch.float64)}

    def log_probability(readouts: Sequence[Tensor]) -> Tensor:
        first = by_dtype[readouts[0].dtype]
        chances = [one.exp() for one in readouts]
        message = chances[-1] @ first.T
        for chance in reversed(chances[:-1]):
            message = torch.einsum("nsc,nc->ns", message.view(len(chance), -1, 10), chance)
        return message[:, 0].log()

    return log_probability


def against_dense(case: Case, samples: int, repeats: int) -> dict[str, Any]:
    diagram = compiled(case)
    sparse = contraction.bind(diagram, torch.device("cpu"))
    dense = dense_contraction(tensor(case.formula, axes(case.letters)))
    readouts = draw(samples, case.letters)
    exact = [one.double() for one in readouts]
    # In single precision the dense sum itself is off by more than 1e-5.
    found, expected = value_and_gradient(sparse, exact), value_and_gradient(dense, exact)
    error = max(float((one - two).abs().max()) for one, two in zip(found, expected, strict=True))
    seconds = [fastest(lambda f=f: value_and_gradient(f, readouts), repeats) for f in (sparse, dense)]  # type: ignore[misc]
    return {
        "case": case.name,
        "samples": samples,
        "diagram_ms": 1e3 * seconds[0],
        "dense_ms": 1e3 * seconds[1],
        "times_faster": seconds[1] / seconds[0],
        "largest_difference": error,
    }


def compiling(case: Case, repeats: int) -> dict[str, Any]:
    start = time.perf_counter()
    diagram = compiled(case)
    first = time.perf_counter() - start
    seconds = min(first, fastest(lambda: compiled(case), repeats if first < 1 else 1))
    return {"case": case.name, "states": diagram.states, "solutions": semirings.count(diagram), "seconds": seconds}


def many_clauses(count: int, repeats: int) -> dict[str, Any]:
    """A riddle of distinct clauses about two to four digits, some with networks: parsed, checked and lowered."""
    cards = read_cards()
    letters = LETTERS[:10]
    lines = [f"digits {', '.join(letters)}"]
    for place in range(count):
        a, b, d, e = (letters[(place * step + shift) % 10] for step, shift in ((1, 0), (3, 1), (7, 2), (9, 5)))
        said = (
            f"{a} + {place % 13} < {b}",
            f"{a} plus {b} plus {place} equals 7 times {d}",
            f"if {a} is odd then {b} is larger than {place % 9}",
            f"the sum of {a}, {b}, {d} and {e} is {place % 37}",
        )
        lines.append(said[place % 4])
    text = "\n".join(lines)
    riddle = check_text(text, cards)
    return {
        "clauses": len(riddle.clauses),
        "seconds": fastest(lambda: compile_riddle(riddle, cards), repeats),
        "with_parsing_seconds": fastest(lambda: compile_text(text, cards), repeats),
    }


def figures(repeats: int) -> dict[str, Any]:
    ten, letters = LETTERS[:10], "SENDMORY"
    clauses = letter_sum()
    bodies = [clause.body for clause in clauses if not isinstance(clause.body, c.Measurement)]
    ten_different = Case("ten digits all different", ten, different(ten))
    fifteen = Case("sum of fifteen digits", LETTERS, c.Compare("=", total(LETTERS), number(60)))
    separate = [
        Case(f"SEND + MORE = MONEY, {one.name}", letters, body) for one, body in zip(clauses, bodies, strict=True)
    ]
    joint = Case("SEND + MORE = MONEY, joint", letters, c.And(tuple(bodies)))
    six = [
        Case("sum of six digits", ten[:6], c.Compare("=", total(ten[:6]), number(27))),
        Case("six digits all different", ten[:6], different(ten[:6])),
    ]
    return {
        "machine": machine(),
        "compile": [compiling(case, repeats) for case in (ten_different, fifteen, *separate, joint)],
        "contract": [contracted(case, repeats) for case in (ten_different, fifteen, separate[0])],
        "against_dense": [against_dense(case, samples, repeats) for case in six for samples in (1, 10, 200)],
        "lower": many_clauses(1000, repeats),
    }


def section(found: dict[str, Any]) -> str:
    """The page's part: what was measured, as tables."""
    compiled_rows = [
        [one["case"], f"{one['states']:,}", f"{one['solutions']:,}", f"{1e3 * one['seconds']:.1f} ms"]
        for one in found["compile"]
    ]
    contracted_rows = [
        [one["case"], f"{one['one_sample_ms']:.2f} ms", f"{one['batch_of_1000_us_per_sample_and_state']:.3f} µs"]
        for one in found["contract"]
    ]
    dense_rows = [
        [
            one["case"],
            str(one["samples"]),
            f"{one['diagram_ms']:.2f} ms",
            f"{one['dense_ms']:.2f} ms",
            f"{one['times_faster']:.1f}",
            f"{one['largest_difference']:.0e}",
        ]
        for one in found["against_dense"]
    ]
    where = found["machine"]
    return "\n\n".join(
        [
            "## Logic factors as decision diagrams",
            f"One thread of {where['processor']}, load average {where['load_average']}, fastest of several runs. "
            f"A riddle of {found['lower']['clauses']:,} clauses: {found['lower']['with_parsing_seconds']:.2f} s "
            f"from text to program, of which lowering {found['lower']['seconds']:.2f} s.",
            table(["compiled", "states", "solutions", "time"], compiled_rows),
            "Value and gradient; the batch has 1,000 samples, its figure is per sample and state.",
            table(["contracted", "one sample", "batch"], contracted_rows),
            "Six digits, value and gradient, against matrix products with the dense tensor of 10^6 cells.",
            table(["clause", "samples", "diagram", "dense", "times faster", "difference"], dense_rows),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = figures(arguments.repeats)
    write("diagram", found, section(found))
    print(section(found))


if __name__ == "__main__":
    main()

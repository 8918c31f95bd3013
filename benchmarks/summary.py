"""The table "Figures to beat" of docs/benchmarks.md, from the stored figures.

    python benchmarks/summary.py

Reads benchmarks/results/*.json; a figure that was not measured says so.
"""

import json
from collections.abc import Callable
from typing import Any

from report import HERE, table, write

Row = tuple[str, str, str, str, str]


def stored(name: str) -> dict[str, Any]:
    """The figures of one benchmark; raises ``FileNotFoundError`` where it was not run."""
    found: dict[str, Any] = json.loads((HERE / "results" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def table_1(name: str) -> str:
    one = stored(name)
    return (
        f"{one['right']} of {one['seeds']}; {one['seconds']['median']:.1f} s (slowest {one['seconds']['max']:.1f} s); "
        f"{one['classifier']['mean']:.1%} of samples, {one['judge']['mean']:.1%} by the judge; of the processor "
        f"{one['processor_seconds']['median']:.1f} s"
    )


def mean_field() -> Row:
    goal = "400 of 400, ≤ 5 s, ≥ 99 % of samples also by the judge"
    return (
        "Table 1 riddle, mean-field", "88 of 100; 2,400 s", goal, table_1("riddle"),
        f"`riddle.py --seeds {stored('riddle')['seeds']}`",
    )  # fmt: skip


def by_bank() -> Row:
    one = stored("riddle-by-bank")
    ours = f"{table_1('riddle-by-bank')}; bank in {one['bank_seconds']:.1f} s"
    goal = "≤ 1 s, its bank in ≤ 10 s"
    return "the same by `bank`", "–", goal, ours, f"`riddle.py --seeds {one['seeds']} --algorithm bank`"


def table_1_by_bank_with_default_powers() -> Row:
    one = stored("riddle-by-bank-sure")
    goal = "≥ 99 % by the judge in ≤ 1 s"
    command = f"`riddle.py --seeds {one['seeds']} --algorithm bank --powers default`"
    return f"the same at α = {one['alpha']:g}, the default", "–", goal, table_1("riddle-by-bank-sure"), command


def by_hmc() -> Row:
    one = stored("riddle-by-hmc")
    ours = f"{table_1('riddle-by-hmc')}; max R̂ {one['rhat']['max']:.3f}, min ESS {one['ess']['min']:,}"
    return "the same by `hmc`", "–", "R̂ told", ours, f"`riddle.py --seeds {one['seeds']} --algorithm hmc`"


def large() -> Row:
    parts = []
    for name in ("large", "large-10"):
        runs = [run for run in stored(name)["riddles"] if run["own"]]
        right, seeds = sum(run["right"] for run in runs), len(runs) * stored(name)["seeds"]
        parts.append(
            f"{len(runs)} riddles at α = {stored(name)['alpha']:g}: {right} of {seeds}; at most "
            f"{max(run['seconds'] for run in runs):.1f} s ({max(run['processor_seconds'] for run in runs):.1f} s of "
            f"the processor); {min(run['read'] for run in runs):.1%} or more of samples, by the judge "
            f"{min(run['judged'] for run in runs):.1%} to {max(run['judged'] for run in runs):.1%}"
        )
    goal = "every unique one, ≥ 99 % by the judge, ≤ 10 s by `bank`"
    return (
        "riddles of 4 to 10 digits",
        "never tried",
        goal,
        "; ".join(parts),
        "`large.py`, `large.py --alpha 10`",
    )


def one_digit_hmc() -> Row:
    digits = {digit: one["hmc"] for digit, one in stored("figure1")["digits"].items()}
    lengths = sorted({one["draws"] for one in digits.values()}, reverse=True)
    parts = []
    for draws in lengths:
        ours = {digit: one for digit, one in digits.items() if one["draws"] == draws}
        parts.append(
            f"8 × {draws:,} draws of {', '.join(ours)}: max R̂ {max(one['rhat']['max'] for one in ours.values()):.4f}, "
            f"min ESS {min(one['ess']['min'] for one in ours.values()):,.0f}, mean "
            f"{sum(one['ess']['mean'] for one in ours.values()) / len(ours):,.0f}, "
            f"{min(one['classifier'] for one in ours.values()):.2%} right, by the judge "
            f"{min(one['judge'] for one in ours.values()):.1%} or more; "
            f"{min(one['processor_seconds'] for one in ours.values()):.0f} to "
            f"{max(one['processor_seconds'] for one in ours.values()):.0f} s of one processor for all chains"
        )
    paper = "max R̂ 1.03; min ESS 4,169, mean 5,474; all right but digit 4: 98 %; 36 min a chain"
    goal = "max R̂ ≤ 1.01, min ESS ≥ 8,000, ≥ 99.9 % right, ≤ 10 min for all chains on two cores"
    return "one digit, HMC, α = 100, 8 × 10,000 draws", paper, goal, "; ".join(parts), "`figure1.py`"


def one_digit_mean_field() -> Row:
    fits = [one["meanfield"] for one in stored("figure1")["digits"].values()]
    ours = (
        f"{min(one['classifier'] for one in fits):.1%} to {max(one['classifier'] for one in fits):.1%}, mean "
        f"{sum(one['classifier'] for one in fits) / len(fits):.2%}; "
        f"(as fitted {min(one['fitted'] for one in fits):.1%} or more); at most "
        f"{max(one['processor_seconds'] for one in fits):.1f} s of the processor; "
        f"variance {min(one['variance'] for one in fits):.2f} to {max(one['variance'] for one in fits):.2f} of HMC's"
    )
    return (
        "one digit, mean-field", "mean 99 %, only 0, 1, 5 perfect; 600 s",
        "≥ 99.9 % for every digit, ≤ 5 s, variance beside HMC's", ours, "`figure1.py`",
    )  # fmt: skip


def iteration() -> Row:
    found = stored("iteration")["iterations"]
    ours = ", ".join(f"{name} {one['ratio']:.2f}" for name, one in found.items())
    return "iteration over bare forward + backward", "–", "≤ 1.15", ours, "`iteration.py`"


def ess() -> Row:
    found = stored("peers")["digit"]["systems"]
    theirs = found["numpyro"]["ess_a_second"]
    ours = (
        f"{found['ours']['ess_a_second'] / theirs:.1f} × at the same settings (leapfrog 10, target 0.6), "
        f"{found['short']['ess_a_second'] / theirs:.1f} × with one step a trajectory and target 0.3, "
        f"{found['jumping']['ess_a_second'] / theirs:.1f} × with jumps, as by default"
    )
    return "ESS per second, one digit", "–", "≥ 2 × NumPyro's vectorised HMC", ours, "`peers.py`"


def measured_digits() -> Row:
    one = stored("measured")
    runs = one["runs"]
    seconds = sorted(run["seconds"] for run in runs)
    ours = (
        f"R̂ ≤ 1.05 in {sum(run['rhat'] <= 1.05 for run in runs)} of {len(runs)} solves of "
        f"{len({run['riddle'] for run in runs})} riddles (greatest {max(run['rhat'] for run in runs):.3f}), least ESS "
        f"{min(run['ess'] for run in runs):,.0f}; {seconds[len(seconds) // 2]:.0f} s of one processor (slowest "
        f"{seconds[-1]:.0f} s)"
    )
    return "measured digits by default", "–", "R̂ ≤ 1.05, ≤ 60 s", ours, f"`measured.py --seeds {one['seeds']}`"


def flows() -> Row:
    found = stored("flows")["of"]
    table_1, digits = found["table"]["flow"], [one["flow"] for name, one in found.items() if name != "table"]
    beside = [one["meanfield"] for name, one in found.items() if name != "table"]
    gaps, plain = ([one["gap"] for one in own] for own in (digits, beside))
    right, widths = ([one[name] for one in digits] for name in ("classifier", "variance"))
    ours = (
        f"{min(gaps):.1f} to {max(gaps):.1f} nats a digit (mean-field {min(plain):.0f} to {max(plain):.0f}), Table 1 "
        f"{table_1['gap']:.1f} ({found['table']['meanfield']['gap']:.0f}); {min(right):.2%} right or more as fitted, "
        f"Table 1 {table_1['classifier']:.2%}; variance {min(widths):.2f} to {max(widths):.2f}"
    )
    goal = "gap ≤ 2 nats a digit, ≤ 6 for Table 1; ≥ 99.9 % right; variance 0.95 to 1.05 of the posterior's"
    return "a flow's gap to the evidence", "named in 4.1", goal, ours, "`flows.py`"


def energy() -> Row:
    found = stored("peers")["mgvi"]["systems"]
    ours = (
        f"{found['short']['energy']:.0f} in {found['short']['seconds']:.0f} s with 8 trajectories, "
        f"{found['default']['energy']:.0f} in {found['default']['seconds']:.0f} s by default, NIFTy.re's "
        f"{found['nifty']['energy']:.0f} in {found['nifty']['seconds']:.0f} s; the posterior's "
        f"{found['default']['energy_of_posterior']:.0f} nats"
    )
    goal = "nearer to the posterior's than NIFTy.re's in half its time"
    return "energy of `mgvi`'s draws, half a digit", "–", goal, ours, "`peers.py --parts mgvi`"


ROWS: tuple[Callable[[], Row], ...] = (
    mean_field, by_bank, table_1_by_bank_with_default_powers, by_hmc, large, one_digit_hmc, one_digit_mean_field,
    measured_digits, flows, energy, iteration, ess,
)  # fmt: skip


WHERE_IT_STOPS = """Where a goal is not met:

- Mean-field, seed 176 of 400: it answers 3, 5, 8, its 8 drawn open, which breaks clause V, and says so. Of the four
  modes of the bank that are screened this one has the highest bound after eight iterations, and in the end a far lower
  one (−75 nats against −39, the median of all seeds). The same seed is right with `--restarts 2` (−36), `--restarts 8`
  (−41) and a bank of 8,192 members (−43), not with a longer polish; `--refine` learns from the broken clause and finds
  1, 3, 4.
- Mean-field's 5 s: the median has them, the slowest seed does not. These are the figures of two busy cores, wall clock
  and processor both.
- The paper's own search, annealed from the prior (`figure3.py`), is right for 55 of 100 seeds with these networks; the
  paper had 88 with its own. In trials with a cleaner generator, too, modes were sharper and further apart, and
  a run settled early. A start at modes of a bank is what mends it.
- Riddles of 4 to 10 digits, by the judge, at α = 10: in nearly one picture of a hundred it reads another digit than the
  classifier. Retrained classifiers (mixup, label smoothing, pairs of them) moved that no further; α = 300, the default,
  does.
- Measured digits in 60 s: with both cores at work `keyhole` takes up to 76 s. Table 1 by `bank` at α = 300 takes 1 s in
  the median, and the slowest seed does not.
- A flow's gap of 2 nats: half of the digits have it.
- Faces with an age: chains do not agree (below); a metric that knows how an age bends is what is missing."""


def main() -> None:
    rows = []
    for row in ROWS:
        try:
            rows.append(row())
        except (FileNotFoundError, KeyError):
            rows.append((row.__name__.replace("_", " "), "", "", "not measured yet", ""))
    header = ["", "paper", "goal", "ours", "command (python benchmarks/…)"]
    note = "From the stored figures of each script, whose sections below say how and on what they were measured."
    write("summary", {}, f"## Figures to beat\n\n{note}\n\n{table(header, rows)}\n\n{WHERE_IT_STOPS}")
    (HERE / "results" / "summary.json").unlink()


if __name__ == "__main__":
    main()

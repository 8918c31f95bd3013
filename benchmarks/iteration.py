"""What an iteration costs over the bare forward and backward of the same networks on the same batch.

    python benchmarks/iteration.py --repeats 60

Iteration and bare pass take turns, so that both see the same machine; times are the processor's, so that
waiting for other programs is no part of them; the ratio is that of the medians. Also tried on the bare
pass: channels-last, bf16 autocast, torch.compile, and all transposed convolutions by phases as the last
one is. One thread, the riddle of Table 1. Writes benchmarks/results/iteration.json and the section of
docs/benchmarks.md.
"""

import argparse
import copy
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from report import machine, table, write
from torch import Tensor, nn
from torch.nn import functional as nnf
from torch.profiler import ProfilerActivity, profile

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.riddles import text_of
from oedipus.runtime.algorithms.base import Algorithm
from oedipus.runtime.algorithms.fullrank import FullRankVI
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.algorithms.lowrank import LowRankVI
from oedipus.runtime.algorithms.meanfield import MeanField
from oedipus.runtime.algorithms.smc import SMC
from oedipus.runtime.posterior import PAPER, Posterior, load_posterior
from oedipus.runtime.starts import starts

Pass = Callable[[], Any]
MANY = 100_000


def bare(posterior: Posterior, latents: Tensor, networks: dict[str, nn.Module] | None = None) -> Pass:
    """Every variable drawn, every network that is asked applied once, and the gradient of all of it."""
    networks = dict(posterior.networks) if networks is None else networks
    generator = posterior.program.variables[0].generator
    digits = len(posterior.program.variables)
    rows = len(latents)

    def work() -> Tensor:
        leaf = latents.detach().requires_grad_()
        parts = networks[generator](torch.cat(leaf.split(posterior.widths, dim=1))).split(rows)
        total: Tensor = torch.zeros(())
        for name, places in posterior.readers.items():
            seen = torch.cat([parts[at] for at in places]) if len(places) < digits else torch.cat(parts)
            total = total + networks[name](seen).float().sum()
        (slope,) = torch.autograd.grad(total, leaf)
        return slope

    return work


def cases(posterior: Posterior) -> list[tuple[str, Algorithm[Any], int, int]]:
    """Name, algorithm, rows of its batch, and forward and backward passes of one iteration."""
    last = posterior.schedule[-1:]
    smc = SMC(last)
    return [
        ("meanfield, line search", MeanField(last, steps=MANY, polish=0, hold=10**9), 10, 1),
        ("meanfield, fresh pairs", MeanField(last, steps=0, polish=MANY), 10, 1),
        ("fullrank", FullRankVI(last, fit=MANY), 16, 1),
        ("lowrank", LowRankVI(last, fit=MANY), 16, 1),
        ("hmc, 8 chains, leapfrog 10", HMC(last, draws=MANY, jumps=0), 8, 10),
        ("hmc, 8 chains, leapfrog 1", HMC(last, draws=MANY, leapfrog=1, jumps=0), 8, 1),
        ("smc, 100 particles", replace(smc, ess=0.999), 100, smc.moves * smc.leapfrog),
    ]


def ratio(posterior: Posterior, algorithm: Algorithm[Any], rows: int, passes: int, repeats: int) -> dict[str, float]:
    """Milliseconds of an iteration and of as many bare passes, in turns."""
    rng = torch.Generator().manual_seed(0)
    start = None if algorithm.begins == "prior" else starts(posterior, rng, members=4096, most=1)
    state = algorithm.init(posterior, rng, start)
    latents = torch.randn(rows, posterior.dim, generator=rng) if start is None else start.draw(rows, rng)
    work = bare(posterior, latents)
    times: dict[str, list[float]] = {"iteration": [], "bare": []}
    for repeat in range(repeats + 3):
        begin = time.process_time()
        state, _ = algorithm.step(posterior, state, rng)
        middle = time.process_time()
        for _ in range(passes):
            work()
        end = time.process_time()
        if repeat >= 3:
            times["iteration"].append(1e3 * (middle - begin))
            times["bare"].append(1e3 * (end - middle))
    found = {name: statistics.median(values) for name, values in times.items()}
    return found | {"ratio": found["iteration"] / found["bare"]}


def shuffled(layer: nn.ConvTranspose2d) -> nn.Module:
    """A transposed convolution of stride 2 as a convolution to four phases and a pixel shuffle."""
    kernel, stride, padding = layer.weight, 2, int(layer.padding[0])  # type: ignore[arg-type]
    size = kernel.shape[2]
    taps = [
        (shift, phase, phase + padding - stride * shift)
        for phase in range(stride)
        for shift in range(-size, size)
        if 0 <= phase + padding - stride * shift < size
    ]
    low, high = min(tap[0] for tap in taps), max(tap[0] for tap in taps)
    weight = torch.zeros(kernel.shape[1], stride, stride, kernel.shape[0], high - low + 1, high - low + 1)
    for down, row, one in taps:
        for right, column, two in taps:
            weight[:, row, column, :, down - low, right - low] = kernel[:, :, one, two].T
    return Shuffled(weight.flatten(0, 2), layer, -low, high)


class Shuffled(nn.Module):
    """What :func:`shuffled` returns."""

    def __init__(self, weight: Tensor, layer: nn.ConvTranspose2d, before: int, after: int) -> None:
        super().__init__()
        self.weight, self.before, self.after = weight, before, after
        assert layer.bias is not None
        self.bias = layer.bias.repeat_interleave(4)
        self.size = lambda side: (side - 1) * 2 - 2 * int(layer.padding[0]) + int(layer.kernel_size[0])

    def forward(self, hidden: Tensor) -> Tensor:
        side = self.size(hidden.shape[2])
        after = -(-side // 2) - 1 + self.after - (hidden.shape[2] - 1)
        padded = nnf.pad(hidden, (self.before, after, self.before, after))
        return nnf.pixel_shuffle(nnf.conv2d(padded, self.weight, self.bias), 2)[:, :, :side, :side]


def variants(posterior: Posterior, rows: int, repeats: int) -> dict[str, Any]:
    """Milliseconds of the bare pass as it is and in other ways, in turns."""
    latents = torch.randn(rows, posterior.dim, generator=torch.Generator().manual_seed(1))
    last: dict[str, nn.Module] = {
        name: copy.deepcopy(one).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for name, one in posterior.networks.items()
    }
    generator = posterior.program.variables[0].generator
    phases = copy.deepcopy(posterior.networks[generator])
    for name in ("up1", "up2"):
        setattr(phases, name, shuffled(getattr(phases, name)))
    plain = bare(posterior, latents)
    ways: dict[str, Pass] = {
        "as it is": plain,
        "channels-last": bare(posterior, latents, last),
        "bf16 autocast": autocast(plain),
        "bf16 autocast, channels-last": autocast(bare(posterior, latents, last)),
        "all transposed convolutions by phases, not the last alone": bare(
            posterior, latents, dict(posterior.networks) | {generator: phases}
        ),
    }
    compiled = {name: torch.compile(one) for name, one in posterior.networks.items()}
    failed = ""
    try:
        once = bare(posterior, latents, compiled)  # type: ignore[arg-type]
        once()
        ways["torch.compile"] = once
    except Exception as error:  # inductor raises its own kinds where there is no compiler
        failed = type(error).__name__
    truth = plain()
    errors = {name: ((way() - truth).norm() / truth.norm()).item() for name, way in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats + 3):
        for name, way in ways.items():
            begin = time.process_time()
            way()
            if repeat >= 3:
                times[name].append(1e3 * (time.process_time() - begin))
    found = {name: {"ms": statistics.median(values), "error": errors[name]} for name, values in times.items()}
    return {"rows": rows, "ways": found, "compile_failed": failed}


def autocast(work: Pass) -> Pass:
    def inside() -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            return work()

    return inside


def where_time_goes(posterior: Posterior) -> dict[str, float]:
    """Share of processor time of mean-field's iterations by operator, the largest ones."""
    algorithm, rng = MeanField(posterior.schedule[-1:], steps=0, polish=MANY), torch.Generator().manual_seed(0)
    state = algorithm.init(posterior, rng, starts(posterior, rng, members=4096, most=1))
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        for _ in range(20):
            state, _ = algorithm.step(posterior, state, rng)
    events = profiled.key_averages()
    total = sum(one.self_cpu_time_total for one in events)
    largest = sorted(events, key=lambda one: -one.self_cpu_time_total)[:8]
    return {one.key: one.self_cpu_time_total / total for one in largest}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=60)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards = read_cards()
    posterior = load_posterior(compile_text(text_of("three_numbers"), cards), cards, schedule=PAPER)
    found: dict[str, Any] = {"iterations": {}}
    for name, algorithm, rows, passes in cases(posterior):
        repeats = max(5, asked.repeats // passes)
        found["iterations"][name] = ratio(posterior, algorithm, rows, passes, repeats) | {
            "rows": rows,
            "passes": passes,
        }
        print(name, found["iterations"][name], flush=True)
    found["variants"] = [variants(posterior, rows, asked.repeats) for rows in (8, 40)]
    print(found["variants"], flush=True)
    found["profile"] = where_time_goes(posterior)
    found["machine"] = machine()
    write("iteration", found, section(found))


def section(found: dict[str, Any]) -> str:
    rows = [
        [
            name, str(one["rows"]), str(one["passes"]), f"{one['iteration']:.1f} ms", f"{one['bare']:.1f} ms",
            f"{one['ratio']:.2f}",
        ]
        for name, one in found["iterations"].items()
    ]  # fmt: skip
    ways = [
        [name, *(f"{one['ways'][name]['ms']:.1f} ms" for one in found["variants"] if name in one["ways"])]
        for name in found["variants"][0]["ways"]
    ]
    shares = ", ".join(f"`{name}` {share:.0%}" for name, share in found["profile"].items())
    failed = found["variants"][0]["compile_failed"]
    return "\n\n".join(
        [
            "## The cost of an iteration",
            "`python benchmarks/iteration.py`: the riddle of Table 1, one thread; iteration and bare forward and "
            f"backward in turns, medians of the processor's time; load {found['machine']['load_average']}.",
            table(["algorithm", "rows", "passes", "iteration", "the passes, bare", "ratio"], rows),
            f"Where mean-field's time goes: {shares}.",
            "Tried on the bare pass" + (f" (torch.compile failed: {failed})" if failed else "") + ":",
            table(["way", *(f"{one['rows']} rows" for one in found["variants"])], ways),
        ]
    )


if __name__ == "__main__":
    main()

"""``oedipus solve``: from a riddle file to answer, certainty and pictures."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from oedipus.runtime.metrics import Metrics
    from oedipus.runtime.posterior import Posterior
    from oedipus.runtime.solve import Result
    from oedipus.shell import Source


def solve(
    file: Annotated[str, typer.Argument(help="A riddle file, or - for standard input.")],
    algorithm: Annotated[Optional[str], typer.Option(help="How to infer: meanfield or hmc.")] = None,  # noqa: UP045
    alpha: Annotated[Optional[str], typer.Option(help="Annealing schedule, such as 0.5,1,3,10.")] = None,  # noqa: UP045
    pairs: Annotated[Optional[int], typer.Option(help="Antithetic sample pairs.")] = None,  # noqa: UP045
    steps: Annotated[Optional[int], typer.Option(help="Line-search iterations at each α.")] = None,  # noqa: UP045
    polish: Annotated[Optional[int], typer.Option(help="Last iterations, on fresh samples.")] = None,  # noqa: UP045
    restarts: Annotated[Optional[int], typer.Option(help="Runs screened by ELBO.")] = None,  # noqa: UP045
    start: Annotated[str | None, typer.Option(help="Begin at modes of a bank of prior draws, or at the prior.")] = None,
    seed: Annotated[Optional[int], typer.Option(help="Seed of all randomness.")] = None,  # noqa: UP045
    samples: Annotated[Optional[int], typer.Option(help="Posterior samples to draw at the end.")] = None,  # noqa: UP045
    out: Annotated[Path | None, typer.Option(help="Directory for result, samples, posterior, trace, picture.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[
        int, typer.Option(min=1, help="Processor threads; the batches are small, one is most often best.")
    ] = 1,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Solve even where no digits can fulfil every clause.")
    ] = False,
) -> None:
    """Solve a riddle: the answer, how certain it is, and pictures of it."""
    from oedipus.shell import Exit, emit, fail, read_riddle

    source = read_riddle(file, as_events=json)
    program = source.program()
    if not anyway:
        _refuse_unsatisfiable(source)

    import torch

    from oedipus.networks.library import WeightsError
    from oedipus.runtime.outputs import summary, write_result
    from oedipus.runtime.posterior import load_posterior
    from oedipus.runtime.solve import request_for
    from oedipus.runtime.solve import solve as infer

    torch.set_num_threads(threads)
    try:
        request = request_for(
            program, algorithm=algorithm, pairs=pairs, steps=steps, polish=polish,
            restarts=restarts, start=start, seed=seed, samples=samples,
        )  # fmt: skip
        posterior = load_posterior(program, source.cards, schedule=_schedule(alpha), device=device)
        with _progress(posterior, as_events=json) as watch:
            result = infer(posterior, request, watch=watch)
    except ValueError as error:
        fail(str(error), Exit.USAGE, as_event=json)
    except KeyboardInterrupt:
        fail("interrupted before the search had begun; nothing was found yet", Exit.UNSOLVED, as_event=json)
    except WeightsError as error:
        fail(str(error), Exit.WRONG_FILE, as_event=json)
    if out:
        try:
            write_result(result, posterior, out)
        except OSError as error:
            fail(f"cannot write to {out}: {error.strerror or error}", Exit.USAGE, as_event=json)
    if json:
        emit(summary(result))
    else:
        print(_text(result, out))
    unsolved = bool(result.answer) and not result.satisfied
    raise typer.Exit(Exit.UNSOLVED if unsolved else Exit.DONE)


def _schedule(alpha: str | None) -> tuple[float, ...] | None:
    if alpha is None:
        return None
    try:
        return tuple(float(part) for part in alpha.split(","))
    except ValueError:
        raise ValueError(
            f"alpha: a schedule is numbers with commas between, such as 0.5,1,3,10, not '{alpha}'"
        ) from None


def _refuse_unsatisfiable(source: "Source") -> None:
    """End with status 4 where the tables leave no digits at all; nothing else of the verdict is used."""
    from oedipus.compiler.verdict import verdict
    from oedipus.shell import Exit, emit

    found = verdict(source.riddle, source.cards, limit=1, seconds=10)
    if found.kind != "unsatisfiable":
        return
    if source.as_events:
        emit({"event": "result", "verdict": "unsatisfiable", "core": list(found.core), "satisfied": False})
    print(
        f"oedipus: no digits fulfil every clause; in conflict: {', '.join(found.core)} "
        f"(--anyway looks for pictures that fulfil most)",
        file=sys.stderr,
    )
    raise typer.Exit(Exit.UNSATISFIABLE)


@contextmanager
def _progress(posterior: "Posterior", *, as_events: bool) -> "Iterator[Callable[[Metrics], None]]":
    """Every iteration, as a live line on a terminal's stderr or as JSON objects on stdout."""
    from oedipus.shell import emit

    def announce(row: "Metrics") -> None:
        reading = dict(zip(posterior.valued, row.reading, strict=False))
        emit(
            {"event": "iteration", "iteration": row.iteration, "alpha": row.alpha, "elbo": row.elbo, "reading": reading}
        )

    if as_events or not sys.stderr.isatty():
        yield announce if as_events else lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("drawing from the prior") as status:

        def watch(row: "Metrics") -> None:
            bound = "" if row.elbo is None else f"   ELBO {row.elbo:9.1f}"
            reading = ", ".join(f"{name} {digit}" for name, digit in zip(posterior.valued, row.reading, strict=False))
            status.update(f"α {row.alpha:g}   iteration {row.iteration}{bound}   {reading}")

        yield watch


def _text(result: "Result", out: Path | None) -> str:
    lines = []
    if result.interrupted:
        lines.append(f"interrupted after {len(result.trace)} iterations; this is what was found until then")
    if result.answer:
        width = max(map(len, result.answer))
        lines += [f"{name:>{width}} = {digit}" for name, digit in result.answer.items()]
        certainty = f"{result.probability:.0%} of {len(result.latents)} posterior samples read so"
        if result.judged is not None:
            certainty += f", {result.judged:.0%} also by the judge, a network that took no part"
        lines.append(certainty)
        if result.violated:
            lines.append(f"not solved: this answer breaks {', '.join(result.violated)}")
            lines.append("(another --seed or more --restarts search elsewhere; where several clauses of logic mislead")
            lines.append(" one by one, `evidence joint` in the file combines them exactly)")
    bound = "" if result.elbo is None else f"ELBO {result.elbo:.1f} nats, "
    lines.append(f"{bound}mean clause probability {result.score:.3f}, {result.seconds:.1f} s")
    if out:
        lines.append(f"picture: {out / 'solution.png'}")
    return "\n".join(lines)

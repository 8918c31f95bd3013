"""``oedipus condition`` and ``oedipus sample``: generators made by inference, and pictures drawn from them."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from oedipus.compiler.options import MOST_SEED
from oedipus.shell.flags import Algorithm, Device, Json, Options, Out, Resume, Samples, Seed, Threads, Use

NAME = "x"


def condition(
    kind: Annotated[str, typer.Argument(help="What to draw, such as digit.")],
    value: Annotated[list[str], typer.Argument(help="What it should be: 7, odd, prime, …")],
    alpha: Annotated[float, typer.Option(help="The power of the condition.")] = 100.0,
    algorithm: Algorithm = None,
    seed: Seed = None,
    samples: Samples = None,
    option: Options = None,
    out: Out = None,
    resume: Resume = False,
    device: Device = "cpu",
    threads: Threads = 1,
    use: Use = None,
    json: Json = False,
) -> None:
    """Make a conditional generator: the posterior of a picture that shows what is asked for (paper 5.1)."""
    from oedipus.shell.common import understand
    from oedipus.shell.solve import Job, infer

    text = riddle(kind, " ".join(value), alpha)
    verb = f"condition {shlex.quote(kind)} {shlex.join(value)} --alpha {alpha:g}"
    job = Job(
        source=understand(text.encode(), "-", as_events=json, use=use), verb=verb,
        given={"algorithm": algorithm, "seed": seed, "samples": samples}, options=tuple(option or ()),
        out=out, resume=resume, device=device, threads=threads, use=tuple(use or ()),
    )  # fmt: skip
    raise typer.Exit(infer(job))


def riddle(kind: str, value: str, alpha: float) -> str:
    """The riddle that a condition stands for: one picture and one clause."""
    return f"# {kind.capitalize()}: {value}\n{kind} {NAME}\n{NAME} is {value} with alpha {alpha:g}\n"


def sample(
    run: Annotated[Path, typer.Argument(help="A directory that --out has written, or its posterior.safetensors.")],
    number: Annotated[int, typer.Option(min=1, max=100_000, help="Pictures of each variable.")] = 64,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="A PNG sheet, or latents and pictures as safetensors.")
    ] = Path("sheet.png"),
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the draws.")] = 0,
    use: Use = None,
    json: Json = False,
) -> None:
    """Draw new pictures from a posterior that was saved: it is a generator of its own."""
    from oedipus.networks.cards import CardError
    from oedipus.service.sampling import draw, refuse_sheet, stored
    from oedipus.shell.common import Exit, emit, fail, read_libraries

    try:
        refuse_sheet(out, number)
    except ValueError as error:
        fail(str(error), Exit.USAGE)
    try:
        cards = read_libraries(use or ())
        from oedipus.networks.library import WeightsError
        from oedipus.runtime.saved import SavedError

        drawn = draw(*stored(run), cards, number, seed)
    except (CardError, SavedError, WeightsError) as error:
        fail(str(error), Exit.WRONG_FILE)
    try:
        drawn.save(out)
    except OSError as error:
        fail(f"cannot write {out}: {error.strerror or error}", Exit.USAGE)
    if json:
        emit({"event": "result", "variables": list(drawn.pictures), "number": number, "seed": seed, "out": str(out)})
    else:
        print(f"{number} pictures each of {', '.join(drawn.pictures)}: {out}")

"""``oedipus condition`` and ``oedipus sample``: generators made by inference, and pictures drawn from them."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from oedipus.compiler.options import MOST_SEED
from oedipus.shell.solve import MOST_THREADS

if TYPE_CHECKING:
    from torch import Tensor

    from oedipus.networks.cards import Card

NAME = "x"
CHUNK, MOST_TILES = 200, 2_500


def condition(
    kind: Annotated[str, typer.Argument(help="What to draw, such as digit.")],
    value: Annotated[list[str], typer.Argument(help="What it should be: 7, odd, prime, …")],
    alpha: Annotated[float, typer.Option(help="The power of the condition.")] = 100.0,
    algorithm: Annotated[Optional[str], typer.Option(help="How to infer: meanfield, hmc, …")] = None,  # noqa: UP045
    seed: Annotated[Optional[int], typer.Option(min=0, max=MOST_SEED, help="Seed of all randomness.")] = None,  # noqa: UP045
    samples: Annotated[Optional[int], typer.Option(help="Posterior samples to draw at the end.")] = None,  # noqa: UP045
    option: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="NAME=VALUE", help="Any other hyper-parameter, such as draws=1000 of hmc; repeatable."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Directory of the new generator and its report.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in the directory of --out.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
    threads: Annotated[int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads.")] = 1,
) -> None:
    """Make a conditional generator: the posterior of a picture that shows what is asked for (paper 5.1)."""
    from oedipus.shell.common import understand
    from oedipus.shell.solve import Job, infer

    text = riddle(kind, " ".join(value), alpha)
    verb = f"condition {shlex.quote(kind)} {shlex.join(value)} --alpha {alpha:g}"
    job = Job(
        source=understand(text.encode(), "-", as_events=json), verb=verb,
        given={"algorithm": algorithm, "seed": seed, "samples": samples}, options=tuple(option or ()),
        out=out, resume=resume, threads=threads,
    )  # fmt: skip
    raise typer.Exit(infer(job))


def riddle(kind: str, value: str, alpha: float) -> str:
    """The riddle that a condition stands for: one picture and one clause."""
    return f"# {kind.capitalize()}: {value}\n{kind} {NAME}\n{NAME} is {value} with alpha {alpha:g}\n"


def sample(
    run: Annotated[Path, typer.Argument(help="A directory that --out has written, or its posterior.safetensors.")],
    number: Annotated[int, typer.Option(min=1, max=100_000, help="Pictures of each variable.")] = 64,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A PNG sheet, or latents and pictures as safetensors.")
    ] = Path("sheet.png"),
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the draws.")] = 0,
    use: Annotated[Optional[list[Path]], typer.Option("--use", help="Also read the cards of this directory.")] = None,  # noqa: UP045
) -> None:
    """Draw new pictures from a posterior that was saved: it is a generator of its own."""
    from oedipus.networks.cards import CardError
    from oedipus.shell.common import Exit, fail, read_libraries

    if output.suffix not in (".png", ".safetensors"):
        fail(f"output: a sheet is .png and tensors are .safetensors, not '{output.name}'", Exit.USAGE)
    if output.suffix == ".png" and number > MOST_TILES:
        fail(f"number: a sheet holds at most {MOST_TILES:,} of each variable; .safetensors takes more", Exit.USAGE)
    path = run / "posterior.safetensors" if run.is_dir() else run
    try:
        cards = read_libraries(use or ())
        from oedipus.networks.library import WeightsError
        from oedipus.runtime.saved import SavedError

        names, latents, pictures = _drawn(path, cards, number, seed)
    except (CardError, SavedError, WeightsError) as error:
        fail(str(error), Exit.WRONG_FILE)
    try:
        _write(output, names, latents, pictures)
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror or error}", Exit.USAGE)
    print(f"{number} pictures each of {', '.join(names)}: {output}")


def _drawn(
    path: Path, cards: "Mapping[str, Card]", number: int, seed: int
) -> "tuple[list[str], list[Tensor], list[Tensor]]":
    import torch

    from oedipus.networks.library import WeightsError, load_network
    from oedipus.runtime.saved import drawn, fits, read_saved

    saved = read_saved(path)
    try:
        fits(path, saved.origins, cards)
    except OSError as error:
        raise WeightsError(f"a generator's weights cannot be read ({error})") from error
    latents = drawn(saved, number, torch.Generator().manual_seed(seed))
    pictures = []
    with torch.no_grad():
        for origin, part in zip(saved.origins, latents, strict=True):
            network = load_network(cards[origin.generator])
            pictures.append(torch.cat([network(rows) for rows in part.split(CHUNK)]))
    return [origin.name for origin in saved.origins], latents, pictures


def _write(output: Path, names: list[str], latents: "list[Tensor]", pictures: "list[Tensor]") -> None:
    partial = output.with_name(f".partial-{output.name}")
    try:
        if output.suffix == ".png":
            from oedipus.runtime.picture import draw_sheet

            draw_sheet(pictures, partial)
        else:
            from oedipus.networks.storing import save_file

            stored = {f"latents/{name}": part.contiguous() for name, part in zip(names, latents, strict=True)}
            stored |= {f"images/{name}": part.contiguous() for name, part in zip(names, pictures, strict=True)}
            save_file(stored, partial)
        os.replace(partial, output)
    finally:
        partial.unlink(missing_ok=True)

"""``oedipus networks``: what the library holds, and how each network is made again."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from oedipus.compiler.options import MOST_SEED
from oedipus.service.limits import MOST_THREADS
from oedipus.shell.flags import Json, Use

if TYPE_CHECKING:
    from oedipus.networks.cards import Card

networks = typer.Typer(help="The library of networks: list, show, train.", no_args_is_help=True, rich_markup_mode=None)


@networks.command(name="list")
def list_(use: Use = None, json: Json = False) -> None:
    """A line for each network: name, role, kind, what it says of itself."""
    from oedipus.shell.common import emit

    cards = _cards(use)
    width = max(map(len, cards))
    for name, card in sorted(cards.items(), key=lambda item: (item[1].kind, item[1].role, item[0])):
        if json:
            emit({"event": "network", **_event(card)})
            continue
        state = "" if card.weights.exists() else "   (no weights yet)"
        figures = "  ".join(f"{key} {value:.4g}" for key, value in list(card.figures.items())[:2])
        print(f"{name:<{width}}  {card.role:<10}  {card.kind:<6}  {figures}{state}")


@networks.command()
def show(name: str, use: Use = None, json: Json = False) -> None:
    """A network's card, whole."""
    from oedipus.shell.common import emit

    card = _card(name, use)
    if json:
        emit({"event": "result", **_event(card), "card": card.text()})
    else:
        print(card.text(), end="")


def _event(card: "Card") -> dict[str, Any]:
    """What JSON says of a network."""
    return {
        "name": card.name,
        "role": card.role,
        "kind": card.kind,
        "classes": list(card.classes),
        "figures": dict(card.figures),
        "weights": card.weights.exists(),
    }


@networks.command()
def sheet(
    name: str,
    out: Annotated[Path, typer.Option("-o", "--out", help="The PNG to write.")] = Path("sheet.png"),
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the latents.")] = 0,
    use: Use = None,
    json: Json = False,
) -> None:
    """A hundred prior samples of a generator, to be looked at."""
    from oedipus.shell.common import Exit, emit, fail

    card = _card(name, use)
    if card.role != "generator":
        fail(f"'{name}' is a {card.role}; only generators draw", Exit.USAGE)
    from oedipus.networks.library import WeightsError
    from oedipus.networks.sheet import draw_sheet

    try:
        draw_sheet(card, out, seed=seed)
    except WeightsError as error:
        fail(str(error), Exit.WRONG_FILE)
    except OSError as error:
        fail(f"cannot write {out}: {error.strerror or error}", Exit.USAGE)
    if json:
        emit({"event": "result", "name": name, "out": str(out)})


@networks.command()
def train(
    name: str,
    data: Annotated[Path | None, typer.Option(help="Directory of the training data; fetched where not given.")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="Directory for weights and card.")] = Path("trained"),
    checkpoint: Annotated[Optional[Path], typer.Option(help="Resumed from where it exists.")] = None,  # noqa: UP045
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of all randomness.")] = 0,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Train this long instead of the recipe's own length.")
    ] = None,
    threads: Annotated[Optional[int], typer.Option(min=1, max=MOST_THREADS, help="Processor threads.")] = None,  # noqa: UP045
    use: Use = None,
    json: Json = False,
) -> None:
    """Make a network by its recipe: resumable, the same weights for the same seed on the same machine."""
    card = _card(name, use)
    from oedipus.networks.mnist import DataError
    from oedipus.networks.training import make
    from oedipus.runtime.directory import TakenError, claimed
    from oedipus.shell.common import Exit, emit, fail

    try:
        with claimed(out):
            made = make(card, data=data, out=out, checkpoint=checkpoint, seed=seed, steps=steps, threads=threads)
    except TakenError as error:
        fail(str(error), Exit.USAGE)
    except OSError as error:
        fail(f"cannot write to {out}: {error.strerror or error}", Exit.USAGE)
    except (DataError, LookupError) as error:
        fail(str(error), Exit.WRONG_FILE)
    except KeyboardInterrupt:
        fail("interrupted; the checkpoint is written, the same command goes on from it", Exit.INTERRUPTED)
    if json:
        emit({"event": "result", **_event(made), "out": str(out)})
    else:
        print(made.text(), end="")


def _cards(use: list[Path] | None) -> "Mapping[str, Card]":
    from oedipus.networks.cards import CardError, read_cards
    from oedipus.shell.common import Exit, fail

    try:
        return read_cards(use or ())
    except CardError as error:
        fail(str(error), Exit.WRONG_FILE)


def _card(name: str, use: list[Path] | None) -> "Card":
    from oedipus.shell.common import Exit, fail

    cards = _cards(use)
    if name not in cards:
        fail(f"no network is called '{name}'; there are {', '.join(sorted(cards))}", Exit.USAGE)
    return cards[name]

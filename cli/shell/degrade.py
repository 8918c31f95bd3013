"""``oedipus degrade``: a picture made worse by operators and noise, as data for a riddle."""

import math
import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from oedipus.shell.flags import Json, Use

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from oedipus.compiler.checked import Measurement
    from oedipus.networks.cards import Card

    Picture = NDArray[np.float32]


def degrade(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="[PICTURE] OPERATORS", help='PNG, JPEG or NPY; such as "mask(coarsen(gray(x), 4), left)".'
        ),
    ],
    sigma: Annotated[float, typer.Option(help="Standard deviation of the noise; 0 for none.")] = 0.5,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Seed of noise and prior sample.")] = 0,
    out: Annotated[Path, typer.Option("-o", "--out", help="The NPY file to write.")] = Path("observed.npy"),
    prior: Annotated[Optional[str], typer.Option(help="Degrade a prior sample of this kind instead.")] = None,  # noqa: UP045
    truth: Annotated[Optional[Path], typer.Option(help="Also write the picture itself, NPY or PNG.")] = None,  # noqa: UP045
    use: Use = None,
    json: Json = False,
) -> None:
    """Make a test case: look at a picture through operators, with noise, as a riddle's measurement does."""
    from oedipus.networks.cards import CardError
    from oedipus.networks.library import WeightsError
    from oedipus.shell.common import Exit, emit, fail, read_libraries

    if len(inputs) != (2 if prior is None else 1):
        fail('degrade takes a picture and operators, or --prior KIND and operators: "mask(x, left)"', Exit.USAGE)
    if not 0 <= sigma < math.inf:
        fail(f"sigma: a standard deviation is a number from 0 on, not {sigma:g}", Exit.USAGE)
    if out.suffix != ".npy" or (truth is not None and truth.suffix not in (".npy", ".png")):
        fail("--out takes a name that ends in .npy, --truth one in .npy or .png", Exit.USAGE)
    try:
        cards = read_libraries(use or ())
        picture, card = _stored(Path(inputs[0]), cards) if prior is None else _sample(_generator(prior, cards), seed)
        measured = _measurement(inputs[-1], card, cards)
        observed = _observe(picture, measured, card, cards, sigma, seed)
    except (CardError, WeightsError) as error:
        fail(str(error), Exit.WRONG_FILE)
    if truth is not None:
        _write(truth, picture)
    if measured.network is not None:
        told = [f"{inputs[-1]} = {observed.item():.4g} ± {sigma:g}"]
    else:
        _write(out, observed)
        told = [f'data y = "{out}"', f"{inputs[-1]} = y ± {sigma:g}"]
    if json:
        emit({"event": "result", "riddle": told, "out": None if measured.network is not None else str(out)})
    else:
        print("\n".join(told))


def _stored(path: Path, cards: "Mapping[str, Card]") -> "tuple[Picture, Card]":
    """The picture in a file, and the generator that draws pictures of its shape."""
    import numpy as np

    from oedipus.compiler.operators import size
    from oedipus.compiler.resolve.pictures import PictureError, fitted, read_picture
    from oedipus.shell.common import Exit, fail

    try:
        array = read_picture(path)
    except PictureError as error:
        fail(f"{path} {error}", Exit.WRONG_FILE)
    generators = sorted(
        (card for card in cards.values() if card.role == "generator"), key=lambda one: one.name != one.kind
    )
    card = next((one for one in generators if fitted(array, one.shape[0]).shape == one.shape), None)
    if card is None:
        shape = " × ".join(map(str, array.shape))
        known = ", ".join(f"{size(one.shape)} ({one.kind})" for one in generators)
        fail(f"{path} is {shape} (channels × rows × columns); generators draw {known}", Exit.WRONG_FILE)
    if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
        fail(f"{path}: a picture has values from 0 to 1, here are others", Exit.WRONG_FILE)
    return fitted(array, card.shape[0]), card


def _generator(prior: str, cards: "Mapping[str, Card]") -> "Card":
    """The generator of that name, else of that kind."""
    from oedipus.shell.common import Exit, fail

    generators = [card for card in cards.values() if card.role == "generator"]
    found = [card for card in generators if card.name == prior] or [card for card in generators if card.kind == prior]
    if not found:
        fail(f"no generator draws a {prior}; there are {', '.join(one.name for one in generators)}", Exit.USAGE)
    return found[0]


def _sample(card: "Card", seed: int) -> "tuple[Picture, Card]":
    """A prior sample of the generator. Raises ``WeightsError``."""
    import torch

    from oedipus.networks.library import load_network

    latents = torch.randn(1, card.latents, generator=torch.Generator().manual_seed(seed))
    return load_network(card)(latents)[0].numpy(), card


def _measurement(expression: str, card: "Card", cards: "Mapping[str, Card]") -> "Measurement":
    """The expression read as the compiler reads it in a riddle; its mistakes are told in the same way."""
    from oedipus.compiler.checked import Measurement
    from oedipus.compiler.frontend import read_text
    from oedipus.dsl.diagnostics import render
    from oedipus.shell.common import Exit, fail

    if expression.strip() == "x":
        return Measurement("x", (), 0.0, 1.0)
    text = f'{card.kind} x from "{card.name}"\n{expression} = 0 ± 1\n'
    riddle, found = read_text(text, cards, Path.cwd())
    errors = [one for one in found if one.severity == "error"]
    if errors:
        fail(render(errors, text, "operators").strip(), Exit.USAGE)
    bodies = [clause.body for clause in riddle.clauses]
    if len(bodies) != 1 or not isinstance(bodies[0], Measurement):
        fail(f"'{expression}' is no measurement of x, such as mask(coarsen(gray(x), 4), left)", Exit.USAGE)
    return bodies[0]


def _observe(
    picture: "Picture", measured: "Measurement", card: "Card", cards: "Mapping[str, Card]", sigma: float, seed: int
) -> "Picture":
    """F(x) and noise ``[channels, rows, columns]``, 0 where a mask hides the picture; one value of a regressor.

    Raises ``WeightsError``.
    """
    import torch

    from oedipus.networks.library import load_network
    from oedipus.runtime.operators import compose

    operators = compose(measured.operators, card.shape, measured.files)
    # Another stream than that of a prior sample with the same seed, whose latents the noise would else repeat.
    rng = torch.Generator().manual_seed(seed + (1 << 32))
    shown = operators.forward(torch.from_numpy(picture)[None])
    if measured.network is not None:
        return (load_network(cards[measured.network])(shown) + sigma * torch.randn(1, generator=rng)).numpy()
    seen = operators.forward(torch.ones(1, *card.shape)) > 0
    noisy = shown + sigma * torch.randn(shown.shape, generator=rng)
    observed: Picture = torch.where(seen, noisy, torch.zeros_like(noisy))[0].numpy()
    return observed


def _write(path: Path, picture: "Picture") -> None:
    """The picture whole or not at all: NPY as it is, PNG in 8 bits."""
    import numpy as np

    from oedipus.shell.common import Exit, fail

    content = BytesIO()
    if path.suffix == ".npy":
        np.save(content, picture)
    else:
        from PIL import Image

        levels = (picture.clip(0, 1) * 255).round().astype(np.uint8)
        Image.fromarray(levels[0] if len(levels) == 1 else levels.transpose(1, 2, 0)).save(content, "PNG")
    partial = path.with_name(f".partial-{path.name}")
    try:
        partial.write_bytes(content.getvalue())
        os.replace(partial, path)
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}", Exit.USAGE)

"""A word and examples of it → a network and its card, measured, and known to the language from the next riddle on."""

import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from oedipus.networks.cards import Card, CardError, read_cards
from oedipus.service.examples import Examples, warnings
from oedipus.service.progress import Cancel, duration
from oedipus.service.words import TeachError, draft, generator_of

if TYPE_CHECKING:
    from torch import Tensor

    from oedipus.networks.teaching import Taught

METHOD = (
    "logistic regression on features of the network '{body}' (to layer {level}), {copies} shifted copies of each "
    "picture; accuracy and temperature from {folds} parts, each held out once"
)
DRAWN, DRAWN_LARGE, SMALL = 500, 100, 32
"""Generated pictures that a new network is shown, and of those with more than ``SMALL`` rows."""
RARE = 0.004
"""Below this share of generated pictures a class is hardly ever drawn."""


class Cancelled(Exception):  # noqa: N818 - an outcome
    """Teaching was ended from outside; nothing was written."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How far it is: fits ``done`` of ``total``, ``seconds`` since it began, ``left`` seconds (None at first)."""

    done: int
    total: int
    seconds: float
    left: float | None

    @property
    def event(self) -> dict[str, Any]:
        """What JSON says of it."""
        left = None if self.left is None else round(self.left, 1)
        return {"done": self.done, "total": self.total, "seconds": round(self.seconds, 1), "left": left}

    @property
    def line(self) -> str:
        """All of it on a line."""
        left = "" if self.left is None else f", about {duration(self.left)} left"
        return f"learning: {self.done} of {self.total} fits{left}"


Watch: TypeAlias = Callable[[Learning], object]


def _nobody(_: object) -> None:
    """Watches nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is to be learned. The ``word`` is one of the classes of ``examples``, pictures of this ``kind``.

    The library goes to ``out``, beside what else was taught there. ``shift`` in pixels and ``degrees`` are how far
    copies of the examples are moved and turned, which must leave the concept as it is. ``command`` would teach it
    again.
    """

    word: str
    kind: str
    examples: Examples
    out: Path
    use: tuple[Path, ...] = ()
    shift: int = 2
    degrees: float = 0.0
    seed: int = 0
    command: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """The card, with its figures, and ``warnings`` a sentence each."""

    card: Card
    warnings: tuple[str, ...] = field(default=())

    @property
    def words(self) -> tuple[str, ...]:
        """What a riddle can now say a picture is."""
        return tuple(self.card.language["adjectives"])

    @property
    def told(self) -> list[str]:
        """What it is like, in a few lines."""
        card, figures = self.card, self.card.figures
        known = [(name, figures[f"examples_{place}"]) for place, name in enumerate(card.classes)]
        drawn = [(name, figures[f"generated_{place}"]) for place, name in enumerate(card.classes)]
        return [
            f"'{card.name}' is learned from {', '.join(f'{number:.0f} of {name!r}' for name, number in known)}",
            f"accuracy {figures['accuracy']:.1%} on pictures held out "
            f"(95 %: {figures['accuracy_low']:.1%} to {figures['accuracy_high']:.1%})",
            f"of generated pictures it takes {', '.join(f'{share:.0%} for {name!r}' for name, share in drawn)}",
        ]

    @property
    def event(self) -> dict[str, Any]:
        """What JSON says of it."""
        return {"name": self.card.name, "words": list(self.words), "classes": list(self.card.classes),
                "figures": dict(self.card.figures), "warnings": list(self.warnings)}  # fmt: skip


def cards_of(word: str, out: Path, use: Sequence[Path] = ()) -> Mapping[str, Card]:
    """The networks that a lesson begins with: the library's, those of ``use``, and what was taught in ``out``.

    The word itself is forgotten there, so that it can be taught anew. Raises :class:`TeachError`.
    """
    there = out.is_dir() and any(out.glob("*.toml"))
    try:
        found = read_cards((*use, *((out,) if there else ())))
    except CardError as error:
        raise TeachError(str(error)) from error
    return {name: card for name, card in found.items() if card.directory not in (out, *use) or name != word}


def teach(lesson: Lesson, *, watch: Watch = _nobody, cancel: Cancel | None = None) -> Learned:
    """Learn the word, measure it, and write weights and card.

    ``watch`` sees every fit. Once ``cancel`` is set nothing more is done, and nothing is written.

    Raises :class:`TeachError` for a word that cannot be taught, ``WeightsError`` for a network that it begins with
    and cannot be used, ``TakenError`` for a directory in which another run is at work, :class:`Cancelled`, and
    ``OSError`` where ``out`` cannot be written.
    """
    cards = cards_of(lesson.word, lesson.out, lesson.use)
    card, body = draft(lesson.word, lesson.kind, lesson.examples.classes, cards)
    import torch

    from oedipus.networks.teaching import Augmentation
    from oedipus.networks.teaching import teach as learn
    from oedipus.runtime.directory import claimed
    from oedipus.runtime.standard import standard

    began = time.perf_counter()

    def note(done: int, total: int) -> None:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        seconds = time.perf_counter() - began
        watch(Learning(done, total, seconds, seconds / done * (total - done) if done else None))

    pictures = torch.from_numpy(lesson.examples.pictures)
    augmentation = Augmentation(shift=lesson.shift, degrees=lesson.degrees)
    with claimed(lesson.out), standard():
        taught = learn(
            pictures, torch.from_numpy(lesson.examples.labels), body, seed=lesson.seed, augmentation=augmentation,
            watch=note,
        )  # fmt: skip
        drawn = imagine(generator_of(lesson.kind, cards), _number(card.kind, cards), seed=lesson.seed)
        shares = _shares(taught, drawn)
        seconds = time.perf_counter() - began
        made = replace(card, architecture=taught.architecture, options=dict(taught.options), directory=lesson.out,
                       figures=_figures(lesson.examples, taught, shares),
                       training=_training(lesson, taught, body, seconds))  # fmt: skip
        made = _written(made, taught)
    return Learned(made, (*warnings(lesson.examples), *_doubts(lesson.examples, taught, shares, drawn)))


def imagine(generator: Card, number: int, *, seed: int = 0) -> "Tensor":
    """Pictures ``[number, channels, rows, columns]`` from the prior. Raises ``WeightsError``."""
    import torch

    from oedipus.networks.library import load_network

    network = load_network(generator)
    latents = torch.randn(number, generator.latents, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return torch.cat([network(part) for part in latents.split(50)])


def _number(kind: str, cards: Mapping[str, Card]) -> int:
    return DRAWN if max(generator_of(kind, cards).shape[1:]) <= SMALL else DRAWN_LARGE


def _shares(taught: "Taught", drawn: "Tensor") -> list[float]:
    """Of each class the share of generated pictures that are taken for it."""
    import torch

    found = taught.network(drawn).argmax(dim=1)
    counts: list[float] = torch.bincount(found, minlength=taught.scores.shape[1]).tolist()
    return [one / len(drawn) for one in counts]


def _figures(examples: Examples, taught: "Taught", shares: Iterable[float]) -> dict[str, float]:
    low, high = taught.interval
    figures = {"accuracy": taught.accuracy, "accuracy_low": low, "accuracy_high": high,
               "cross_entropy": taught.cross_entropy}  # fmt: skip
    for place, number in enumerate(examples.counts.values()):
        figures[f"examples_{place}"] = float(number)
        figures[f"right_{place}"] = taught.right[taught.labels == place].float().mean().item()
    figures |= {f"generated_{place}": share for place, share in enumerate(shares)}
    return {name: round(value, 4) for name, value in figures.items()}


def _training(lesson: Lesson, taught: "Taught", body: Card, seconds: float) -> dict[str, Any]:
    import torch

    from oedipus.networks.teaching import FOLDS

    counts = ", ".join(f"{number} of {name}" for name, number in lesson.examples.counts.items())
    method = METHOD.format(body=body.name, level=taught.options.get("depth", 1), copies=taught.copies, folds=FOLDS)
    return {
        "data": f"{len(lesson.examples.labels)} pictures: {counts}",
        "method": method,
        "seed": lesson.seed,
        "seconds": round(seconds, 1),
        "machine": f"{platform.machine()}, {torch.get_num_threads()} thread(s), torch {torch.__version__}",
        **({"command": lesson.command} if lesson.command else {}),
    }


def _written(card: Card, taught: "Taught") -> Card:
    """The card with its hash, once it and the weights are in its directory, both or neither."""
    from oedipus.networks.library import save_weights
    from oedipus.runtime.directory import whole

    with whole(card.directory) as staged:
        made = replace(card, sha256=save_weights(taught.network, staged / f"{card.name}.safetensors"))
        made.write(staged)
    return made


def _doubts(examples: Examples, taught: "Taught", shares: Iterable[float], drawn: "Tensor") -> Iterable[str]:
    """What the network's figures say against it, a sentence each."""
    low, high = taught.interval
    if low <= taught.chance:
        yield (
            f"alike: accuracy is {low:.0%} to {high:.0%}, and guesses would be right {taught.chance:.0%} of the time; "
            "add examples, clearer ones, or another concept"
        )
    for name, share in zip(examples.classes, shares, strict=True):
        if share < RARE:
            yield (
                f"of {len(drawn)} generated pictures {'none is' if not share else f'only {share:.1%} are'} taken for "
                f"'{name}': a riddle that asks for it may find no picture"
            )
    brightness = drawn.mean(dim=(1, 2, 3))
    shown = float(examples.pictures.mean())
    if not brightness.min().item() <= shown <= brightness.max().item():
        yield (
            f"the examples are {'brighter' if shown > brightness.max().item() else 'darker'} on average ({shown:.2f}) "
            f"than any generated picture ({brightness.min().item():.2f} to {brightness.max().item():.2f}); "
            "are dark and light the other way round?"
        )

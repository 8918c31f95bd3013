"""A concept learned from a few pictures: a linear head on what a trained network sees.

With fifty pictures of a class a network of its own would learn their noise. The
convolutions of a classifier of the same kind are kept as they are, and logistic
regression with a weak ridge is fitted to their features, on shifted copies of
the pictures. How deep to look is chosen by what is held out: the first layers
know strokes, the last ones know shapes.

Every picture is held out once (stratified folds). From these scores come the
accuracy and the temperature that makes probabilities of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from torch import Tensor, nn, optim
from torch.nn import functional as nnf

from oedipus.networks.architectures import build
from oedipus.networks.bodies import LEVELS
from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.networks.recipes.augment import affine

FOLDS = 5
ROWS = 1_000
"""Pictures, copies included, that are fitted at a time where there are not more examples than that."""
WIDEST = 1_500
"""Pictures up to which the space that they span is looked for."""
SMALLEST = 1e-7
"""What part of the largest variance a direction of it has at least."""
RIDGE = 1e-5
ITERATIONS = 100
_CHUNK = 500

Watch: TypeAlias = Callable[[int, int], None]
"""Hears how many fits of how many are done; may raise to end the training."""


def _nobody(_done: int, _total: int) -> None:
    """Watches nothing."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What leaves the concept as it is: shifts by whole pixels up to ``shift``, ``copies`` of each picture, and turns
    by up to ``degrees``, which would spoil a concept such as *slanted*."""

    shift: int = 2
    copies: int = 24
    degrees: float = 0.0


@dataclass(frozen=True, eq=False)
class Taught:
    """A network with the ``architecture`` and ``options`` of its card, and how it did on held-out pictures.

    ``scores`` ``[pictures, classes]`` are those of networks that had not seen the picture; their softmax are
    probabilities. ``labels`` ``[pictures]`` are the classes; of each picture there were ``copies`` to learn from.
    """

    network: nn.Module
    architecture: str
    options: Mapping[str, int]
    scores: Tensor
    labels: Tensor
    copies: int

    @property
    def right(self) -> Tensor:
        """Whether each picture ``[pictures]`` was told right while it was held out."""
        return self.scores.argmax(dim=1) == self.labels

    @property
    def accuracy(self) -> float:
        """Share of held-out pictures that were told right."""
        return self.right.float().mean().item()

    @property
    def interval(self) -> tuple[float, float]:
        """95 % of Clopper and Pearson about the accuracy."""
        found = binomtest(int(self.right.sum()), len(self.labels)).proportion_ci(0.95, method="exact")
        return float(found.low), float(found.high)

    @property
    def chance(self) -> float:
        """The accuracy of guesses that are as often of each class as the network's."""
        classes = self.scores.shape[1]
        shares = [torch.bincount(one, minlength=classes).double() for one in (self.labels, self.scores.argmax(dim=1))]
        return float((shares[0] / shares[0].sum()) @ (shares[1] / shares[1].sum()))

    @property
    def cross_entropy(self) -> float:
        """Of held-out pictures, in nats."""
        return nnf.cross_entropy(self.scores, self.labels).item()


def teach(
    pictures: Tensor, labels: Tensor, body: Card, *, seed: int = 0, augmentation: Augmentation | None = None,
    levels: Sequence[Mapping[str, int]] | None = None, watch: Watch = _nobody,
) -> Taught:  # fmt: skip
    """Learn to tell the classes ``labels`` ``[n]`` of ``pictures`` ``[n, channels, rows, columns]``, from 0 on.

    Deterministic in ``seed``. Each class needs :data:`FOLDS` pictures. Raises ``WeightsError`` where the network
    that it is built upon cannot be used.
    """
    augmentation, levels = augmentation or Augmentation(), levels or LEVELS[body.architecture]
    rng = torch.Generator().manual_seed(seed)
    classes = int(labels.max()) + 1
    folds = _folds(labels, rng)
    shown, of = _copies(pictures, augmentation, rng)
    total = len(levels) * FOLDS + 1
    watch(0, total)
    held = []
    for place, level in enumerate(levels):
        span = Span.of(_seen(_built(body, level, classes), shown))
        scores = torch.zeros(len(labels), classes)
        for fold in range(FOLDS):
            kept, out = (folds != fold)[of], folds == fold
            weight, bias = fit(span.rows[kept], labels[of][kept], classes)
            scores[out] = span.rows[: len(labels)][out] @ weight + bias
            watch(place * FOLDS + fold + 1, total)
        held.append(Held(level, scores, temperature_of(scores, labels)))
    best = min(held, key=lambda one: nnf.cross_entropy(one.calibrated, labels).item())
    network = _built(body, best.level, classes)
    span = Span.of(_seen(network, shown))
    weight, bias = span.unfolded(*fit(span.rows, labels[of], classes))
    network.scores.weight.data = (weight.T / best.temperature).contiguous()  # type: ignore[union-attr]
    network.scores.bias.data = bias / best.temperature  # type: ignore[union-attr]
    watch(total, total)
    options = {**body.options, **best.level, "classes": classes}
    copies = len(of) // len(labels) - 1
    return Taught(network.requires_grad_(False), body.architecture, options, best.calibrated, labels, copies)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """How a ``level`` did on what was held out: ``scores`` ``[pictures, classes]`` and their ``temperature``."""

    level: Mapping[str, int]
    scores: Tensor
    temperature: float

    @property
    def calibrated(self) -> Tensor:
        """Scores whose softmax are probabilities."""
        return self.scores / self.temperature


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Features in coordinates of the space that they span: ``rows`` ``[pictures, dimensions]``, with as many
    dimensions as there are pictures where features are more. Angles and lengths stay, so that a ridge means the same.

    ``rows`` is (features − ``mean``) · ``basis`` with orthogonal columns in ``basis`` ``[features, dimensions]``,
    all of the same length, which brings features together to the same spread.
    """

    rows: Tensor
    mean: Tensor
    basis: Tensor

    @classmethod
    def of(cls, features: Tensor) -> "Span":
        """Of features ``[pictures, features]``."""
        mean = features.mean(dim=0)
        scale = 8 / (features.std() * features.shape[1] ** 0.5).clamp_min(1e-12)
        centred = (features - mean) * scale
        number, size = centred.shape
        if min(number, size) > WIDEST or size <= number:
            return cls(centred, mean, torch.eye(size) * scale)
        values, vectors = torch.linalg.eigh(centred @ centred.T)
        kept = values > SMALLEST * values[-1]
        lengths = values[kept].sqrt()
        rows = vectors[:, kept] * lengths
        return cls(rows, mean, (centred.T @ vectors[:, kept]) / lengths * scale)

    def unfolded(self, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Weights of ``rows`` and biases as those of the features."""
        plain = self.basis @ weight
        return plain, bias - self.mean @ plain


def fit(rows: Tensor, labels: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Multinomial logistic regression with a ridge, each class of the same weight.

    Weights ``[dimensions, classes]`` of ``rows`` ``[n, dimensions]``, and biases ``[classes]``. The loss is convex, so
    that nothing depends on where it begins.
    """
    weights = 1 / torch.bincount(labels, minlength=classes).clamp_min(1).to(rows)
    weight = rows.new_zeros(rows.shape[1], classes, requires_grad=True)
    bias = rows.new_zeros(classes, requires_grad=True)
    optimizer = optim.LBFGS([weight, bias], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = nnf.cross_entropy(rows @ weight + bias, labels, weight=weights) + RIDGE * weight.square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    return weight.detach(), bias.detach()


def temperature_of(scores: Tensor, labels: Tensor) -> float:
    """The temperature of held-out ``scores`` ``[n, classes]`` at which their softmax fits best.

    Targets are those of Platt (1999), so that classes which were all told right do not make it zero.
    """
    classes = scores.shape[1]
    counts = torch.bincount(labels, minlength=classes).to(scores)[labels]
    targets = (1 / (counts + classes))[:, None].repeat(1, classes)
    targets.scatter_(1, labels[:, None], ((counts + 1) / (counts + classes))[:, None])

    def loss(logarithm: float) -> float:
        return -(targets * (scores / 10.0**logarithm).log_softmax(dim=1)).sum(dim=1).mean().item()

    return float(10.0 ** minimize_scalar(loss, bounds=(-2.0, 3.0), method="bounded").x)


def _built(body: Card, level: Mapping[str, int], classes: int) -> nn.Module:
    """The architecture that ends at ``level``, with the body's weights as far as it has them."""
    network = build(body.architecture, **{**body.options, **level, "classes": classes})
    known = load_network(body).state_dict()
    own = {name: known.get(name, value) if not name.startswith("scores.") else value
           for name, value in network.state_dict().items()}  # fmt: skip
    network.load_state_dict(own)
    return network


@torch.no_grad()
def _seen(network: nn.Module, pictures: Tensor) -> Tensor:
    return torch.cat([network.hidden(part) for part in pictures.split(_CHUNK)])  # type: ignore[operator]


def _folds(labels: Tensor, rng: torch.Generator) -> Tensor:
    """For each picture the part ``[n]`` it is held out in; every class is spread evenly over the parts."""
    folds = torch.empty_like(labels)
    for label in labels.unique():
        own = (labels == label).nonzero()[:, 0]
        folds[own[torch.randperm(len(own), generator=rng)]] = torch.arange(len(own)) % FOLDS
    return folds


def _copies(pictures: Tensor, augmentation: Augmentation, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """The pictures and shifted copies of them, and of which picture ``[copies]`` each is one.

    There are fewer copies of many pictures.
    """
    reach = range(-augmentation.shift, augmentation.shift + 1)
    steps = [(down, across) for down in reach for across in reach]
    order = [steps[at] for at in torch.randperm(len(steps), generator=rng).tolist()]
    steps = sorted(order, key=lambda one: max(map(abs, one)))  # the picture itself, then what is near to it
    chosen = steps[: 1 + min(augmentation.copies, max(0, ROWS // len(pictures) - 1))]
    shown = torch.cat([_moved(pictures, *step) for step in chosen])
    if augmentation.degrees:
        turned = affine(shown[len(pictures) :], rng, augmentation.degrees, scale=0, shift=0, shear=0)
        shown = torch.cat([pictures, turned])
    return shown, torch.arange(len(pictures)).repeat(len(chosen))


def _moved(pictures: Tensor, down: int, across: int) -> Tensor:
    """Shifted by whole pixels; what comes in repeats the border."""
    reach = max(abs(down), abs(across))
    if not reach:
        return pictures
    padded = nnf.pad(pictures, (reach,) * 4, mode="replicate")
    rows, columns = pictures.shape[2:]
    return padded[:, :, reach - down : reach - down + rows, reach - across : reach - across + columns]

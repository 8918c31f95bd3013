"""The letter generator: the digits' architecture, taught fonts before a critic makes it draw others.

The first three latents say which letter is drawn: each is low, middle or high, a third of the prior each, which makes
27 cells, two of them one letter's. The generator begins with steps at their borders. The next 64 latents say how the
letter is drawn. A font's own are its whitened principal components, those of its whole alphabet, so that
the generator can be taught by what each font draws at its place, and near it. Then it is held against a critic that
knows which letter is meant (Miyato and Koyama 2018), where the fonts stay an anchor, and a guide, a classifier that is
trained here and used nowhere else, keeps the borders between letters narrow.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import torch
from torch import Tensor, nn, optim
from torch.nn import functional as nnf

from oedipus.networks import letters
from oedipus.networks.architectures import build
from oedipus.networks.architectures.upconv_generator import UpconvGenerator
from oedipus.networks.recipes.augment import affine
from oedipus.networks.recipes.digit import Wasserstein
from oedipus.networks.recipes.letter_classifier import lettered
from oedipus.networks.recipes.loop import Training, average
from oedipus.networks.recipes.scores import generator_figures

DATA = letters.SOURCE
HALF = True
METHOD = (
    "taught each font at its whitened principal components (L1), then WGAN-GP with lazy gradient penalty and averaged "
    "weights; the critic sees the letter that the thirds of the first three latents name, and so does the "
    "cross-entropy (weight 0.5) of a classifier that is trained with it and used nowhere else; the fonts stay an anchor"
)
CLASSES = len(letters.ALPHABET)
AXES = 3
BORDERS = torch.special.ndtri(torch.tensor([1 / 3, 2 / 3]))


STYLES = 64
CELLS = "OQGDCSBEZUJIPFTRLYVWXAMKHNN"
"""The letter of each cell; neighbours look alike where they can."""
STEEP = 20.0
"""Slope of the steps at the borders of cells, as the generator begins."""


@dataclass
class Labelled(Wasserstein):
    """A generator of letters: ``taught`` steps by fonts alone, then also by a critic that knows which is meant."""

    width: int = 40
    steps: int = 3000
    critics: int = 1
    taught: int = 1500
    alone: int = 100
    """Steps of the critic alone, so that it does not push the generator about before it knows anything."""
    anchor: float = 10.0
    spread: float = 0.3
    """How far from its own place a font is still taught."""
    guide_steps: int = 700

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        return letters.load(self.data, "train")

    @cached_property
    def places(self) -> Tensor:
        """Where each font lies among the latents of style, ``[fonts, 64]``: its whitened principal components."""
        alphabets = self.pictures[0].reshape(-1, CLASSES * letters.SIDE**2).double()
        alphabets = alphabets - alphabets.mean(dim=0)
        _, vectors = torch.linalg.eigh(alphabets @ alphabets.T)
        return (vectors[:, -STYLES:].flip(1) * len(alphabets) ** 0.5).clamp(-3, 3).float()

    def start(self, seed: int) -> Training:
        training = super().start(seed)
        generator = training.modules["generator"]
        assert isinstance(generator, UpconvGenerator)
        _with_steps(generator.bend)
        training.modules["average"].load_state_dict(generator.state_dict())
        critic = build("labelled_critic", width=36, classes=CLASSES).train()
        training.modules["critic"] = critic
        training.modules["guide"] = build("convnet", classes=CLASSES, width=24)
        training.optimizers["critic"] = optim.Adam(critic.parameters(), 2 * self.rate, betas=(0.0, 0.9))
        return training

    def step(self, training: Training) -> dict[str, float]:
        if training.step >= self.taught:
            return super().step(training)
        if training.step == 0:
            training.modules["guide"].load_state_dict(self._guide(training.rng).state_dict())
        latents, wanted, _ = self._lesson(training.rng)
        with self._autocast():
            drawn = training.modules["generator"](latents).float()
        loss = (drawn - wanted).abs().mean()
        self._update(training, 100 * loss)
        average(training.modules["average"], training.modules["generator"], min(0.995, training.step / 1000))
        return {"off": loss.item()}

    def _update(self, training: Training, loss: Tensor) -> None:
        training.optimizers["generator"].zero_grad()
        loss.backward()
        training.optimizers["generator"].step()

    def _lesson(self, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Latents near the places of random fonts, what these draw there, and which letters that are."""
        fonts = torch.randint(len(self.places), (self.size,), generator=rng)
        latents = self._latents(rng)
        meant = letter_of(latents)
        style = latents[:, AXES : AXES + STYLES]
        style.mul_(self.spread).add_(self.places[fonts]).div_((1 + self.spread**2) ** 0.5)
        return latents, self.pictures[0][fonts * CLASSES + meant], meant

    def _set_rate(self, training: Training) -> None:
        left = (self.steps - training.step) / (0.4 * self.steps)
        for name, optimizer in training.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = (2 if name == "critic" else 1) * self.rate * min(1.0, left + 0.01)

    def _critic_step(self, training: Training, *, penalise: bool) -> float:
        critic, optimizer = training.modules["critic"], training.optimizers["critic"]
        latents = self._latents(training.rng)
        meant = letter_of(latents)
        fonts = torch.randint(len(self.places), (self.size,), generator=training.rng)
        real = self.pictures[0][fonts * CLASSES + meant]
        with torch.no_grad(), self._autocast():
            fake = training.modules["generator"](latents).float()
        with self._autocast():
            distance = (critic(real, meant) - critic(fake, meant)).float().mean()
        loss = -distance
        if penalise:
            mix = torch.rand(self.size, 1, 1, 1, generator=training.rng)
            between = (mix * real + (1 - mix) * fake).requires_grad_()
            (slope,) = torch.autograd.grad(critic(between, meant).sum(), between, create_graph=True)
            loss = loss + self.penalty * self.lazy * (slope.flatten(1).norm(dim=1) - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return distance.item()

    def _generator_step(self, training: Training) -> float:
        if training.step < self.taught + self.alone:
            return 0.0
        critic = training.modules["critic"].requires_grad_(False)
        latents = self._latents(training.rng)
        meant = letter_of(latents)
        near, wanted, _ = self._lesson(training.rng)
        with self._autocast():
            fake, taught = training.modules["generator"](torch.cat([latents, near])).split(self.size)
            score = critic(fake, meant).float().mean()
            reading = training.modules["guide"](affine(fake.float(), training.rng, **_SLIGHT)).float()
        unclear = nnf.cross_entropy(reading, meant)
        off = (taught.float() - wanted).abs().mean()
        self._update(training, self.clarity * unclear + self.anchor * off - score)
        critic.requires_grad_(True)
        return unclear.item()

    def _guide(self, rng: torch.Generator) -> nn.Module:
        lessons = lettered(self.data, "convnet", {"classes": CLASSES, "width": 24}, steps=self.guide_steps)
        training = lessons.start(int(torch.randint(2**31, (1,), generator=rng)))
        while training.step < lessons.steps:
            lessons.step(training)
            training.step += 1
        return lessons.finish(training)

    def figures(self, network: nn.Module) -> dict[str, float]:
        held, _ = letters.load(self.data, "held")
        return generator_figures(network, self.latents, held, judged_by="letter_judge")


def letter_of(latents: Tensor) -> Tensor:
    """Which letter the latents ``[rows, latents]`` mean, 0 for A: that of the cell in which the first three lie."""
    thirds = (latents[:, :AXES, None] > BORDERS).sum(dim=2)
    cells = (thirds * torch.tensor([9, 3, 1])).sum(dim=1)
    return torch.tensor([letters.ALPHABET.index(letter) for letter in CELLS])[cells]


@torch.no_grad()
def _with_steps(layer: nn.Linear) -> None:
    """Make the first units pairs whose difference is a step at a border of a cell."""
    for at, (axis, border) in enumerate(product(range(AXES), BORDERS)):
        for unit, shift in ((2 * at, 0.5), (2 * at + 1, -0.5)):
            layer.weight[unit] = 0
            layer.weight[unit, axis] = STEEP
            layer.bias[unit] = shift - STEEP * border


_SLIGHT = {"degrees": 6, "scale": 0.06, "shift": 0.04, "shear": 0.1}


def recipe(data: Path | None) -> Labelled:
    return Labelled(data)

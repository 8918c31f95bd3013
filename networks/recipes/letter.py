"""The letter generator: the digits' architecture and method, with labels, for 26 classes are many to find unaided.

The first 26 latents say which letter is drawn, by the largest of them, so that every letter has the same share of the
prior; the others say how. The critic is told the label (Miyato and Koyama 2018), and the guide, a classifier that is
trained here and used nowhere else, keeps the borders between letters narrow.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor, nn, optim
from torch.nn import functional as nnf

from oedipus.networks import letters
from oedipus.networks.architectures import build
from oedipus.networks.recipes.augment import affine
from oedipus.networks.recipes.digit import Wasserstein
from oedipus.networks.recipes.letter_classifier import lettered
from oedipus.networks.recipes.loop import Training
from oedipus.networks.recipes.scores import generator_figures

DATA = letters.SOURCE
HALF = True
METHOD = (
    "WGAN-GP, two critic steps, lazy gradient penalty, averaged weights; the critic sees the letter that the largest "
    "of the first 26 latents names, and so does the cross-entropy (weight 0.5) of a classifier that is trained with "
    "it and used nowhere else"
)
CLASSES = len(letters.ALPHABET)


@dataclass
class Labelled(Wasserstein):
    """A generator of letters against a critic that knows which letter is meant."""

    width: int = 40
    steps: int = 5500
    rate: float = 4e-4
    guide_steps: int = 1200

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        return letters.load(self.data, "train")

    def start(self, seed: int) -> Training:
        training = super().start(seed)
        critic = build("labelled_critic", width=36, classes=CLASSES).train()
        training.modules["critic"] = critic
        training.modules["guide"] = build("convnet", classes=CLASSES, width=24)
        training.optimizers["critic"] = optim.Adam(critic.parameters(), self.rate, betas=(0.0, 0.9))
        return training

    def _critic_step(self, training: Training, *, penalise: bool) -> float:
        critic, optimizer = training.modules["critic"], training.optimizers["critic"]
        latents = self._latents(training.rng)
        meant = latents[:, :CLASSES].argmax(dim=1)
        real = self._drawn(meant, training.rng)
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
        critic, optimizer = training.modules["critic"], training.optimizers["generator"]
        critic.requires_grad_(False)
        latents = self._latents(training.rng)
        meant = latents[:, :CLASSES].argmax(dim=1)
        with self._autocast():
            fake = training.modules["generator"](latents)
            score = critic(fake, meant).float().mean()
            reading = training.modules["guide"](affine(fake.float(), training.rng, **_SLIGHT)).float()
        unclear = nnf.cross_entropy(reading, meant)
        optimizer.zero_grad()
        (self.clarity * unclear - score).backward()
        optimizer.step()
        critic.requires_grad_(True)
        return unclear.item()

    def _drawn(self, meant: Tensor, rng: torch.Generator) -> Tensor:
        """A picture of each letter that is meant, of any font, a little turned and stretched."""
        pictures, _ = self.pictures
        fonts = torch.randint(len(pictures) // CLASSES, (len(meant),), generator=rng)
        return affine(pictures[fonts * CLASSES + meant], rng, **_SLIGHT)

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


_SLIGHT = {"degrees": 3, "scale": 0.05, "shift": 0.02, "shear": 0.05}


def recipe(data: Path | None) -> Labelled:
    return Labelled(data)

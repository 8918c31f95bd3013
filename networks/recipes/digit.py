"""The digit generator: WGAN-GP with averaged weights (paper section 5.1; Gulrajani et al. 2017).

Two additions to the plain loss. The gradient penalty is computed at every
fourth critic step with four times the weight (Karras et al. 2020). A continuous
map must draw pictures between the classes; a small term on a training-time
classifier's reading of the samples, low entropy for each and high entropy for
all, makes those borders narrow. That classifier ("guide") is trained here and
used nowhere else.
"""

import copy
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor, nn, optim

from oedipus.networks import mnist
from oedipus.networks.architectures import build
from oedipus.networks.architectures.upconv_generator import UpconvGenerator
from oedipus.networks.recipes.augment import affine
from oedipus.networks.recipes.loop import Training, average, batch
from oedipus.networks.recipes.scores import generator_figures
from oedipus.networks.recipes.supervised import MNIST, Supervised

DATA = MNIST
METHOD = (
    "WGAN-GP, two critic steps, lazy gradient penalty, averaged weights, and an entropy term (weight 0.5) "
    "on the reading of a classifier that is trained with it and used nowhere else"
)


@dataclass
class Wasserstein:
    """A generator of ``latents`` Gaussian latents against a critic, with averaged weights."""

    data: Path | None
    latents: int = 128
    width: int = 48
    steps: int = 26_000
    size: int = 64
    rate: float = 3e-4
    critics: int = 2
    penalty: float = 10.0
    lazy: int = 4
    clarity: float = 0.5
    decay: float = 0.9995
    guide_steps: int = 1500
    bfloat16: bool = field(default_factory=lambda: torch.cpu._is_avx512_bf16_supported())

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        return mnist.load(self.data, "train")

    def start(self, seed: int) -> Training:
        torch.manual_seed(seed)
        generator = build("upconv_generator", latents=self.latents, width=self.width, normalised=True).train()
        critic = build("strided_critic", width=40).train()
        modules = {
            "generator": generator,
            "average": copy.deepcopy(generator).requires_grad_(False),
            "critic": critic,
            "guide": build("convnet", width=24),
        }
        optimizers: dict[str, optim.Optimizer] = {
            "generator": optim.Adam(generator.parameters(), self.rate, betas=(0.0, 0.9)),
            "critic": optim.Adam(critic.parameters(), self.rate, betas=(0.0, 0.9)),
        }
        return Training(modules, optimizers, torch.Generator().manual_seed(seed))

    def step(self, training: Training) -> dict[str, float]:
        if training.step == 0:
            training.modules["guide"].load_state_dict(self._guide(training.rng).state_dict())
        self._set_rate(training)
        for turn in range(self.critics):
            count = training.step * self.critics + turn
            distance = self._critic_step(training, penalise=count % self.lazy == 0)
        entropy = self._generator_step(training)
        average(
            training.modules["average"],
            training.modules["generator"],
            min(self.decay, training.step / (training.step + 100)),
        )
        return {"distance": distance, "entropy": entropy}

    def _set_rate(self, training: Training) -> None:
        left = (self.steps - training.step) / (0.4 * self.steps)
        for optimizer in training.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = self.rate * min(1.0, left + 0.01)

    def _critic_step(self, training: Training, *, penalise: bool) -> float:
        critic, optimizer = training.modules["critic"], training.optimizers["critic"]
        real, _ = batch(*self.pictures, self.size, training.rng)
        with torch.no_grad(), self._autocast():
            fake = training.modules["generator"](self._latents(training.rng)).float()
        with self._autocast():
            distance = critic(real).float().mean() - critic(fake).float().mean()
        loss = -distance
        if penalise:
            mix = torch.rand(self.size, 1, 1, 1, generator=training.rng)
            between = (mix * real + (1 - mix) * fake).requires_grad_()
            (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            loss = loss + self.penalty * self.lazy * (slope.flatten(1).norm(dim=1) - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return distance.item()

    def _generator_step(self, training: Training) -> float:
        critic, optimizer = training.modules["critic"], training.optimizers["generator"]
        critic.requires_grad_(False)
        with self._autocast():
            fake = training.modules["generator"](self._latents(training.rng))
            score = critic(fake).float().mean()
            reading = training.modules["guide"](affine(fake.float(), training.rng)).float().log_softmax(dim=1)
        entropy = -(reading.exp() * reading).sum(dim=1).mean()
        share = reading.exp().mean(dim=0)
        spread = math.log(10) + (share * share.log()).sum()
        optimizer.zero_grad()
        (self.clarity * (entropy + spread) - score).backward()
        optimizer.step()
        critic.requires_grad_(True)
        return entropy.item()

    def _latents(self, rng: torch.Generator) -> Tensor:
        return torch.randn(self.size, self.latents, generator=rng)

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16)

    def _guide(self, rng: torch.Generator) -> nn.Module:
        lessons = Supervised(self.data, "convnet", {"width": 24}, steps=self.guide_steps, strong=False)
        lessons.__dict__["pictures"] = self.pictures
        training = lessons.start(int(torch.randint(2**31, (1,), generator=rng)))
        while training.step < lessons.steps:
            lessons.step(training)
            training.step += 1
        return lessons.finish(training)

    def finish(self, training: Training) -> nn.Module:
        average = training.modules["average"]
        assert isinstance(average, UpconvGenerator)
        return fold(settle(average))

    def figures(self, network: nn.Module) -> dict[str, float]:
        return generator_figures(network, self.latents, mnist.load(self.data, "t10k")[0])


@torch.no_grad()
def settle(generator: UpconvGenerator, samples: int = 20_000, seed: int = 0) -> UpconvGenerator:
    """Re-measure the batch statistics of the averaged weights on prior samples."""
    generator = copy.deepcopy(generator).train()
    rng = torch.Generator().manual_seed(seed)
    norms = [module for module in generator.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative average
    for _ in range(samples // 500):
        generator(torch.randn(500, generator.latents, generator=rng))
    return generator.eval()


@torch.no_grad()
def fold(generator: UpconvGenerator) -> nn.Module:
    """The same map without its normalisation layers: they are affine once training is over."""
    latents, width = generator.latents, generator.up3.in_channels
    plain = build("upconv_generator", latents=latents, width=width, dense=generator.bend.out_features)
    source = generator.state_dict()
    kept = {name: value for name, value in source.items() if not name.startswith("norm")}
    for layer, norm in (("spread", generator.norm0), ("up1", generator.norm1), ("up2", generator.norm2)):
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        shift = norm.bias - scale * norm.running_mean
        weight, bias = source[f"{layer}.weight"], source[f"{layer}.bias"]
        if layer == "spread":
            scale, shift = scale.repeat_interleave(16), shift.repeat_interleave(16)
            kept[f"{layer}.weight"] = weight * scale[:, None]
        else:
            kept[f"{layer}.weight"] = weight * scale[None, :, None, None]
        kept[f"{layer}.bias"] = bias * scale + shift
    plain.load_state_dict(kept)
    return plain.requires_grad_(False)


def recipe(data: Path | None) -> Wasserstein:
    return Wasserstein(data)

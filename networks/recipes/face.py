"""The face generator: a variational autoencoder whose decoder also answers to a critic.

The decoder draws reconstructions (L1 and feature maps of the age network, as a
perceptual distance) and prior samples; a critic with an R1 penalty (Mescheder,
Geiger and Nowozin 2018) sees both beside real pictures, as in Larsen et al. 2016.
What the critic asks for is scaled to the size of what the reconstruction asks
for (Esser, Rombach and Ommer 2021), each picture's gradient apart, so one weight
holds over the whole run. The KL term's weight follows a budget of nats.

That budget leaves the latents of pictures, taken together, far from N(0, 1): their
covariance has eigenvalues from 0.1 to 6. A second stage (Dai and Wipf 2019) sends
the Gaussian to where pictures are, z = m + Lξ with their mean and covariance L Lᵀ; they
are followed during training, so that the critic sees such samples, measured on
all pictures at the end, and folded into the generator's first layer.
"""

import copy
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor, nn, optim

from oedipus.networks import faces
from oedipus.networks.architectures import build
from oedipus.networks.architectures.face_generator import FaceGenerator
from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network
from oedipus.networks.recipes.fold import fold_batch_norm, settle
from oedipus.networks.recipes.loop import Training, average

DATA = faces.SOURCE
HALF = True
METHOD = (
    "variational autoencoder with L1, perceptual (age network's features) and adversarial losses "
    "on reconstructions and prior samples, KL held at a budget, averaged weights; prior samples are drawn from the "
    "Gaussian with the moments of all pictures' latents, folded into the first layer"
)


FOLLOWED = 0.004
"""How fast the running moments of the latents move."""


@dataclass
class Autoencoder:
    """Weights of the terms: ``perceptual`` against L1; ``sharp`` and ``dream``, the critic's say over
    reconstructions and over prior samples against everything else's; ``nats``, the KL budget a picture; ``settled``,
    samples by which normalisation is measured at the end."""

    data: Path | None
    latents: int = 256
    steps: int = 40_000
    size: int = 32
    rate: float = 3e-4
    perceptual: float = 0.15
    sharp: float = 0.35
    dream: float = 1.0
    nats: float = 150.0
    critic_from: int = 800
    penalty: float = 1.0
    lazy: int = 12
    decay: float = 0.9993
    settled: int = 8_000
    bfloat16: bool = field(default_factory=lambda: torch.cpu._is_avx512_bf16_supported())

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        train = faces.load(self.data, "train")
        return train.pictures, train.ages

    @cached_property
    def eye(self) -> nn.Module:
        """The network in whose feature maps pictures are compared."""
        return load_network(read_cards()["age"]).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def start(self, seed: int) -> Training:
        torch.manual_seed(seed)
        generator = build("face_generator", latents=self.latents, normalised=True).train()
        modules = {
            "generator": generator,
            "average": copy.deepcopy(generator).requires_grad_(False),
            "encoder": build("face_encoder", latents=self.latents).train(),
            "critic": build("face_critic").train(),
        }
        for module in modules.values():
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        # The balance of the losses is part of what a resumed run must know.
        modules["balance"] = Balance(self.latents)
        coder = [*generator.parameters(), *modules["encoder"].parameters()]
        optimizers: dict[str, optim.Optimizer] = {
            "coder": optim.Adam(coder, self.rate, betas=(0.5, 0.99)),
            "critic": optim.Adam(modules["critic"].parameters(), self.rate, betas=(0.0, 0.99)),
        }
        return Training(modules, optimizers, torch.Generator().manual_seed(seed))

    def step(self, training: Training) -> dict[str, float]:
        self._set_rate(training)
        real = self._faces(training.rng)
        generator, encoder, balance = (training.modules[name] for name in ("generator", "encoder", "balance"))
        assert isinstance(balance, Balance)
        with self._autocast():
            mean, log_variance = encoder(real)
        mean, log_variance = mean.float(), log_variance.float()
        noise = torch.randn(self.size, self.latents, generator=training.rng)
        balance.follow(mean.detach(), log_variance.detach())
        dreams = balance.aggregate(torch.randn(self.size, self.latents, generator=training.rng))
        with self._autocast():
            drawn = generator(torch.cat([mean + noise * (log_variance / 2).exp(), dreams])).float()
        nats = (mean.square() + log_variance.exp() - log_variance - 1).sum(dim=1).mean() / 2
        shown = drawn.detach().requires_grad_()
        lost, wanted = self._likeness(shown[: self.size], real)
        (slope,) = torch.autograd.grad(lost, shown)
        metrics = {"lost": lost.item(), "nats": nats.item(), "l1": wanted}
        if training.step >= self.critic_from:
            metrics["critic"] = self._critic_step(training, real, shown.detach())
            slope = slope + self._asked(training.modules["critic"], shown, slope, balance)
        optimizer = training.optimizers["coder"]
        optimizer.zero_grad()
        torch.autograd.backward([drawn, balance.price(nats.detach(), self.nats) * nats], [slope, None])
        optimizer.step()
        average(training.modules["average"], generator, min(self.decay, training.step / (training.step + 100)))
        return metrics

    def _set_rate(self, training: Training) -> None:
        left = (self.steps - training.step) / (0.3 * self.steps)
        for optimizer in training.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = self.rate * min(1.0, left + 0.02)

    def _faces(self, rng: torch.Generator) -> Tensor:
        """A batch, every second picture mirrored."""
        chosen = faces.unit(self.pictures[0][torch.randint(len(self.pictures[0]), (self.size,), generator=rng)])
        half = self.size // 2
        return torch.cat([chosen[:half].flip(3), chosen[half:]]).contiguous(memory_format=torch.channels_last)

    def _likeness(self, drawn: Tensor, real: Tensor) -> tuple[Tensor, float]:
        """Mean absolute difference in pixels and, relative to their size, in the feature maps."""
        with self._autocast():
            maps = self.eye.features(torch.cat([drawn, real]))[:4]  # type: ignore[operator]
        apart = [_relative(*one.float().chunk(2)) for one in maps]
        pixels = (drawn - real).abs().mean()
        return pixels + self.perceptual * torch.stack(apart).mean(), pixels.item()

    def _critic_step(self, training: Training, real: Tensor, drawn: Tensor) -> float:
        critic, optimizer = training.modules["critic"], training.optimizers["critic"]
        with self._autocast():
            scores = critic(torch.cat([real, drawn])).float()
        true, fake = scores[: self.size], scores[self.size :]
        loss = nn.functional.softplus(-true).mean() + nn.functional.softplus(fake).mean()
        if training.step % self.lazy == 0:
            seen = real.detach().requires_grad_()
            (slope,) = torch.autograd.grad(critic(seen).sum(), seen, create_graph=True)
            loss = loss + self.penalty / 2 * self.lazy * slope.square().sum(dim=(1, 2, 3)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def _asked(self, critic: nn.Module, shown: Tensor, slope: Tensor, balance: "Balance") -> Tensor:
        """The critic's gradient on the pictures, scaled to that of the reconstruction."""
        critic.requires_grad_(False)
        with self._autocast():
            scores = critic(shown).float()
        (asked,) = torch.autograd.grad(nn.functional.softplus(-scores).mean(), shown)
        critic.requires_grad_(True)
        size = asked.flatten(1).norm(dim=1)
        scale = balance.scale(slope[: self.size].flatten(1).norm(dim=1).mean(), size.mean())
        share = torch.full((len(shown), 1, 1, 1), self.dream)
        share[: self.size] = self.sharp
        return share * scale * asked

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16)

    def finish(self, training: Training) -> nn.Module:
        generator = training.modules["average"]
        assert isinstance(generator, FaceGenerator)
        balance = copy.deepcopy(training.modules["balance"])
        assert isinstance(balance, Balance)
        self._measure(training.modules["encoder"].eval(), balance)
        plain = build("face_generator", latents=self.latents)
        network = fold_batch_norm(settle(generator, self.latents, self.settled, through=balance.aggregate), plain)
        assert isinstance(network, FaceGenerator)
        with torch.no_grad():
            weight = network.bend.weight.clone()
            network.bend.weight.copy_(weight @ balance.root())
            network.bend.bias.copy_(network.bend.bias + weight @ balance.centre)
        return network

    @torch.no_grad()
    def _measure(self, encoder: nn.Module, balance: "Balance") -> None:
        """Mean and covariance of the latents of all training pictures."""
        read = [encoder(faces.unit(part)) for part in self.pictures[0].split(250)]
        mean, log_variance = (torch.cat(parts) for parts in zip(*read, strict=True))
        balance.centre.copy_(mean.mean(dim=0))
        balance.covariance.copy_(mean.T.cov() + torch.diag(log_variance.exp().mean(dim=0)))

    def figures(self, network: nn.Module) -> dict[str, float]:
        from oedipus.networks.recipes.face_scores import face_figures

        return face_figures(network, self.latents, faces.load(self.data, "test"))


class Balance(nn.Module):
    """Running sizes by which the losses are weighed, and running moments of all pictures' latents, as buffers
    so that a checkpoint holds them."""

    reconstruction: Tensor
    critic: Tensor
    log_price: Tensor
    centre: Tensor
    covariance: Tensor

    def __init__(self, latents: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(latents))
        self.register_buffer("covariance", torch.eye(latents))
        self.register_buffer("reconstruction", torch.zeros(()))
        self.register_buffer("critic", torch.zeros(()))
        self.register_buffer("log_price", torch.tensor(math.log(2e-5)))

    def scale(self, reconstruction: Tensor, critic: Tensor) -> Tensor:
        """How much the critic's gradient must be multiplied with to be as large as the reconstruction's."""
        first = self.critic == 0
        self.reconstruction.copy_(torch.where(first, reconstruction, self.reconstruction.lerp(reconstruction, 0.02)))
        self.critic.copy_(torch.where(first, critic, self.critic.lerp(critic, 0.02)))
        return self.reconstruction / self.critic.clamp_min(1e-12)

    def follow(self, mean: Tensor, log_variance: Tensor) -> None:
        """Move the running moments towards those of a batch's latents, [rows, latents] each."""
        apart = mean - self.centre
        batch = apart.T @ apart / len(mean) + torch.diag(log_variance.exp().mean(dim=0))
        self.centre.lerp_(mean.mean(dim=0), FOLLOWED)
        self.covariance.lerp_(batch, FOLLOWED)

    def root(self) -> Tensor:
        """L ``[latents, latents]``, lower triangular, with the covariance L Lᵀ."""
        root: Tensor = torch.linalg.cholesky(self.covariance)
        return root

    def aggregate(self, noise: Tensor) -> Tensor:
        """Standard normal ``noise`` ``[rows, latents]`` to where the latents of pictures are."""
        return self.centre + noise @ self.root().T

    def price(self, nats: Tensor, budget: float) -> Tensor:
        """The weight of the KL term: it rises while a picture takes more than ``budget`` nats."""
        self.log_price.add_(0.01 * (nats / budget - 1).clamp(-1, 1))
        return self.log_price.exp()


def _relative(drawn: Tensor, real: Tensor) -> Tensor:
    return (drawn - real).abs().mean() / real.abs().mean().clamp_min(1e-6)


def recipe(data: Path | None) -> Autoencoder:
    return Autoencoder(data)

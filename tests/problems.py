"""Densities whose posteriors are known, for every algorithm."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network, save_weights
from oedipus.runtime.density import Evaluation


@dataclass(frozen=True)
class Linear:
    """y = A ξ + noise with unit variance: the posterior is Gaussian in closed form."""

    matrix: Tensor
    data: Tensor

    @property
    def dim(self) -> int:
        return self.matrix.shape[1]

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return Evaluation(-alpha * (latents @ self.matrix.T - self.data).square().sum(dim=1) / 2)

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        return alpha**0.5 * (latents @ self.matrix.T - self.data)

    def moments(self, alpha: float) -> tuple[Tensor, Tensor]:
        """Mean and precision of the posterior at α."""
        precision = torch.eye(self.dim) + alpha * self.matrix.T @ self.matrix
        return torch.linalg.solve(precision, alpha * self.matrix.T @ self.data), precision

    def log_evidence(self, alpha: float) -> float:
        """log ∫ L(ξ)^α N(ξ | 0, 1) dξ."""
        mean, precision = self.moments(alpha)
        at_mean = self.evaluate(mean[None], alpha).log_likelihood[0] - mean.square().sum() / 2
        return (at_mean - torch.logdet(precision) / 2).item()


def linear(dim: int = 6, seed: int = 0) -> Linear:
    rng = torch.Generator().manual_seed(seed)
    return Linear(torch.randn(4, dim, generator=rng), torch.randn(4, generator=rng) * 2)


def diagonal() -> Linear:
    """A posterior that a mean-field Gaussian can match exactly."""
    return Linear(torch.diag(torch.tensor([0.3, 1.0, 3.0])), torch.tensor([1.0, -2.0, 6.0]))


@dataclass(frozen=True)
class TwoModes:
    """The first latent is measured as +``apart`` or −``apart``, nobody knows which: two modes of equal mass."""

    apart: float = 2.5
    sigma: float = 0.5
    dim: int = 2

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        missed = torch.stack([latents[:, 0] - self.apart, latents[:, 0] + self.apart]) / self.sigma
        return Evaluation(alpha * (-missed.square() / 2).logsumexp(dim=0))

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        """Seen from inside a mode the other one does not exist."""
        side = torch.where(latents[:, :1] > 0, self.apart, -self.apart)
        return alpha**0.5 * (latents[:, :1] - side) / self.sigma

    def mode(self) -> tuple[float, float]:
        """Mean and standard deviation of the first latent in the positive mode, at α = 1."""
        precision = 1 + self.sigma**-2
        return self.apart * self.sigma**-2 / precision, precision**-0.5

    def log_evidence(self) -> float:
        """log ∫ L(ξ) N(ξ | 0, 1) dξ at α = 1: twice one side's convolution of two Gaussians."""
        variance = 1 + self.sigma**2
        return math.log(2 * self.sigma / variance**0.5) - self.apart**2 / variance / 2


@dataclass(frozen=True)
class Tiny:
    """A generator of two numbers from two latents, bent by a hidden layer, and a noisy look at both."""

    data: Tensor
    sigma: float = 0.3
    dim: int = 2

    def draw(self, latents: Tensor) -> Tensor:
        rng = torch.Generator().manual_seed(7)
        inner, outer = torch.randn(2, 6, generator=rng), torch.randn(6, 2, generator=rng) / 3
        return (latents @ inner).tanh() @ outer + 0.8 * latents

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return Evaluation(-alpha * self.coordinates(latents, 1.0).square().sum(dim=1) / 2)

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        return alpha**0.5 * (self.draw(latents) - self.data) / self.sigma

    def truth(self, draws: int = 10_000_000) -> tuple[Tensor, Tensor, float]:
        """Mean, covariance and log evidence by weighing prior draws."""
        rng = torch.Generator().manual_seed(0)
        total, first, second = 0.0, torch.zeros(2), torch.zeros(2, 2)
        for _ in range(draws // 1_000_000):
            latents = torch.randn(1_000_000, 2, generator=rng)
            weight = self.evaluate(latents, 1.0).log_likelihood.exp()
            total += weight.sum().item()
            first += weight @ latents
            second += (weight[:, None] * latents).T @ latents
        mean = first / total
        return mean, second / total - torch.outer(mean, mean), math.log(total / draws)


def tiny() -> Tiny:
    return Tiny(torch.tensor([0.9, -0.7]))


def stop_at(rows: int) -> Callable[[object], None]:
    """Ctrl-C in the middle of an iteration."""
    seen = 0

    def watch(_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == rows:
            raise KeyboardInterrupt

    return watch


def half_blind(folder: Path) -> None:
    """A library with a network that hardly ever sees a ring, where its table has one in 0, 6, 8 and 9."""
    card = read_cards()["circle"]
    network = load_network(card)
    last = [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.bias += torch.tensor([40.0, -40.0])
    folder.mkdir()
    sha256 = save_weights(network, folder / "ring.safetensors")
    (folder / "ring.toml").write_text(
        f"""name = "ring"\nrole = "classifier"\nkind = "digit"\narchitecture = "convnet"\nsha256 = "{sha256}"
classes = ["open", "closed"]\ntable = {list(card.table)}\n[options]\nclasses = 2\nwidth = 32
[language.features]\nring = "closed"\n""",
        encoding="utf-8",
    )

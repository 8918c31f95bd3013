"""Batch normalisation out of a generator that is trained: measured once more, then merged into the weights."""

import copy
from collections.abc import Callable
from typing import TypeAlias, TypeVar

import torch
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)
Layer: TypeAlias = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


@torch.no_grad()
def settle(
    generator: M,
    latents: int,
    samples: int = 8_000,
    seed: int = 0,
    through: Callable[[Tensor], Tensor] = lambda noise: noise,
) -> M:
    """Re-measure the batch statistics of averaged weights on Gaussian noise that went ``through`` a map."""
    generator = copy.deepcopy(generator).train()
    rng = torch.Generator().manual_seed(seed)
    norms = [module for module in generator.modules() if isinstance(module, nn.BatchNorm2d)]
    for one in norms:
        one.reset_running_stats()
        one.momentum = None  # a cumulative average
    for _ in range(samples // 250):
        generator(through(torch.randn(250, latents, generator=rng)))
    return generator.eval()


@torch.no_grad()
def fold_batch_norm(trained: nn.Module, plain: M) -> M:
    """``plain``, the same architecture without normalisation, with the weights that make it the same map.

    In definition order a normalisation follows the layer whose output it normalises.
    """
    for (layer, norm), (into, _) in zip(_layers(trained), _layers(plain), strict=True):
        assert layer.bias is not None
        assert into.bias is not None
        weight, bias = layer.weight.detach().clone(), layer.bias.detach().clone()
        if norm is not None:
            assert norm.running_mean is not None
            assert norm.running_var is not None
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            shift = norm.bias - scale * norm.running_mean
            repeat = len(bias) // len(scale)  # a dense layer's outputs are channels times places
            scale, shift = scale.repeat_interleave(repeat), shift.repeat_interleave(repeat)
            across = [1, -1] if isinstance(layer, nn.ConvTranspose2d) else [-1, 1]
            weight = weight * scale.reshape(*across, *[1] * (weight.ndim - 2))
            bias = bias * scale + shift
        into.weight.copy_(weight)
        into.bias.copy_(bias)
    return plain.requires_grad_(False)


def _layers(network: nn.Module) -> list[tuple[Layer, nn.BatchNorm2d | None]]:
    """Every layer with weights, and the normalisation that follows it."""
    pairs: list[tuple[Layer, nn.BatchNorm2d | None]] = []
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            pairs.append((module, None))
        elif isinstance(module, nn.BatchNorm2d):
            pairs[-1] = pairs[-1][0], module
    return pairs

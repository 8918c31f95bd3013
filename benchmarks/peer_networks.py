"""A program's log-likelihood in JAX: what the peers of benchmarks/peers.py sample from. Needs no Oedipus.

Convolutions are NHWC and matrix products with patches: inside a loop, where every sampler's steps are, XLA's
own convolutions on a CPU take ten times as long as outside (jax 0.10: 31 ms against 3 ms for a
gradient of eight digits; 4.5 ms as products). Weights and tables are an argument of every
function: constants would be inlined and compile for minutes.
"""

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp
from jax.nn import leaky_relu, log_softmax, sigmoid, silu


def load(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan, plain data, and its arrays with kernels turned to HWIO."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz") as stored:
        arrays = {name: turned(name, stored[name]) for name in stored.files}
    return plan, {name: jnp.asarray(one) for name, one in arrays.items()}


def turned(name: str, value: np.ndarray) -> np.ndarray:
    """PyTorch's order of axes to this module's."""
    if name.endswith(".weight") and value.ndim == 4:
        if ".up" in name:
            return value.transpose(2, 3, 0, 1)
        return value.transpose(2, 3, 1, 0)
    if ".spread." in name:
        return (
            value.reshape(-1, 4, 4, *value.shape[1:]).transpose(1, 2, 0, *range(3, value.ndim + 2)).reshape(value.shape)
        )
    if name.endswith(".scores.weight"):
        return value.reshape(len(value), -1, 4, 4).transpose(0, 2, 3, 1).reshape(value.shape)
    return value


def dense(arrays: dict[str, Any], name: str, hidden: Any) -> Any:
    return hidden @ arrays[f"{name}.weight"].T + arrays[f"{name}.bias"]


def convolve(arrays: dict[str, Any], name: str, hidden: Any, *, stride: int, padding: int) -> Any:
    """A convolution as a matrix product with patches."""
    kernel = arrays[f"{name}.weight"]
    size = kernel.shape[0]
    hidden = jnp.pad(hidden, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    side = (hidden.shape[1] - size) // stride + 1
    last = stride * (side - 1) + 1
    patches = [
        hidden[:, row : row + last : stride, column : column + last : stride]
        for row in range(size)
        for column in range(size)
    ]
    return jnp.concatenate(patches, axis=-1) @ kernel.reshape(-1, kernel.shape[3]) + arrays[f"{name}.bias"]


def upconvolve(arrays: dict[str, Any], name: str, hidden: Any, *, padding: int) -> Any:
    """A transposed convolution of stride 2: a matrix product for the four phases of its grid."""
    kernel = arrays[f"{name}.weight"]
    size, side = kernel.shape[0], hidden.shape[1]
    out = 2 * (side - 1) + size - 2 * padding
    half = -(-out // 2)
    taps = [
        (phase, shift, phase + padding - 2 * shift)
        for phase in range(2)
        for shift in range(-size, size)
        if 0 <= phase + padding - 2 * shift < size
    ]
    low, high = min(tap[1] for tap in taps), max(tap[1] for tap in taps)
    span, channels = high - low + 1, kernel.shape[3]
    weight = jnp.zeros((span, span, kernel.shape[2], 2, 2, channels))
    for down, row, one in taps:
        for right, column, two in taps:
            weight = weight.at[row - low, column - low, :, down, right].set(kernel[one, two])
    around = (-low, half - 1 + high - side + 1)
    hidden = jnp.pad(hidden, ((0, 0), around, around, (0, 0)))
    patches = [hidden[:, row : row + half, column : column + half] for row in range(span) for column in range(span)]
    phases = jnp.concatenate(patches, axis=-1) @ weight.reshape(-1, 4 * channels)
    grid = phases.reshape(-1, half, half, 2, 2, channels).transpose(0, 1, 3, 2, 4, 5)
    return grid.reshape(-1, 2 * half, 2 * half, channels)[:, :out, :out] + arrays[f"{name}.bias"]


def picture(arrays: dict[str, Any], latents: Any) -> Any:
    """Pictures ``[rows, 28, 28, 1]`` of latents ``[rows, 128]``."""
    hidden = dense(arrays, "digit.spread", leaky_relu(dense(arrays, "digit.bend", latents), 0.1))
    hidden = leaky_relu(hidden.reshape(-1, 4, 4, hidden.shape[1] // 16), 0.1)
    hidden = leaky_relu(upconvolve(arrays, "digit.up1", hidden, padding=1), 0.1)
    hidden = leaky_relu(upconvolve(arrays, "digit.up2", hidden, padding=1), 0.1)
    return sigmoid(upconvolve(arrays, "digit.up3", hidden, padding=2))


def log_classes(arrays: dict[str, Any], network: str, pictures: Any) -> Any:
    """Class log-probabilities ``[rows, classes]``."""
    hidden = pictures - 0.13
    for layer, padding in (("layers.0", 2), ("layers.2", 1), ("layers.4", 1)):
        hidden = silu(convolve(arrays, f"{network}.{layer}", hidden, stride=2, padding=padding))
    return log_softmax(dense(arrays, f"{network}.scores", hidden.reshape(len(hidden), -1)))


def log_truth(arrays: dict[str, Any], number: int, read: list[Any]) -> Any:
    """log P in nats of a decision diagram whose readouts are ``read``, a list of class log-probabilities."""
    # Not −inf: the gradient of a sum of those is no number.
    message = jnp.array([-1e30, 0.0])
    for at in reversed(range(len(read))):
        message = jax.scipy.special.logsumexp(message[arrays[f"layer{number}.{at}"]] + read[at], axis=1)
    return message[0]


def log_factor(arrays: dict[str, Any], number: int, factor: dict[str, Any], pictures: Any, read: dict[str, Any]) -> Any:
    """log P in nats of one factor, before its power."""
    chosen = [read[network][at] for network, at in factor["readouts"]]
    if factor["kind"] == "diagram":
        return log_truth(arrays, number, chosen)
    if factor["kind"] == "gaussian":
        seen = pictures[factor["variable"]].reshape(-1) @ arrays[f"matrix{number}"]
        return -jnp.square(seen - arrays[f"data{number}"]).sum() / 2
    valid = arrays[f"valid{number}"]
    return jax.scipy.special.logsumexp(sum(one[valid[:, axis]] for axis, one in enumerate(chosen)))


def log_likelihood(plan: dict[str, Any], arrays: dict[str, Any], latents: Any) -> Any:
    """The tempered log-likelihood in nats of one point ``[dim]``."""
    pictures = picture(arrays, latents.reshape(-1, 128))
    read = {network: log_classes(arrays, network, pictures) for network in plan["networks"]}
    factors = enumerate(plan["factors"])
    return sum(factor["power"] * log_factor(arrays, number, factor, pictures, read) for number, factor in factors)


def seen(arrays: dict[str, Any], latents: Any) -> Any:
    """The measured pixels ``[values]`` of one picture of latents ``[128]``."""
    return picture(arrays, latents[None]).reshape(-1)[arrays["seen"]]

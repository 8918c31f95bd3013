"""A program's log-likelihood in JAX: what the peers of benchmarks/peers.py sample from. Needs no Oedipus.

Convolutions are NHWC, which XLA prefers on a CPU. Weights and tables are an argument of
every function: constants would be inlined and compile for minutes.
"""

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp
from jax.nn import leaky_relu, log_softmax, sigmoid, silu

LAYOUT = ("NHWC", "HWIO", "NHWC")


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
            return value[:, :, ::-1, ::-1].transpose(2, 3, 0, 1).copy()
        return value.transpose(2, 3, 1, 0).copy()
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
    around = [(padding, padding)] * 2
    out = jax.lax.conv_general_dilated(
        hidden, arrays[f"{name}.weight"], (stride, stride), around, dimension_numbers=LAYOUT
    )
    return out + arrays[f"{name}.bias"]


def upconvolve(arrays: dict[str, Any], name: str, hidden: Any, *, padding: int) -> Any:
    kernel = arrays[f"{name}.weight"]
    around = [(kernel.shape[0] - 1 - padding,) * 2] * 2
    out = jax.lax.conv_general_dilated(hidden, kernel, (1, 1), around, lhs_dilation=(2, 2), dimension_numbers=LAYOUT)
    return out + arrays[f"{name}.bias"]


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


def log_likelihood(plan: dict[str, Any], arrays: dict[str, Any], latents: Any) -> Any:
    """The tempered log-likelihood in nats of one point ``[dim]``."""
    pictures = picture(arrays, latents.reshape(-1, 128))
    read = {network: log_classes(arrays, network, pictures) for network in plan["networks"]}
    total = 0.0
    for number, factor in enumerate(plan["factors"]):
        valid = arrays[f"valid{number}"]
        joint = sum(read[network][at][valid[:, axis]] for axis, (network, at) in enumerate(factor["readouts"]))
        total += factor["power"] * jax.scipy.special.logsumexp(joint)
    return total


def seen(arrays: dict[str, Any], latents: Any) -> Any:
    """The measured pixels ``[values]`` of one picture of latents ``[128]``."""
    return picture(arrays, latents[None]).reshape(-1)[arrays["seen"]]

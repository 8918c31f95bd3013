"""The face generator and the networks of age and gender in JAX: what NIFTy.re infers with. Needs no Oedipus.

NHWC, convolutions as matrix products with patches, and weights as arguments, for the reasons
that peer_networks.py gives. Keys of the arrays are NETWORK.KEY of the PyTorch state.
"""

from typing import Any

import jax
import numpy as np
from jax import numpy as jnp
from jax.nn import leaky_relu, relu, sigmoid
from peer_networks import convolve, dense, upconvolve

AGES = jnp.array([0.25, *range(1, 81)], dtype=jnp.float32)
MEANS = jnp.array([122.782, 117.001, 104.298], dtype=jnp.float32) / 255
HALVED = (False, True, False, True, False)


def turned(name: str, value: np.ndarray) -> np.ndarray:
    """PyTorch's order of axes to this module's."""
    if name.endswith(".weight") and value.ndim == 4:
        return value.transpose(2, 3, 0, 1) if ".up." in name else value.transpose(2, 3, 1, 0)
    if ".spread." in name:  # rows are channels × 4 × 4, here 4 × 4 × channels
        return np.moveaxis(value.reshape(-1, 16, *value.shape[1:]), 0, 1).reshape(value.shape)
    if name == "gender.mix.weight":  # columns are 64 × 8 × 8, here 8 × 8 × 64
        return value.reshape(-1, 64, 64).transpose(0, 2, 1).reshape(value.shape)
    return value


def face(arrays: dict[str, Any], latents: Any) -> Any:
    """Pictures ``[rows, 64, 64, 3]`` in 0..1 of latents ``[rows, 256]``."""
    hidden = dense(arrays, "face.spread", leaky_relu(dense(arrays, "face.bend", latents), 0.1))
    hidden = leaky_relu(hidden.reshape(len(latents), 4, 4, -1), 0.1)
    for place in range(4):
        hidden = leaky_relu(upconvolve(arrays, f"face.body.{place}.up", hidden, padding=1), 0.1)
        if f"face.body.{place}.refine.weight" in arrays:
            refined = convolve(arrays, f"face.body.{place}.refine", hidden, stride=1, padding=1)
            hidden = leaky_relu(hidden + refined, 0.1)
    return sigmoid(convolve(arrays, "face.paint", hidden, stride=1, padding=1))


def age(arrays: dict[str, Any], pictures: Any) -> Any:
    """Years ``[rows]``."""
    hidden = relu(convolve(arrays, "age.stem", (pictures - MEANS) * (255 / 256), stride=2, padding=0))
    hidden = jax.lax.reduce_window(hidden, -jnp.inf, jax.lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "VALID")
    for place, halve in enumerate(HALVED):
        body = convolve(
            arrays, f"age.blocks.{place}.first", hidden, stride=2 if halve else 1, padding=0 if halve else 1
        )
        body = convolve(arrays, f"age.blocks.{place}.second", relu(body), stride=1, padding=1)
        skip = pooled(hidden) if halve else hidden
        side = max(body.shape[1], skip.shape[1])
        hidden = relu(padded(body, side, body.shape[3]) + padded(skip, side, body.shape[3]))
    return jax.nn.softmax(dense(arrays, "age.scores", hidden.mean(axis=(1, 2)))) @ AGES


def gender(arrays: dict[str, Any], pictures: Any) -> Any:
    """Scores ``[rows, 2]`` of female and male."""
    hidden = pooled((pictures - MEANS) * (255 / 256))
    for part in ("fine", "coarse"):
        for layer in (0, 2):
            hidden = relu(convolve(arrays, f"gender.{part}.{layer}", hidden, stride=1, padding=1))
        hidden = pooled(hidden)
    return dense(arrays, "gender.scores", relu(dense(arrays, "gender.mix", hidden.reshape(len(hidden), -1))))


def pooled(hidden: Any) -> Any:
    """Means of 2 × 2, an odd last row or column left out."""
    half = hidden.shape[1] // 2
    return hidden[:, : 2 * half, : 2 * half].reshape(len(hidden), half, 2, half, 2, -1).mean(axis=(2, 4))


def padded(hidden: Any, side: int, channels: int) -> Any:
    missing = side - hidden.shape[1]
    return jnp.pad(hidden, ((0, 0), (0, missing), (0, missing), (0, channels - hidden.shape[3])))


def seen(plan: dict[str, Any], arrays: dict[str, Any], latents: Any) -> Any:
    """Residuals of the picture and of the age in units of their σ, and the log-odds of the gender, of ``[256]``."""
    pictures = face(arrays, latents[None])
    grey = pictures.sum(axis=3).reshape(16, 4, 16, 4).mean(axis=(1, 3))[:, 8:]
    parts = [(grey.reshape(-1) - arrays["data"]) / plan["sigma"]]
    if plan["told"]:
        scores = gender(arrays, pictures)[0]
        parts += [age(arrays, pictures) - plan["age"], (scores[plan["right"]] - scores[1 - plan["right"]])[None]]
    return jnp.concatenate(parts)

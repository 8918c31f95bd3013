"""NIFTy.re's side of benchmarks/faces.py, in an environment of its own.

    python benchmarks/face_worker.py FOLDER

FOLDER holds plan.json and arrays.npz; the answer is answer.npz there.
"""

import json
import logging
import sys
import time
from dataclasses import field
from pathlib import Path
from typing import Any

import jax
import numpy as np
from face_networks import face, seen, turned
from jax import numpy as jnp
from jax import random
from nifty import re as jft


class Sees(jft.Model):
    """Latents to what the likelihood looks at."""

    arrays: Any = field(metadata={"static": False})
    plan: Any = field(metadata={"static": True})

    def __init__(self, arrays: Any, plan: Any) -> None:
        self.arrays, self.plan = arrays, plan
        super().__init__(domain=jax.ShapeDtypeStruct((plan["dim"],), jnp.float32))

    def __call__(self, latents: Any) -> Any:
        return seen(self.plan, self.arrays, latents)


class Plan(dict[str, Any]):
    """Plain data that can be compared, as static parts of a model must be."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


class Told(jft.Likelihood):
    """Residuals of unit variance, and behind them the log-odds of a statement that holds, to the power α."""

    alpha: float = field(metadata={"static": True})

    def __init__(self, size: int, alpha: float) -> None:
        self.alpha = alpha
        shape = jax.ShapeDtypeStruct((size,), jnp.float32)
        super().__init__(domain=shape, lsm_tangents_shape=shape)

    def energy(self, primals: Any) -> Any:
        return (primals[:-1] ** 2).sum() / 2 + self.alpha * jax.nn.softplus(-primals[-1])

    def normalized_residual(self, primals: Any) -> Any:
        return primals[:-1]

    def _roots(self, primals: Any) -> Any:
        # The Fisher metric of a coin in its log-odds is P (1 − P).
        chance = jax.nn.sigmoid(primals[-1])
        return jnp.ones_like(primals).at[-1].set(jnp.sqrt(self.alpha * chance * (1 - chance)))

    def metric(self, primals: Any, tangents: Any) -> Any:
        return self._roots(primals) ** 2 * tangents

    def left_sqrt_metric(self, primals: Any, tangents: Any) -> Any:
        return self._roots(primals) * tangents

    def transformation(self, primals: Any) -> Any:
        return primals.at[-1].set(2 * jnp.sqrt(self.alpha) * jnp.arctan(jnp.exp(primals[-1] / 2)))


def infer(plan: Any, arrays: dict[str, Any]) -> Any:
    """MGVI with the paper's settings; more samples in the last round."""
    jft.logger.setLevel(logging.ERROR)
    weights = {name: one for name, one in arrays.items() if name not in ("start", "points")}
    size = len(arrays["data"]) + (2 if plan["told"] else 0)
    bare = Told(size, plan["alpha"]) if plan["told"] else jft.Gaussian(jnp.zeros(size, jnp.float32))
    samples, _ = jft.optimize_kl(
        bare.amend(Sees(weights, plan)),
        arrays["start"],
        key=random.PRNGKey(0),
        n_total_iterations=plan["rounds"],
        n_samples=lambda at: plan["pairs"] if at + 1 < plan["rounds"] else plan["last"],
        sample_mode="linear_resample",
        draw_linear_kwargs={
            "cg": jft.conjugate_gradient.static_cg,
            "cg_kwargs": {"resnorm": 1e-2, "miniter": 5, "maxiter": plan["solve"]},
        },
        kl_kwargs={
            "minimize_kwargs": {
                "name": None, "absdelta": 1e-2, "maxiter": plan["newton"],
                "cg_kwargs": {"name": None, "miniter": 3, "maxiter": plan["inner"]},
            }
        },
    )  # fmt: skip
    return np.asarray(samples.pos) + np.asarray(samples.samples)


def main() -> None:
    folder = Path(sys.argv[1])
    plan = Plan(json.loads((folder / "plan.json").read_text(encoding="utf-8")))
    with np.load(folder / "arrays.npz") as stored:
        arrays = {name: jnp.asarray(turned(name, stored[name])) for name in stored.files}
    compared = {
        "pictures": np.moveaxis(np.asarray(face(arrays, arrays["points"])), 3, 1),
        "seen": np.stack([np.asarray(seen(plan, arrays, one)) for one in arrays["points"]]),
    }
    began = time.process_time()
    drawn = infer(plan, arrays)
    np.savez(folder / "answer.npz", samples=drawn, seconds=time.process_time() - began, **compared)


if __name__ == "__main__":
    main()

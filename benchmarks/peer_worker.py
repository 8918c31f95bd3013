"""The peers' side of benchmarks/peers.py: NumPyro and NIFTy.re, in an environment of their own.

    python benchmarks/peer_worker.py FOLDER TASK

FOLDER holds plan.json and arrays.npz. Each line of standard input is a request, one JSON
object with a seed; the answer is one line, with seconds and the .npz file of the result. The first
request of a process also pays for the compilation.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Any

import jax
import numpy as np
import numpyro
from jax import numpy as jnp
from jax import random
from nifty import re as jft
from numpyro import distributions as dist
from numpyro import handlers
from numpyro.infer import HMC, MCMC, SVI, Trace_ELBO, init_to_value
from numpyro.infer.autoguide import AutoNormal
from peer_networks import load, log_likelihood, seen

Work = Callable[[int], dict[str, Any]]


def model(plan: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    def of(arrays: dict[str, Any]) -> None:
        latents = numpyro.sample("z", dist.Normal(jnp.zeros(plan["dim"]), 1.0).to_event(1))
        numpyro.factor("likelihood", log_likelihood(plan, arrays, latents))

    return of


def hmc(plan: dict[str, Any], arrays: dict[str, Any]) -> Work:
    """Vectorised chains from the positions given; ``num_steps`` leapfrog steps, diagonal mass."""
    kernel = HMC(
        model(plan),
        num_steps=plan["leapfrog"],
        trajectory_length=None,
        target_accept_prob=plan["target"],
        dense_mass=False,
    )
    positions, weights = arrays["positions"], without(arrays, "positions")
    sampler = MCMC(
        kernel,
        num_warmup=plan["warmup"],
        num_samples=plan["draws"] * plan["thin"],
        num_chains=len(positions),
        thinning=plan["thin"], chain_method="vectorized", progress_bar=False, jit_model_args=True,
    )  # fmt: skip

    def work(seed: int) -> dict[str, Any]:
        sampler.run(random.PRNGKey(seed), weights, init_params={"z": positions}, extra_fields=("accept_prob",))
        draws = np.asarray(sampler.get_samples(group_by_chain=True)["z"])
        return {"draws": draws, "accepted": np.asarray(sampler.get_extra_fields()["accept_prob"]).mean()}

    return work


def svi(plan: dict[str, Any], arrays: dict[str, Any]) -> Work:
    """AutoNormal from the mean and width given, Adam at the same falling rate, the loop a scan."""
    fit = fitting(plan, without(arrays, "mean", "width"), arrays["mean"], float(arrays["width"]))

    def work(seed: int) -> dict[str, Any]:
        found, losses = fit(random.PRNGKey(seed), None)
        return found | {"elbo": -losses}

    return work


def svi_from_prior(plan: dict[str, Any], arrays: dict[str, Any]) -> Work:
    """The best by its own bound of ``starts`` AutoNormal fits begun at draws of the prior, their width NumPyro's
    default; ``each`` is the processor's time of every one of them, the first with compilation."""
    fit = fitting(plan, arrays, jnp.zeros(plan["dim"]), 0.1)

    def work(seed: int) -> dict[str, Any]:
        runs, each = [], []
        for key in random.split(random.PRNGKey(seed), plan["starts"]):
            begin = time.process_time()
            found, losses = fit(key, random.normal(key, (plan["dim"],)))
            runs.append(found | {"elbo": -np.asarray(losses)[-plan["iterations"] // 10 :].mean()})
            each.append(time.process_time() - begin)
        return max(runs, key=lambda one: one["elbo"]) | {"each": np.array(each)}

    return work


def fitting(plan: dict[str, Any], weights: dict[str, Any], mean: Any, width: float) -> Callable[[Any, Any], Any]:
    """A function of a key and of a mean to begin at, ``mean`` where that is None: the fit and its losses."""
    total, rate = plan["iterations"], plan["rate"]
    guide = AutoNormal(model(plan), init_loc_fn=init_to_value(values={"z": mean}), init_scale=width)
    optimiser = numpyro.optim.Adam(lambda step: rate * jnp.minimum(1.0, 2 * (1 - step / total)))
    algorithm = SVI(
        model(plan), guide, optimiser, Trace_ELBO(num_particles=plan["particles"], vectorize_particles=True)
    )

    @jax.jit
    def loop(state: Any, weights: dict[str, Any]) -> Any:
        return jax.lax.scan(lambda at, _: algorithm.update(at, weights), state, None, length=total)

    def fit(key: Any, start: Any) -> Any:
        with handlers.seed(rng_seed=0):
            state = algorithm.init(key, weights)
            if start is not None:
                begun = optimiser.init(algorithm.get_params(state) | {"z_auto_loc": start})
                state = state._replace(optim_state=begun)
            state, losses = loop(state, weights)
        found = algorithm.get_params(state)
        return {"mean": np.asarray(found["z_auto_loc"]), "sigma": np.asarray(found["z_auto_scale"])}, losses

    return fit


class Shown(jft.Model):
    """Latents to the pixels that were measured."""

    arrays: Any = field(metadata={"static": False})

    def __init__(self, arrays: Any) -> None:
        self.arrays = arrays
        super().__init__(domain=jax.ShapeDtypeStruct((128,), jnp.float32))

    def __call__(self, latents: Any) -> Any:
        return seen(self.arrays, latents)


def variational(mode: str) -> Callable[[dict[str, Any], dict[str, Any]], Work]:
    """NIFTy.re's MGVI or geoVI of a Gaussian measurement."""

    def prepare(plan: dict[str, Any], arrays: dict[str, Any]) -> Work:
        jft.logger.setLevel(logging.ERROR)
        weights = without(arrays, "mean", "data")
        precision = 1 / plan["sigma"] ** 2
        likelihood = jft.Gaussian(arrays["data"], lambda x: precision * x).amend(Shown(weights))
        optimiser = jft.OptimizeVI(
            likelihood, n_total_iterations=plan["rounds"], linear_minimizer_jit=True, nonlinear_minimizer_jit=True
        )
        settings: dict[str, Any] = {
            "n_total_iterations": plan["rounds"],
            # As ours: twice as many in the last third.
            "n_samples": lambda number: plan["pairs"] * (1 + (number >= 2 * plan["rounds"] // 3)),
            "sample_mode": mode,
            "draw_linear_kwargs": {
                "cg": jft.conjugate_gradient.static_cg,
                "cg_kwargs": {"resnorm": 1e-2, "miniter": 5, "maxiter": plan["solve"]},
            },
            "nonlinearly_update_kwargs": {
                "minimize": jft.optimize._static_newton_cg,
                "minimize_kwargs": {"name": None, "xtol": 1e-2, "maxiter": plan["bends"],
                    "cg_kwargs": {"name": None, "miniter": 3, "maxiter": plan["inner"]}}
            },
            "kl_kwargs": {
                "minimize_kwargs": {
                    "name": None, "absdelta": 1e-2, "maxiter": plan["newton"],
                    "cg_kwargs": {"name": None, "miniter": 3, "maxiter": plan["inner"]},
                }
            },
        }  # fmt: skip

        drawing = ("draw_linear_kwargs", "nonlinearly_update_kwargs")

        def work(seed: int) -> dict[str, Any]:
            samples, _ = jft.optimize_kl(
                likelihood, arrays["mean"], key=random.PRNGKey(seed), _optimize_vi=optimiser, **settings
            )
            return {
                "mean": np.asarray(samples.pos),
                "samples": np.asarray(samples.samples),
                "later": lambda: {"fresh": np.asarray(fresh(samples, seed).samples)},
            }

        def fresh(samples: Any, seed: int) -> Any:
            """Samples at the final mean that it was not fitted to."""
            drawn, _ = optimiser.draw_samples(
                samples, key=random.PRNGKey(seed + 10_000), sample_mode=mode, n_samples=plan["fresh"],
                point_estimates=(), **{name: settings[name] for name in drawing},
            )  # fmt: skip
            return drawn

        return work

    return prepare


def gradient(plan: dict[str, Any], arrays: dict[str, Any]) -> Work:
    """Bare gradients of the batch of positions: what XLA makes of these networks."""
    positions, weights = arrays["positions"], without(arrays, "positions")
    batched = jax.vmap(lambda one, weights: log_likelihood(plan, weights, one), (0, None))
    both = jax.jit(lambda at, weights: (batched(at, weights), jax.grad(lambda x: batched(x, weights).sum())(at)))

    def work(_seed: int) -> dict[str, Any]:
        value, slope = both(positions, weights)
        for _ in range(plan["gradients"] - 1):
            jax.block_until_ready(both(positions, weights))
        return {"value": np.asarray(value), "slope": np.asarray(slope)}

    return work


def without(arrays: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: one for name, one in arrays.items() if name not in names}


TASKS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Work]] = {
    "hmc": hmc,
    "svi": svi,
    "svi_from_prior": svi_from_prior,
    "gradient": gradient,
    "mgvi": variational("linear_resample"),
    "geovi": variational("nonlinear_resample"),
}


def main() -> None:
    folder, task = Path(sys.argv[1]), sys.argv[2]
    work = TASKS[task](*load(folder))
    for number, line in enumerate(sys.stdin):
        start, processor = time.perf_counter(), time.process_time()
        found = work(json.loads(line)["seed"])
        spent = {"seconds": time.perf_counter() - start, "processor_seconds": time.process_time() - processor}
        found |= found.pop("later", dict)()  # what is not part of the method is not timed
        path = folder / f"{task}{number}.npz"
        np.savez(path, **found)
        print(json.dumps(spent | {"file": str(path)}), flush=True)


if __name__ == "__main__":
    main()

"""posterior.nc: everything that was inferred in ArviZ's InferenceData schema, netCDF-4.

Groups ``posterior`` (each variable's latents), ``sample_stats`` (of chains) and
``log_likelihood`` (nats, by clause and before α); ``arviz.from_netcdf`` reads it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from oedipus.runtime.diagnostics import quiet
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Result


def write_netcdf(result: Result, posterior: Posterior, path: Path, attributes: Mapping[str, str | int | float]) -> None:
    """Write the file. Draws of an algorithm without chains are one chain. Raises ``OSError``."""
    with quiet():
        import xarray

        groups = {
            name: xarray.Dataset(group, attrs=dict(attributes))
            for name, group in _groups(result, posterior).items()
            if group
        }
        xarray.DataTree.from_dict(groups).to_netcdf(path, engine="h5netcdf")


def _groups(result: Result, posterior: Posterior) -> dict[str, dict[str, Any]]:
    columns = dict(result.columns) or {
        "latents": result.latents[:, None],
        "log_likelihood": result.details["clauses"][:, None],
    }
    latents, clauses = columns.pop("latents"), columns.pop("log_likelihood", None)
    names = [variable.name for variable in posterior.program.variables]
    parts = zip(names, posterior.own(latents).split(posterior.widths, dim=-1), strict=True)
    return {
        "posterior": {name: (("chain", "draw", f"{name}_latent"), _array(part)) for name, part in parts},
        "sample_stats": {name: (("chain", "draw"), _statistic(name, values)) for name, values in columns.items()},
        "log_likelihood": {}
        if clauses is None
        else _by_clause(clauses, [one.name for one in posterior.program.factors]),
    }


def _by_clause(clauses: Tensor, names: Sequence[str]) -> dict[str, Any]:
    # A netCDF name cannot hold a slash.
    return {
        name.replace("/", "_"): (("chain", "draw"), _array(clauses[..., place])) for place, name in enumerate(names)
    }


def _statistic(name: str, values: Tensor) -> NDArray[Any]:
    array = _array(values.squeeze(-1))
    return array.astype(np.bool_) if name == "diverging" else array


def _array(values: Tensor) -> NDArray[np.float32]:
    """``[draws, chains, …]`` as ``[chains, draws, …]``."""
    array: NDArray[np.float32] = values.transpose(0, 1).cpu().numpy()
    return array

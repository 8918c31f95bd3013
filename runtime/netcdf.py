"""posterior.nc: everything that was inferred in ArviZ's InferenceData schema, netCDF-4.

Groups ``posterior`` (each variable's latents), ``sample_stats`` (of chains) and
``log_likelihood`` (nats, by clause and before α); ``arviz.from_netcdf`` reads it.

A riddle's names stay as they are unless the file needs them: ``chain`` and ``draw`` are its axes and a slash
divides groups, so such a name gets underscores. Each variable has the riddle's own as its attribute ``name``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from oedipus.runtime.diagnostics import quiet
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.record import READING
from oedipus.runtime.solve import Result

AXES = ("chain", "draw")


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
    read = columns.pop(READING, None)
    names = [variable.name for variable in posterior.program.variables]
    parts = posterior.own(latents).split(posterior.widths, dim=-1)
    stored = distinct(names, AXES)
    axes = distinct([f"{name}_latent" for name in names], {*AXES, *stored})
    clause_names = [one.name for one in posterior.program.factors]
    return {
        "posterior": {
            own: ((*AXES, axis), _array(part), {"name": name})
            for own, axis, part, name in zip(stored, axes, parts, names, strict=True)
        },
        "sample_stats": {name: (AXES, _statistic(name, values)) for name, values in columns.items()}
        | {name: (AXES, array, {"name": own}) for name, own, array in _read(posterior.valued, read, columns)},
        "log_likelihood": {}
        if clauses is None
        else {
            own: (AXES, _array(clauses[..., place]), {"name": name})
            for place, (own, name) in enumerate(zip(distinct(clause_names, AXES), clause_names, strict=True))
        },
    }


def _read(
    names: Sequence[str], read: Tensor | None, taken: Collection[str]
) -> Iterator[tuple[str, str, NDArray[np.float32]]]:
    """What each picture of every draw reads, by a name of its own beside those ``taken``, and the variable's."""
    if read is None:
        return
    stored = distinct([f"reading_{name}" for name in names], {*AXES, *taken})
    for place, (own, name) in enumerate(zip(stored, names, strict=True)):
        yield own, name, _array(read[..., place])


def distinct(names: Sequence[str], reserved: Collection[str]) -> list[str]:
    """``names`` as a netCDF group can hold them: each different, and none of them ``reserved``.

    A name that can stay as it is does; others get underscores until nothing else is called so.
    """
    plain = [name.replace("/", "_").strip() for name in names]
    plain = [f"_{name}" if name in ("", ".", "..") else name for name in plain]
    taken = {*reserved, *(name for name, own in zip(names, plain, strict=True) if name == own)}
    settled: set[str] = set()
    found = []
    for name, own in zip(names, plain, strict=True):
        if name != own or name in reserved or name in settled:
            while own in taken:
                own = f"{own}_"
        taken.add(own)
        settled.add(own)
        found.append(own)
    return found


def _statistic(name: str, values: Tensor) -> NDArray[Any]:
    array = _array(values.squeeze(-1))
    return array.astype(np.bool_) if name == "diverging" else array


def _array(values: Tensor) -> NDArray[np.float32]:
    """``[draws, chains, …]`` as ``[chains, draws, …]``."""
    array: NDArray[np.float32] = values.transpose(0, 1).cpu().numpy()
    return array

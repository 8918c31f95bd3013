"""Chains of one posterior that were run apart: all of them as one, and whether they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATISTIC = "sample_stats"


class PoolError(ValueError):
    """Runs that are no chains of one posterior."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """``chains`` of ``draws`` each; the greatest R-hat and the least effective sample size over all latents."""

    chains: int
    draws: int
    rhat: float
    ess: float


def pool(files: Sequence[Path], out: Path) -> Pooled:
    """Write the draws of several posterior.nc as one, chain after chain; what they say together.

    Raises :class:`PoolError` where the runs kept no chains, or of unequal length; ``OSError``.
    """
    import xarray

    from oedipus.runtime.diagnostics import quiet

    with quiet():
        trees = [xarray.open_datatree(file, engine="h5netcdf") for file in files]
        try:
            lengths = {tree["posterior"].sizes["draw"] for tree in trees}
            if len(lengths) != 1:
                raise PoolError(f"pool: the runs kept {min(lengths):,} to {max(lengths):,} draws a chain; give draws")
            groups = {name: _joined([tree[name].to_dataset() for tree in trees]) for name in trees[0].children}
        finally:
            for tree in trees:
                tree.close()
        partial = out.with_name(f".partial-{out.name}")
        try:
            xarray.DataTree.from_dict(groups).to_netcdf(partial, engine="h5netcdf")
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
        return _said(groups["posterior"])


def _joined(parts: Sequence[Any]) -> Any:
    import xarray

    loaded = [part.load() for part in parts]
    found = xarray.concat(loaded, dim="chain", combine_attrs="drop_conflicts")
    return found.assign_coords(chain=range(found.sizes["chain"]))


def _said(posterior: Any) -> Pooled:
    """By ArviZ over every latent."""
    import torch

    from oedipus.runtime.diagnostics import of_chains

    parts = [torch.as_tensor(one.transpose("draw", "chain", ...).values) for one in posterior.data_vars.values()]
    latents = torch.cat(parts, dim=2)
    found = of_chains(latents)
    if found.rhat is None or found.ess is None:
        raise PoolError("pool: the runs kept too few draws, or draws that never moved, to say whether they agree")
    return Pooled(latents.shape[1], latents.shape[0], found.rhat.max, found.ess.min)

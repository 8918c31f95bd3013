"""posterior.nc holds every variable and every clause, whatever they are called; so do the other files."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.netcdf import AXES, distinct
from oedipus.runtime.outputs import write_result
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.saved import read_saved
from oedipus.runtime.solve import Request, solve

NAMES = [
    ("chain", "draw"),
    ("p", "p_latent"),
    ("p_latent", "p_latent_latent", "p"),
    ("chain", "chain_", "chain_latent"),
    ("CON", "nul", "aux"),
    ("latents", "lp"),
    ("ä", "α"),
]
LABELS = ["draw", "chain", "p", "latents", "CON"]


@pytest.mark.parametrize("names", NAMES, ids=" ".join)
def test_no_name_loses_anything(names: tuple[str, ...], cards: Mapping[str, Card], tmp_path: Path) -> None:
    clauses = [f"{label}: {names[place % len(names)]} > {place % 3}" for place, label in enumerate(LABELS)]
    text = f"digits {', '.join(names)}\n" + "\n".join(clauses)
    posterior = load_posterior(compile_text(text, cards), cards)
    result = solve(posterior, Request(algorithm="smc", samples=5, start="prior", options={"particles": 8}))
    write_result(result, posterior, tmp_path / "run", attributes={"riddle": text, "command": "oedipus \udcff"})
    # The files are the same ones whatever the names are: none is called after a variable.
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "posterior.nc", "posterior.safetensors", "result.json", "samples.safetensors", "trace.csv",
    }  # fmt: skip
    latents = posterior.own(result.latents).split(posterior.widths, dim=1)
    with xarray.open_datatree(tmp_path / "run" / "posterior.nc", engine="h5netcdf") as stored:
        found = {one.attrs["name"]: one for one in stored["posterior"].data_vars.values()}
        assert list(found) == list(names)
        for name, expected in zip(names, latents, strict=True):
            assert found[name].dims[:2] == AXES
            np.testing.assert_array_equal(found[name].values[0], expected.numpy())
            if name not in AXES:
                assert found[name].name == name
        terms = {one.attrs["name"]: one for one in stored["log_likelihood"].data_vars.values()}
        assert set(terms) == {factor.name for factor in posterior.program.factors}
        for place, factor in enumerate(posterior.program.factors):
            np.testing.assert_array_equal(terms[factor.name].values[0], result.details["clauses"][:, place].numpy())
        assert stored["posterior"].attrs["riddle"] == text
    with safe_open(tmp_path / "run" / "samples.safetensors", framework="pt") as samples:
        for name, expected in zip(names, latents, strict=True):
            assert bool((samples.get_tensor(f"latents/{name}") == expected).all())
            assert samples.get_tensor(f"images/{name}").shape == (5, 1, 28, 28)
    assert [one.name for one in read_saved(tmp_path / "run" / "posterior.safetensors").origins] == list(names)
    told = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    assert told["answer"] == dict(result.answer)
    rows = list(csv.DictReader((tmp_path / "run" / "trace.csv").read_text().splitlines()))
    assert [len(row["reading"].split()) for row in rows] == [len(names)] * len(result.trace)


@given(st.lists(st.text("ab_/. ", max_size=4), max_size=8), st.sets(st.sampled_from(["a", "b", "a_", "_"])))
@settings(max_examples=500)
def test_names_are_distinct_and_kept_where_they_can_be(names: list[str], reserved: set[str]) -> None:
    found = distinct(names, reserved)
    assert len(found) == len(names)
    assert len({*found, *reserved}) == len(found) + len(reserved)
    assert not any("/" in name or name in ("", ".", "..") or name != name.strip() for name in found)
    for place, (name, own) in enumerate(zip(names, found, strict=True)):
        plain = name == name.strip() and "/" not in name and name not in ("", ".", "..")
        if plain and name not in reserved and name not in names[:place]:
            assert own == name

"""What goes into a sweep and what is made of its rows: data by file, chains as one posterior, tables, refusals."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import arviz
import numpy as np
import pytest
import torch
from pyarrow import parquet

from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.program import Gaussian
from oedipus.networks.cards import Card
from oedipus.runtime.netcdf import write_netcdf
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.solve import Request, solve
from oedipus.service.reading import read
from oedipus.sweep.plan import Entry, Plan
from oedipus.sweep.pooled import PoolError, pool
from oedipus.sweep.sweep import Sweep, SweepError, prepared, with_data
from oedipus.sweep.table import flat, groups_of, write_parquet

HALF = "digit x\ndata y = ?\nmask(x, left) = y ± 0.5\n"


def test_data_are_a_riddle_for_each_file(tmp_path: Path) -> None:
    files = []
    for level in (0.25, 0.5):
        files.append(tmp_path / f"{level}.npy")
        np.save(files[-1], np.full((28, 28), level, dtype=np.float32))
    readings = with_data(read(HALF, tmp_path, name="half"), "y", files)
    for reading, level in zip(readings, (0.25, 0.5), strict=True):
        [factor] = reading.program.factors
        assert isinstance(factor.body, Gaussian)
        [stored] = factor.body.files.values()
        np.testing.assert_array_equal(stored, np.full((1, 28, 28), level, dtype=np.float32))
    asked = Sweep(tuple(("half", "", one) for one in readings), (0,), ({"algorithm": "meanfield"},), tmp_path / "out")
    plan, contents = prepared(asked)
    assert len({task["id"] for task in plan.tasks()}) == 2
    assert {entry.digest for entry in plan.entries} <= set(contents)


def test_data_that_do_not_fit_are_told(tmp_path: Path) -> None:
    np.save(tmp_path / "wide.npy", np.zeros((28, 14), dtype=np.float32))
    [reading] = with_data(read(HALF, tmp_path), "y", [tmp_path / "wide.npy"])
    assert not reading.sound
    with pytest.raises(SweepError, match="has no line `data z = "):
        with_data(read(HALF, tmp_path), "z", [])


@pytest.mark.parametrize(
    ("point", "told"),
    [({"bananas": 1}, "bananas"), ({"alpha": "1/0.5"}, "alpha"), ({"samples": 0}, "samples"),
     ({"algorithm": "magic"}, "magic")],
)  # fmt: skip
def test_a_point_that_no_solve_takes_is_refused_before_anything_runs(
    point: dict[str, object], told: str, tmp_path: Path
) -> None:
    reading = read("digit x\nx is odd\n")
    with pytest.raises(SweepError, match=told):
        prepared(Sweep((("r", "", reading),), (0,), (point,), tmp_path))  # type: ignore[arg-type]


def test_an_algorithm_that_does_not_suit_the_riddle_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", np.zeros((28, 28), dtype=np.float32))
    [reading] = with_data(read(HALF, tmp_path, name="half"), "y", [tmp_path / "y.npy"])
    with pytest.raises(SweepError, match=r"half with .*: bank needs a riddle whose clauses are all read off pictures"):
        prepared(Sweep((("r", "", reading),), (0,), ({}, {"algorithm": "bank"}), tmp_path))


def test_chains_that_were_run_apart_are_one_posterior(tmp_path: Path, cards: Mapping[str, Card]) -> None:
    posterior = load_posterior(compile_text("digits a, b\na is odd", cards), cards)
    result = solve(posterior, Request(algorithm="bank", samples=4, members=64))
    rng = torch.Generator().manual_seed(0)
    files, draws = [], [torch.randn(length, 2, posterior.dim, generator=rng) for length in (16, 16, 8)]
    for number, latents in enumerate(draws):
        files.append(tmp_path / f"{number}.nc")
        write_netcdf(replace(result, columns={"latents": latents}), posterior, files[-1], {"seed": number})
    said = pool(files[:2], tmp_path / "all.nc")
    stored = arviz.from_netcdf(tmp_path / "all.nc")
    found = np.concatenate([stored.posterior[name].values for name in ("a", "b")], axis=2)
    np.testing.assert_array_equal(found, torch.cat(draws[:2], dim=1).transpose(0, 1).numpy())
    assert (said.chains, said.draws) == (4, 16)
    rhat, ess = arviz.rhat(stored), arviz.ess(stored)
    assert said.rhat == pytest.approx(max(float(rhat[name].max()) for name in ("a", "b")), rel=1e-3)
    assert said.ess == pytest.approx(min(float(ess[name].min()) for name in ("a", "b")), rel=1e-3)
    with pytest.raises(PoolError, match="kept 8 to 16 draws"):
        pool(files, tmp_path / "none.nc")
    assert not (tmp_path / "none.nc").exists()


def test_groups_count_what_their_rows_say(tmp_path: Path) -> None:
    tasks = list(Plan((Entry("r", "0" * 64),), (0, 1, 2, 3), ({"alpha": 10}, {"alpha": "1/10"})).tasks())
    base = {"probability": 0.5, "judged": None, "processor_seconds": 2.0}
    rows = {
        task["id"]: {"id": task["id"], **base, "answer": '{"x": 3}' if task["seed"] else '{"x": 5}', "satisfied": True}
        for task in tasks[:4]
    }
    rows[tasks[4]["id"]] = {"id": tasks[4]["id"], "error": "ValueError: no"}
    first, second = groups_of(tasks, rows)
    assert (first.answer, first.share, first.solves, first.failed) == ({"x": 3}, 0.75, 4, 0)
    assert (second.share, second.solves, second.failed) == (None, 1, 1)
    table = [flat(task, rows[task["id"]]) for task in tasks if task["id"] in rows]
    write_parquet(table, tmp_path / "t.parquet")
    back = parquet.read_table(tmp_path / "t.parquet").to_pylist()
    assert [row["grid.alpha"] for row in back] == ["10"] * 4 + ["1/10"]
    assert [row["answer"] for row in back] == [row.get("answer") for row in table]
    assert back[4]["error"] == "ValueError: no"


def test_flags_that_make_no_sense_are_told(tmp_path: Path) -> None:
    (tmp_path / "r.riddle").write_text("digit x\nx is odd\n")
    command = [sys.executable, "-m", "oedipus", "sweep", str(tmp_path / "r.riddle"), "--out", str(tmp_path / "out")]
    for flags, told in (
        (["--data", "y=/no/*.npy"], "no file matches"),
        (["--workers", "2", "--cluster", "x"], "--workers"),
    ):
        done = subprocess.run([*command, *flags], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert told in done.stderr
    assert not (tmp_path / "out").exists()

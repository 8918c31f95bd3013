"""Runs that are cut off anywhere go on bit for bit; draws stay on disk; what cannot go on says why."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import linear, stop_at
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime import algorithms
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.checkpoint import DRAWS, FILE, CheckpointError, read_checkpoint
from oedipus.runtime.draws import DrawsError, File, Layout, Memory
from oedipus.runtime.identity import identity_of
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.record import Record
from oedipus.runtime.run import run
from oedipus.runtime.solve import Request, Result, solve
from oedipus.runtime.states import StateError, decode, encode

# Hyper-parameters that make any algorithm short; each takes those that it has.
SHORT = {
    "polish": 6, "steps": 3, "draws": 5, "warmup": 7, "leapfrog": 2, "chains": 4, "rounds": 4, "newton": 2,
    "solve": 4, "inner": 3, "particles": 16, "moves": 2, "rank": 2, "sweeps": 1, "fit": 6, "bends": 2,
    "pool": 128, "forward": 8, "batch": 8, "hidden": 8, "directions": 4, "couplings": 2, "components": 4,
}  # fmt: skip
FEW = {"mgvi": {"trajectories": 4}, "tempered": {"modes": 1, "levels": 2, "jumps": 2}}


@pytest.fixture(scope="module")
def two(cards: Mapping[str, Card]) -> Posterior:
    return load_posterior(compile_text("digits a, b\na is odd\nb = a + 2\n", cards), cards, schedule=(1.0, 5.0))


# A module that has dreamt of the riddle answers at once; its polish is tried in tests/runtime/dream.
NAMES = [name for name in algorithms.names() if name != "forward"]


def request_of(name: str, **other: Any) -> Request:
    known = {one.name for one in fields(import_module(f"{algorithms.__name__}.{name}").ALGORITHM) if one.init}
    options = {key: value for key, value in SHORT.items() if key in known} | FEW.get(name, {})
    return Request(algorithm=name, options=options, samples=6, restarts=1, members=32, **other)


def equal(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor):
        return torch.equal(one, other)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if hasattr(one, "__dataclass_fields__"):
        return all(equal(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
    return bool(one == other)


def same(one: Result, other: Result) -> bool:
    names = ("answer", "elbo", "score", "accuracy", "inferred", "latents", "columns")
    return all(equal(getattr(one, name), getattr(other, name)) for name in names) and one.trace == other.trace


@pytest.mark.parametrize(("name", "start"), [*((name, "prior") for name in NAMES), ("hmc", "bank")])
def test_every_algorithm_goes_on_bit_for_bit(name: str, start: str, two: Posterior, tmp_path: Path) -> None:
    request = request_of(name, start=start)
    identity = identity_of(two, request)
    whole = solve(two, request)
    length = len(whole.trace)
    # Each is cut off twice: in an iteration anywhere, and soon after it was resumed.
    places = (1 + random.Random(name).randrange(length), length - 1)
    for place in places if start == "prior" else places[:1]:
        cut = tmp_path / f"{place}"
        solve(two, request, record=Record(cut, identity), watch=stop_at(place))
        for watch in (stop_at(2), stop_at(10**9)):
            resumed = Record(cut, identity, resumed=read_checkpoint(cut))
            assert resumed.resumed is not None
            result = solve(two, request, record=resumed, watch=watch)
        assert same(result, whole)


def test_checkpoints_come_at_their_interval(tmp_path: Path) -> None:
    problem, algorithm = linear(), HMC(schedule=(1.0,), chains=2, draws=5, warmup=5, leapfrog=1)
    written = []

    def watch(_: object) -> None:
        found = read_checkpoint(tmp_path)
        written.append(-1 if found is None else found.iteration)

    run(algorithm, problem, torch.Generator(), record=Record(tmp_path, interval=0.0), watch=watch)
    assert written == list(range(10))
    last = read_checkpoint(tmp_path)
    assert last is not None
    assert (last.iteration, last.over) == (10, True)


def test_a_young_run_has_checkpoints_long_before_the_interval(tmp_path: Path) -> None:
    """One before the first iteration, then whenever the time since the last is as long as all before it."""
    problem, algorithm = linear(), HMC(schedule=(1.0,), chains=2, draws=10, warmup=10, leapfrog=1)
    seen = []

    def watch(_: object) -> None:
        found = read_checkpoint(tmp_path)
        assert found is not None
        seen.append(found.iteration)
        time.sleep(0.05)

    run(algorithm, problem, torch.Generator(), record=Record(tmp_path, interval=1e6), watch=watch)
    assert seen[0] == 0
    # Each is at least as far on as half of the iterations that were done, but for the one in which it falls due.
    assert all(2 * at + 2 >= done for done, at in enumerate(seen))
    # And they do not come with every iteration.
    assert len(set(seen)) < 12


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_is_resumed_at_its_end_does_not_go_on(name: str, two: Posterior, tmp_path: Path) -> None:
    """Killed after its last iteration, in which it may have found that it is done, and before its results."""
    request = request_of(name, start="prior")
    identity = identity_of(two, request)
    whole = solve(two, request, record=Record(tmp_path, identity))
    found = read_checkpoint(tmp_path)
    assert found is not None
    assert found.over
    assert same(solve(two, request, record=Record(tmp_path, identity, resumed=found)), whole)


@pytest.mark.parametrize("kept", [True, False])
def test_an_interrupt_within_the_storing_of_an_iteration(
    kept: bool, two: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trace, draws and checkpoint agree on how far the run is, wherever in an iteration the interrupt comes."""
    request = request_of("hmc", start="prior")
    identity = identity_of(two, request)
    record, stored = Record(tmp_path / "cut", identity), File.append

    def append(store: File, columns: Mapping[str, Tensor]) -> None:
        stored(store, columns)
        if store.count == 3 and not kept:
            raise KeyboardInterrupt

    def save(self: Record, at: Any) -> None:
        if at.count == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(File, "append", append)
    monkeypatch.setattr(Record, "save", save)
    result = solve(two, request, record=record)
    monkeypatch.undo()
    found = read_checkpoint(tmp_path / "cut")
    assert found is not None
    assert result.interrupted
    assert len(result.trace) == found.iteration == len(found.trace)
    assert len(result.columns["latents"]) == found.count == (3 if kept else 2)
    assert same(solve(two, request, record=Record(tmp_path / "cut", identity, resumed=found)), solve(two, request))


def test_an_iteration_that_fails_leaves_the_ones_before_it(two: Posterior, tmp_path: Path) -> None:
    request = request_of("hmc", start="prior")
    identity = identity_of(two, request)

    def watch(row: Any) -> None:
        if row.iteration == 6:
            raise RuntimeError("the terminal is gone")

    with pytest.raises(RuntimeError, match="terminal"):
        solve(two, request, record=Record(tmp_path, identity, interval=1e6), watch=watch)
    found = read_checkpoint(tmp_path)
    assert found is not None
    assert found.iteration == 5
    assert same(solve(two, request, record=Record(tmp_path, identity, resumed=found)), solve(two, request))


def test_draws_on_disk_are_those_in_memory(tmp_path: Path) -> None:
    problem, algorithm = linear(), HMC(schedule=(1.0,), chains=3, draws=20, warmup=10, leapfrog=3, thin=2)
    inside = run(algorithm, problem, torch.Generator().manual_seed(5))
    outside = run(algorithm, problem, torch.Generator().manual_seed(5), record=Record(tmp_path))
    assert inside.columns["latents"].shape == (20, 3, problem.dim)
    assert set(inside.columns) == {"latents", "lp", "acceptance_rate", "jump_rate", "diverging", "step_size"}
    assert equal(inside.columns, outside.columns)
    # The log density that is kept is that of the draw it is kept with.
    draws = outside.columns["latents"].flatten(0, 1)
    density = problem.evaluate(draws, 1.0).log_likelihood - draws.square().sum(dim=1) / 2
    torch.testing.assert_close(outside.columns["lp"].flatten(), density, atol=1e-4, rtol=1e-5)


def test_memory_does_not_grow_with_the_draws(tmp_path: Path) -> None:
    # 80,000 draws of 128 latents are 41 MB; a process of its own has a peak of its own.
    code = f"""
import resource, sys, torch
from pathlib import Path
from oedipus.runtime.draws import File
torch.set_num_threads(1)
store, draws = File(Path({str(tmp_path / "draws")!r})), torch.randn(8, 128)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for turn in range(10_000):
    store.append({{"latents": draws, "lp": draws[:, 0]}})
    if turn == 100:
        before = peak()
print(peak() - before)
print(tuple(store.columns()["latents"].shape))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    grown, shape = done.stdout.splitlines()
    unit = 1 if sys.platform == "darwin" else resource.getpagesize() // 4
    assert int(grown) * unit < 4 << 20
    assert shape == "(10000, 8, 128)"


@given(draws=st.integers(1, 5), chains=st.integers(1, 4), width=st.integers(1, 6), data=st.data())
@settings(max_examples=30)
def test_a_store_rewinds_to_any_count(
    draws: int, chains: int, width: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("store") / DRAWS
    store, rows = File(path), torch.randn(draws, chains, width)
    for row in rows:
        store.append({"latents": row})
    count = data.draw(st.integers(0, draws))
    store.rewind(store.layout, count)
    store.append({"latents": rows[-1]})
    assert torch.equal(store.columns()["latents"], torch.cat([rows[:count], rows[-1:]]))


@dataclass(frozen=True, slots=True)
class Foreign:
    """A class of the test's own, which no checkpoint may name."""

    number: int = 0


def test_states_survive_and_strangers_do_not() -> None:
    state = HMC(schedule=(1.0,), chains=2).init(linear(), torch.Generator())
    state = replace(state, accepted=float("-inf"))
    assert equal(decode(encode(state)), state)
    with pytest.raises(StateError, match="no state of this package"):
        decode(encode(Foreign()))
    with pytest.raises(StateError, match="no state of this package"):
        decode({"class": "os:system", "fields": {}})
    with pytest.raises(TypeError, match="cannot hold a set"):
        encode({1, 2})


def test_more_draws_than_room_are_refused(tmp_path: Path) -> None:
    algorithm = HMC(schedule=(1.0,), draws=10**9, chains=1000)
    with pytest.raises(DrawsError, match=r"draws: .* of disk"):
        run(algorithm, linear(), torch.Generator(), record=Record(tmp_path))
    with pytest.raises(DrawsError, match=r"draws: .* of memory"):
        run(algorithm, linear(), torch.Generator())
    Memory().reserve(1000, Layout(8, {"latents": 128}))


def interrupted(posterior: Posterior, request: Request, directory: Path) -> None:
    record = Record(directory, identity_of(posterior, request))
    solve(posterior, request, record=record, watch=stop_at(12))


def test_a_checkpoint_of_something_else_is_refused(
    two: Posterior, posterior: Posterior, tmp_path: Path, cards: Mapping[str, Card]
) -> None:
    request = request_of("hmc")
    interrupted(two, request, tmp_path)
    found = read_checkpoint(tmp_path)
    assert found is not None
    with pytest.raises(CheckpointError, match="another riddle"):
        found.belongs_to(identity_of(posterior, request))
    with pytest.raises(CheckpointError, match=r"algorithm: .* hmc, not meanfield"):
        found.belongs_to(identity_of(two, request_of("meanfield")))
    with pytest.raises(CheckpointError, match=r"draws: .* 5, not 6"):
        found.belongs_to(identity_of(two, replace(request, options={**request.options, "draws": 6})))
    with pytest.raises(CheckpointError, match=r"alpha: .* 1,5, not 1,3"):
        found.belongs_to(identity_of(replace(two, schedule=(1.0, 3.0)), request))
    other = replace(two, cards={**cards, "odd": replace(cards["odd"], sha256="0" * 64)})
    with pytest.raises(CheckpointError, match="'odd' has other weights"):
        found.belongs_to(identity_of(other, request))


def test_damaged_checkpoints_are_refused(two: Posterior, tmp_path: Path) -> None:
    request = request_of("hmc", start="prior")
    interrupted(two, request, tmp_path)
    found = read_checkpoint(tmp_path)
    (tmp_path / DRAWS).write_bytes(b"")
    with pytest.raises(DrawsError, match="missing or damaged"):
        solve(two, request, record=Record(tmp_path, resumed=found))
    (tmp_path / FILE).write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match="no checkpoint that can be read"):
        read_checkpoint(tmp_path)

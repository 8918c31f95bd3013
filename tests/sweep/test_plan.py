"""Seeds, grids, names of tasks, and the journal of what is done."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oedipus.sweep.journal import Journal
from oedipus.sweep.plan import Entry, Plan, grid_of, seeds_of
from oedipus.sweep.table import wilson


def test_seeds_are_ranges_and_numbers() -> None:
    assert seeds_of("0:3,7, 2:5", 100) == (0, 1, 2, 7, 3, 4)


@pytest.mark.parametrize("text", ["", "3:3", "a", "1:", "-1", "5:2", "0:101", "0:99999999999"])
def test_seeds_that_make_no_sense_are_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"^seeds: "):
        seeds_of(text, 99)


def test_a_grid_is_every_combination() -> None:
    assert grid_of(["alpha=10,0.5/1/3", "algorithm=bank,hmc"]) == (
        {"alpha": 10, "algorithm": "bank"},
        {"alpha": 10, "algorithm": "hmc"},
        {"alpha": "0.5/1/3", "algorithm": "bank"},
        {"alpha": "0.5/1/3", "algorithm": "hmc"},
    )
    assert grid_of([]) == ({},)


@pytest.mark.parametrize("flags", [["alpha"], ["alpha="], ["=1"], ["a=1,,2"], ["seed=1"], ["a=1", "a=2"]])
def test_grids_that_make_no_sense_are_named(flags: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^grid: "):
        grid_of(flags)


def test_a_task_has_the_same_name_in_a_larger_sweep() -> None:
    entry = Entry("a.riddle", "f" * 64)
    small = {one["id"] for one in Plan((entry,), (0, 1), ({"alpha": 10},)).tasks()}
    large = {one["id"] for one in Plan((entry, Entry("b", "0" * 64)), (0, 1, 2), ({"alpha": 10}, {})).tasks()}
    assert len(small) == 2
    assert small < large
    assert len(large) == 12


ROWS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(), st.booleans()), max_size=12)


@given(rows=ROWS, cut=st.integers(0, 400))
def test_a_journal_that_was_cut_keeps_every_complete_line(
    rows: list[tuple[str, int, bool]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "rows.jsonl"
    lines = [json.dumps({"id": name, "value": value} | ({"error": "x"} if bad else {})) for name, value, bad in rows]
    content = "".join(f"{line}\n" for line in lines).encode()[:cut]
    path.write_bytes(content)
    journal = Journal(path)
    complete = [json.loads(line) for line in content.decode().split("\n")[:-1]]
    expected: dict[str, object] = {}
    for row in complete:  # the first result counts, and any result more than an error
        if row["id"] not in expected or "error" in expected[row["id"]]:  # type: ignore[operator]
            expected[row["id"]] = row
    assert journal.rows == expected
    journal.add([{"id": "z", "value": 1}])
    assert Journal(path).rows == expected | {"z": {"id": "z", "value": 1}}


def test_a_journal_takes_each_task_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "rows.jsonl")
    assert journal.add([{"id": "a", "error": "no"}]) == [{"id": "a", "error": "no"}]
    assert not journal.done("a")
    assert journal.add([{"id": "a", "value": 1}]) == [{"id": "a", "value": 1}]
    assert journal.add([{"id": "a", "value": 2}]) == []
    assert Journal(tmp_path / "rows.jsonl").rows == {"a": {"id": "a", "value": 1}}


@pytest.mark.parametrize(("right", "of"), [(0, 10), (10, 10), (88, 100), (1, 3)])
def test_the_interval_is_wilsons(right: int, of: int) -> None:
    """Its ends are the shares p with (right/of − p)² = z² p (1 − p) / of, or 0 and 1."""
    for end in wilson(right, of):
        assert (right / of - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / of, rel=1e-5, abs=1e-9)
    low, high = wilson(right, of)
    assert 0 <= low <= right / of <= high <= 1
    assert high - low > 0

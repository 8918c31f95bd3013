import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from oedipus.compiler import checked as c
from oedipus.compiler import program as p
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.serialise import ProgramFileError, decode, encode, read, text, write
from oedipus.networks.cards import Card, read_cards
from oedipus.testing import riddles

CARDS = read_cards()


def same_body(one: p.Body, other: p.Body) -> bool:
    match one, other:
        case p.Tensor(), p.Tensor():
            return one.values.dtype == other.values.dtype and np.array_equal(one.values, other.values)
        case p.Diagram(), p.Diagram():
            pairs = zip(one.layers, other.layers, strict=True)
            return all(left.dtype == right.dtype and np.array_equal(left, right) for left, right in pairs)
    return one == other


def same(one: p.Program, other: p.Program) -> bool:
    fields = [name for name in p.Program.__dataclass_fields__ if name != "factors"]
    pairs = list(zip(one.factors, other.factors, strict=True))
    return all(getattr(one, name) == getattr(other, name) for name in fields) and all(
        same_body(left.body, right.body)
        and (left.name, left.readouts, left.alpha, left.line, left.text)
        == (right.name, right.readouts, right.alpha, right.line, right.text)
        for left, right in pairs
    )


@settings(max_examples=50, deadline=None)
@given(riddles(CARDS))
def test_what_is_written_is_read(riddle: c.Riddle) -> None:
    program = compile_riddle(riddle, CARDS)
    assert same(decode(*encode(program)), program)
    assert same(decode(text(program)), program)
    assert encode(decode(*encode(program))) == encode(program)


def full(three_numbers: c.Riddle) -> p.Program:
    clause = c.Clause("VI", c.Measurement("first", (("coarsen", (4,)), ("gray", ())), 0.5, 0.25), alpha=3.0)
    chosen = c.Settings((0.5, 1.0), "joint", ("first",), False, {"first": 1}, "hmc", {"seed": 3}, ("lib",), "x.st")
    return compile_riddle(c.Riddle(three_numbers.variables, (*three_numbers.clauses, clause), chosen), CARDS)


def test_files(three_numbers: c.Riddle, tmp_path: Path) -> None:
    program = full(three_numbers)
    write(program, tmp_path / "riddle.json")
    assert same(read(tmp_path / "riddle.json"), program)
    assert {path.name for path in tmp_path.iterdir()} == {"riddle.json", "riddle.safetensors"}


def test_nothing_is_left_where_writing_fails(three_numbers: c.Riddle, tmp_path: Path) -> None:
    (tmp_path / "riddle.safetensors.partial").mkdir()
    with pytest.raises(OSError, match="partial"):
        write(full(three_numbers), tmp_path / "riddle.json")
    assert {path.name for path in tmp_path.iterdir()} == {"riddle.safetensors.partial"}


def test_the_same_bytes_in_another_process(three_numbers: c.Riddle, tmp_path: Path) -> None:
    program = full(three_numbers)
    write(program, tmp_path / "a.json")
    again = (
        "import sys; from pathlib import Path; from oedipus.compiler.serialise import read, write;"
        "write(read(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", again, tmp_path / "a.json", tmp_path / "b.json"], check=True)
    for suffix in ("json", "safetensors"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda plain: plain.pop("factors"),
        lambda plain: plain.update(format="other"),
        lambda plain: plain["factors"][0].update(readouts=[99]),
        lambda plain: plain["factors"][0].update(body={"cube": []}),
        lambda plain: plain["variables"].append(plain["variables"][0]),
        lambda plain: plain["factors"][1]["body"].update(tensor=[[1, 0], [1]]),
    ],
)
def test_damaged_programs_are_refused(damage: object, three_numbers: c.Riddle) -> None:
    plain = json.loads(text(full(three_numbers)))
    damage(plain)  # type: ignore[operator]
    with pytest.raises(ProgramFileError):
        decode(json.dumps(plain))


def test_damaged_files_are_refused(three_numbers: c.Riddle, tmp_path: Path, cards: Mapping[str, Card]) -> None:
    path = tmp_path / "riddle.json"
    with pytest.raises(ProgramFileError, match="No such file"):
        read(path)
    write(full(three_numbers), path)
    other = compile_riddle(three_numbers, cards)
    path.with_suffix(".safetensors").write_bytes(encode(other)[1] + b" ")
    with pytest.raises(ProgramFileError):
        read(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ProgramFileError):
        read(path)

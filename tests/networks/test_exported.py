"""Exported programs from strangers: archives crafted to do more than compute are refused, by name, and do nothing."""

import io
import json
import logging
import os
import pickle
import struct
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from oedipus.networks.cards import Card
from oedipus.networks.exported import ExportError, load_program
from oedipus.networks.exported_archive import checked_archive
from oedipus.networks.exported_graph import checked_sizes
from oedipus.networks.exported_operators import COMPUTING
from oedipus.networks.library import load_network

ROOT, MODEL = "archive", "archive/models/model.json"


class Small(nn.Module):
    """Four latents to pictures of 1 × 2 × 2."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, latents: Tensor) -> Tensor:
        return self.layer(latents).sigmoid().reshape(-1, 1, 2, 2)


def exported(network: nn.Module) -> bytes:
    out = io.BytesIO()
    shapes = ({0: torch.export.Dim("rows")},)
    torch.export.save(torch.export.export(network.eval(), (torch.randn(2, 4),), dynamic_shapes=shapes), out)
    return out.getvalue()


@pytest.fixture(scope="module")
def program() -> bytes:
    torch.manual_seed(0)
    return exported(Small())


def rewritten(program: bytes, change: Callable[[dict[str, bytes]], None], how: int = zipfile.ZIP_STORED) -> bytes:
    """The archive after ``change`` had its members, all in the folder that every archive has."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(program)) as archive:
        members = {f"{ROOT}/{name.partition('/')[2]}": archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(out, "w", how) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def with_graph(program: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    def members(found: dict[str, bytes]) -> None:
        model = json.loads(found[MODEL])
        change(model)
        found[MODEL] = json.dumps(model).encode()

    return rewritten(program, members)


def call(target: str, *arguments: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    inputs = [{"name": name, "arg": value, "kind": 1} for name, value in arguments]
    outputs = [{"as_tensor": {"name": "linear"}}]
    return {"target": target, "inputs": inputs, "outputs": outputs, "metadata": {}, "name": "linear"}


def with_call(program: bytes, node: dict[str, Any]) -> bytes:
    """The first call of the graph is replaced by another."""
    return with_graph(program, lambda model: model["graph_module"]["graph"]["nodes"].__setitem__(0, node))


def test_a_program_that_computes_is_let_in(program: bytes) -> None:
    torch.manual_seed(0)
    own, rows = Small(), torch.randn(3, 4)
    torch.testing.assert_close(load_program(program)(rows), own(rows))


def test_from_file_neither_makes_nor_overwrites_a_file(program: bytes, tmp_path: Path) -> None:
    target = tmp_path / "precious.bin"
    target.write_bytes(b"precious")
    arguments = ("filename", {"as_string": str(target)}), ("shared", {"as_bool": True}), ("size", {"as_int": 1024})
    with pytest.raises(ExportError, match=r"calls 'torch\.ops\.aten\.from_file\.default', which is not among"):
        load_program(with_call(program, call("torch.ops.aten.from_file.default", *arguments)))
    assert target.read_bytes() == b"precious"


@pytest.mark.parametrize(
    "target",
    [
        "torch.ops.aten.set_.source_Storage",
        "torch.ops.aten.resize_.default",
        "torch.ops.aten.resize_as_.default",
        "torch.ops.aten.rand.default",
        "torch.ops.aten.empty.memory_format",
        "torch.ops.aten.add.out",
        "torch.ops.aten._local_scalar_dense.default",
        "torch.ops.higher_order.cond",
        "torch.ops.mylib.anything.default",
        "torch.ops.profiler._record_function_enter_new.default",
        "_operator.attrgetter",
        "builtins.eval",
    ],
)
def test_operators_that_do_more_than_compute_are_named(target: str, program: bytes) -> None:
    with pytest.raises(ExportError, match=target.replace(".", r"\.")):
        load_program(with_call(program, call(target, ("self", {"as_tensor": {"name": "latents"}}))))


def test_every_operator_on_the_list_exists_and_no_other_kind_does() -> None:
    known = set(dir(torch.ops.aten)) | {name.partition("::")[2].partition(".")[0] for name in all_operators()}
    assert len(COMPUTING & known) > 300
    forbidden = {
        "from_file",
        "set_",
        "resize_",
        "resize_as_",
        "empty",
        "empty_strided",
        "rand",
        "randn",
        "save",
        "_print",
    }
    assert not COMPUTING & forbidden
    for schema in torch._C._jit_get_all_schemas():
        name = schema.name.partition("::")[2]
        if schema.name.startswith("aten::") and name in COMPUTING:
            texts = {one.name for one in schema.arguments if str(one.type) == "str"}
            assert not texts & {"filename", "path", "file", "name"}, schema.name


def all_operators() -> list[str]:
    return [one.name for one in torch._C._jit_get_all_schemas()]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"as_string": "/etc/passwd"}, "the text '/etc/passwd'"),
        ({"as_operator": "torch.ops.aten.from_file.default"}, "a operator"),
        ({"as_graph": {"name": "inner", "graph": {}}}, "a graph"),
        ({"as_custom_obj": {"name": "x", "class_fqn": "y"}}, "a custom_obj"),
        ({"as_strings": ["a"]}, "a strings"),
    ],
)
def test_arguments_that_no_tensor_needs(argument: dict[str, Any], message: str, program: bytes) -> None:
    with pytest.raises(ExportError, match=message):
        load_program(with_call(program, call("torch.ops.aten.sigmoid.default", ("self", argument))))


@pytest.mark.parametrize(
    "sizes",
    [
        "Pow(9, Pow(9, Pow(9, 9)))",
        "9**9**9**9",
        "Pow(Integer(9), Integer(99999999))",
        "Pow(s0, s0)",
        "Pow(Pow(Pow(Symbol('s0'), 8), 8), 8)",
        "(" * 900 + "s0" + ")" * 900,
        "s0 + " * 700 + "s0",
        "__import__('os')",
        "Symbol('s0').__class__",
        "factorial(99999999)",
        "9" * 40,
        "Symbol('x y')",
        "lambda: 1",
        "",
    ],
)
def test_sizes_that_would_never_end(sizes: str, program: bytes) -> None:
    start = time.process_time()
    with pytest.raises(ExportError, match="is no size"):
        checked_sizes(sizes)
    changed = rewritten(
        program,
        lambda found: found.__setitem__(
            MODEL,
            found[MODEL].replace(b'"expr_str": "', b'"expr_str": ' + json.dumps(sizes + "#")[:-2].encode() + b" + ", 1),
        ),
    )
    with pytest.raises(ExportError):
        load_program(changed)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "sizes", ["Symbol('s77', positive=True, integer=True)", "2*s0 + 1", "FloorDiv(s0 + 1, 2)", "Pow(s0, Integer(2))"]
)
def test_sizes_as_torch_writes_them(sizes: str) -> None:
    checked_sizes(sizes)


@pytest.mark.parametrize(
    "spec",
    [
        [
            1,
            {
                "type": "collections.defaultdict",
                "context": '{"default_factory_module": "antigravity"}',
                "children_spec": [],
            },
        ],
        [1, {"type": "builtins.dict", "context": '[{"__enum__": true, "fqn": "antigravity:x"}]', "children_spec": []}],
        [1, {"type": "mymodule.Thing", "context": "null", "children_spec": []}],
    ],
)
def test_tree_specifications_import_nothing(spec: list[Any], program: bytes) -> None:
    def change(model: dict[str, Any]) -> None:
        model["graph_module"]["module_call_graph"][0]["signature"]["in_spec"] = json.dumps(spec)

    with pytest.raises(ExportError, match="nested in types"):
        load_program(with_graph(program, change))


def test_names_become_no_source(program: bytes) -> None:
    changed = program.replace(b"p_layer_weight", b"p;open('x','w')"[:14])
    assert changed != program
    with pytest.raises(ExportError):
        load_program(changed)


def test_tensors_larger_than_memory_are_not_made(program: bytes) -> None:
    node = call("torch.ops.aten.zeros.default", ("size", {"as_ints": [1 << 20, 1 << 20]}))
    with pytest.raises(ExportError, match="makes a tensor of more than"):
        load_program(with_call(program, node))


class Wide(nn.Module):
    """Makes 4 × 10¹⁰ numbers from four, each step an honest one."""

    def forward(self, latents: Tensor) -> Tensor:
        flat = latents.reshape(-1)
        for _ in range(5):
            flat = torch.outer(flat, flat).reshape(-1)[:200_000]
        return torch.outer(flat, flat)


def test_tensors_that_grow_on_the_way_are_found_without_making_them() -> None:
    program = torch.export.export(Wide(), (torch.randn(2, 4),))
    out = io.BytesIO()
    torch.export.save(program, out)
    with pytest.raises(ExportError, match="makes a tensor of"):
        load_program(out.getvalue())


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked(program: bytes) -> None:
    start = time.process_time()
    bomb = rewritten(
        program,
        lambda found: found.__setitem__(f"{ROOT}/data/weights/weight_0", bytes(300 << 20)),
        zipfile.ZIP_DEFLATED,
    )
    made = time.process_time()
    with pytest.raises(ExportError, match="which is more than is let in"):
        checked_archive(bomb)
    assert time.process_time() - made < max(0.5, (made - start) / 4)


def test_members_that_are_larger_than_they_say(program: bytes) -> None:
    big = rewritten(
        program, lambda found: found.__setitem__(f"{ROOT}/data/weights/weight_0", bytes(3 << 20)), zipfile.ZIP_DEFLATED
    )
    lying = big.replace(struct.pack("<I", 3 << 20), struct.pack("<I", 16))
    assert lying != big
    with pytest.raises(ExportError):
        load_program(lying)


def test_one_name_twice(program: bytes) -> None:
    out = io.BytesIO(program)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(archive.namelist()[0], b"\0" * 64)
    with pytest.raises(ExportError, match="each once"):
        load_program(out.getvalue())


class Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    "member",
    ["data/sample_inputs/model.pt", "data/weights/weight_0", "data/weights/model.pt", "data/constants/custom_obj_0"],
)
def test_nothing_is_unpickled(member: str, program: bytes, tmp_path: Path) -> None:
    bomb = pickle.dumps(Bomb(tmp_path / "gone_off"))
    spoilt = rewritten(program, lambda found: found.__setitem__(f"{ROOT}/{member}", bomb))
    if member == "data/sample_inputs/model.pt":
        load_program(spoilt)
    else:
        with pytest.raises(ExportError):
            load_program(spoilt)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"sizes": [{"as_int": 4}, {"as_int": 4}]',
            '"sizes": [{"as_int": 4}, {"as_int": 4000}]',
            "larger than what is",
        ),
        ('"storage_offset": {"as_int": 0}', '"storage_offset": {"as_int": 99}', "larger than what is"),
        ('"use_pickle": false', '"use_pickle": 1', "is pickled"),
        ('"device": {"type": "cpu"', '"device": {"type": "meta"', "type or on a device"),
    ],
)
def test_weights_lie_inside_what_is_stored(old: str, new: str, message: str, program: bytes) -> None:
    config = f"{ROOT}/data/weights/model_weights_config.json"

    def change(found: dict[str, bytes]) -> None:
        assert old.encode() in found[config]
        found[config] = found[config].replace(old.encode(), new.encode())

    with pytest.raises(ExportError, match=message):
        load_program(rewritten(program, change))


def test_weights_are_numbers(program: bytes) -> None:
    nan = struct.pack("<f", float("nan"))
    spoilt = rewritten(
        program,
        lambda found: found.__setitem__(
            f"{ROOT}/data/weights/weight_0", nan + found[f"{ROOT}/data/weights/weight_0"][4:]
        ),
    )
    with pytest.raises(ExportError, match=r"'layer\.weight' has entries that are no number"):
        load_program(spoilt)


def test_graphs_that_nest_without_end(program: bytes) -> None:
    deep = b'{"a": ' * 100_000 + b"1" + b"}" * 100_000
    with pytest.raises(ExportError, match="nests too deep"):
        load_program(rewritten(program, lambda found: found.__setitem__(MODEL, deep)))


def test_torch_tells_nothing_of_its_own(
    program: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = with_graph(program, lambda model: model["graph_module"].pop("signature"))
    short = with_call(program, call("torch.ops.aten.linear.default", ("input", {"as_tensor": {"name": "latents"}})))
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        for content in (missing, short, program[: len(program) // 2], os.urandom(500)):
            with pytest.raises(ExportError) as caught:
                load_program(content)
            assert "\n" not in str(caught.value)
            assert "Traceback" not in str(caught.value)
        assert "Traceback" not in caplog.text
    assert "Traceback" not in capfd.readouterr().err
    assert logging.root.manager.disable == logging.NOTSET


@pytest.mark.parametrize("name", ["digit", "digit_classifier", "digit_judge", "face", "age", "gender"])
def test_shipped_networks_as_programs(name: str, cards: Mapping[str, Card]) -> None:
    """What is let in is enough for every network of the library."""
    network = load_network(cards[name])
    generator = cards["digit" if cards[name].kind == "digit" else "face"]
    given = torch.rand(2, generator.latents) if name == generator.name else torch.rand(2, *generator.shape)
    out = io.BytesIO()
    program = torch.export.export(network, (given,), dynamic_shapes=({0: torch.export.Dim("rows")},))
    with warnings.catch_warnings(action="ignore"):  # torch's, of weights whose channels are stored last
        torch.export.save(program, out)
    more = torch.cat([given, given.flip(0), given[:1]])
    torch.testing.assert_close(load_program(out.getvalue())(more), network(more), atol=1e-4, rtol=1e-4)


class Attention(nn.Module):
    """Layers that no network here has and many others do."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm, self.group, self.batch = nn.LayerNorm(8), nn.GroupNorm(2, 8), nn.BatchNorm1d(8)
        self.up = nn.ConvTranspose1d(8, 4, 2, stride=2)

    def forward(self, latents: Tensor) -> Tensor:
        rows = self.norm(latents.repeat(1, 6).unflatten(1, (3, 8)))
        attended, _ = self.attend(rows, rows, rows, need_weights=False)
        mixed = torch.einsum("bij,bkj->bik", attended, rows).softmax(dim=-1) @ attended
        tall = self.up(nn.functional.gelu(self.batch(self.group(mixed.transpose(1, 2))), approximate="tanh"))
        return nn.functional.pad(tall, (1, 1), mode="reflect").clamp(-1, 1).cumsum(dim=2)


def test_layers_of_other_generators() -> None:
    torch.manual_seed(0)
    network, rows = Attention().eval(), torch.randn(5, 4)
    torch.testing.assert_close(load_program(exported(network))(rows), network(rows), atol=1e-5, rtol=1e-5)

"""Generators that users bring: exported programs, style generators, other latent spaces, bounded memory."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.architectures import build
from oedipus.networks.architectures.style_generator import StyleGenerator
from oedipus.networks.cards import CardError, read_card, read_cards
from oedipus.networks.exported import ExportError, load_program, plain
from oedipus.networks.frugal import Affine, Frugal, fit_prior
from oedipus.networks.library import WeightsError, load_network, save_weights
from oedipus.runtime.posterior import load_posterior

SIZES = {"latents": 12, "styles": 16, "layers": 2, "width": 2, "side": 16}
CARD = """
name = "style"
role = "generator"
kind = "portrait"
architecture = "{architecture}"
[options]
{options}
[picture]
shape = [3, 16, 16]
range = [-1.0, 1.0]
[memory]
chunk = 2
recompute = true
[language]
nouns = ["portrait"]
"""


@pytest.fixture(scope="module")
def generator() -> nn.Module:
    torch.manual_seed(0)
    return build("style_generator", **SIZES).requires_grad_(False)


def exported(network: nn.Module, **options: object) -> bytes:
    out = io.BytesIO()
    shapes = options or {"dynamic_shapes": ({0: torch.export.Dim("rows")},)}
    torch.export.save(torch.export.export(network, (torch.randn(2, 12),), **shapes), out)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.fixture(scope="module")
def program(generator: nn.Module) -> bytes:
    return exported(generator)


def library(folder: Path, architecture: str = "exported") -> Path:
    shown = SIZES if architecture != "exported" else {"latents": 12}
    options = "\n".join(f"{name} = {value}" for name, value in shown.items())
    (folder / "style.toml").write_text(CARD.format(architecture=architecture, options=options))
    return folder


def latents(rows: int = 5) -> Tensor:
    return torch.randn(rows, 12, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("architecture", ["exported", "style_generator"])
def test_a_library_with_a_style_generator(
    architecture: str, generator: nn.Module, program: bytes, tmp_path: Path
) -> None:
    """The same pictures from program and from weights, as the posterior sees them: in 0..1."""
    library(tmp_path, architecture)
    if architecture == "exported":
        (tmp_path / "style.pt2").write_bytes(program)
    else:
        save_weights(generator, tmp_path / "style.safetensors")
    cards = read_cards([tmp_path])
    posterior = load_posterior(compile_text("portrait x\ncoarsen(x, 8) = 0.5 ± 0.1\n", cards), cards)
    points = latents()
    expected = (generator(points) + 1) / 2
    torch.testing.assert_close(posterior.pictures(points)[0], expected)
    residual = (expected.unflatten(2, (2, 8)).unflatten(4, (2, 8)).mean(dim=(3, 5)).flatten(1) - 0.5) / 0.1
    torch.testing.assert_close(posterior.evaluate(points, 1.0).log_likelihood, -residual.square().sum(1) / 2)
    # Forward-mode and backward derivatives, which MGVI needs, pass through the parts.
    torch.testing.assert_close(posterior.coordinates(points, 1.0), residual)
    tangent = latents()
    _, pushed = torch.autograd.functional.jvp(lambda at: posterior.coordinates(at, 1.0), points, tangent)
    with torch.no_grad(), torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(points, tangent)
        forward = torch.autograd.forward_ad.unpack_dual(posterior.coordinates(dual, 1.0)).tangent
    torch.testing.assert_close(forward, pushed, rtol=1e-3, atol=1e-3)


def test_parts_and_recomputation_change_nothing(generator: nn.Module) -> None:
    """Values and gradients agree with drawing all at once; the network sees no more than a part at a time."""
    seen: list[int] = []
    watched = nn.Sequential(generator)
    watched.register_forward_pre_hook(lambda _, given: seen.append(len(given[0])))
    frugal = Frugal(watched, chunk=2, recompute=True, low=0.0, high=1.0)
    points = latents().requires_grad_()
    weight = torch.randn(5, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    (slope,) = torch.autograd.grad((frugal(points) * weight).sum(), points)
    assert seen == [2, 2, 1, 1, 2, 2]  # drawn in order, and once more on the way back
    (whole,) = torch.autograd.grad((generator(points) * weight).sum(), points)
    torch.testing.assert_close(slope, whole)


def kept(function: Callable[[], Tensor]) -> int:
    """Bytes that autograd keeps for the gradient."""
    sizes: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        function()
    return sum(sizes.values())


def test_recomputation_keeps_latents_alone(generator: nn.Module) -> None:
    points = latents(16).requires_grad_()
    frugal = Frugal(generator, chunk=4, recompute=True, low=0.0, high=1.0)
    assert kept(lambda: frugal(points)) < 0.2 * kept(lambda: generator(points))


def test_a_gaussian_in_w(generator: nn.Module, tmp_path: Path) -> None:
    """The fitted prior has the mapping's moments, and draws the same with a file of its own."""
    assert isinstance(generator, StyleGenerator)
    mean, root = fit_prior(generator.mapping, 12)
    fitted = Affine(generator.synthesis, mean, root, 0.2)
    true = torch.nn.functional.leaky_relu(generator.mapping(torch.randn(20_000, 12)), 5.0)
    drawn = mean + torch.randn(20_000, 16) @ root.T
    torch.testing.assert_close(drawn.mean(dim=0), true.mean(dim=0), atol=0.02, rtol=0)
    torch.testing.assert_close(drawn.T.cov(), true.T.cov(), atol=0.03, rtol=0.1)
    stored = build("style_generator", **SIZES | {"latents": 16}, fitted=True)
    stored.load_state_dict(fitted.state_dict())
    points = torch.randn(3, 16, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(stored(points), fitted(points))


def rewritten(program: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(program)) as archive, zipfile.ZipFile(out, "w") as made:
        root = archive.namelist()[0].partition("/")[0]
        for name in archive.namelist():
            made.writestr(name, change(name, archive.read(name)))
        for name, content in (extra or {}).items():
            made.writestr(f"{root}/{name}", content)
    return out.getvalue()


class Bomb:
    """Unpickling it would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


def test_sample_inputs_are_never_unpickled(program: bytes, generator: nn.Module, tmp_path: Path) -> None:
    bomb = pickle.dumps(Bomb(tmp_path / "gone_off"))
    spoilt = rewritten(program, lambda name, content: bomb if "sample_inputs" in name else content)
    torch.testing.assert_close(load_program(spoilt)(latents()), generator(latents()))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("model.json", '"torch.ops.aten.linear.default"', '"torch.os.system"', "calls 'torch.os.system'"),
        ("model.json", '"torch.ops.aten.linear.default"', '"torch.hub.load"', "calls 'torch.hub.load'"),
        ("model.json", '"expr_str": "Symbol', '"expr_str": "exec(1) + Symbol', "is no size"),
        ("weights_config.json", '"use_pickle": false', '"use_pickle": true', "is pickled"),
        ("weights_config.json", '"weight_0"', '"../weight_0"', "is pickled"),
    ],
)
def test_what_could_run_code_is_refused(program: bytes, name: str, old: str, new: str, message: str) -> None:
    changed = rewritten(
        program, lambda path, content: content.replace(old.encode(), new.encode()) if path.endswith(name) else content
    )
    assert changed != rewritten(program, lambda _, content: content)
    with pytest.raises(ExportError, match=message):
        load_program(changed)


@pytest.mark.parametrize(
    "name", ["data/weights/model.pt", "data/aotinductor/model/x.so", "data/constants/custom_obj_0"]
)
def test_other_contents_are_refused(program: bytes, name: str) -> None:
    with pytest.raises(ExportError, match="neither weights nor graph"):
        load_program(rewritten(program, lambda _, content: content, {name: b"\0"}))


def test_guards_are_left_out(program: bytes) -> None:
    def guarded(path: str, content: bytes) -> bytes:
        if not path.endswith("model.json"):
            return content
        return json.dumps(json.loads(content) | {"guards_code": ["open('gone_off', 'w')"]}).encode()

    with zipfile.ZipFile(io.BytesIO(plain(rewritten(program, guarded)))) as archive:
        (model,) = (name for name in archive.namelist() if name.endswith("model.json"))
        assert json.loads(archive.read(model))["guards_code"] == []


def test_damaged_programs_end_in_one_line(program: bytes, tmp_path: Path) -> None:
    library(tmp_path)
    for content in (b"", b"PK", program[:3000], program[:-30]):
        (tmp_path / "style.pt2").write_bytes(content)
        with pytest.raises(WeightsError, match="does not fit its card") as caught:
            load_network(read_cards([tmp_path])["style"])
        assert "\n" not in str(caught.value)


def test_a_program_is_held_against_its_card(generator: nn.Module, program: bytes, tmp_path: Path) -> None:
    (library(tmp_path) / "style.pt2").write_bytes(program)
    card = tmp_path / "style.toml"
    text = card.read_text()
    card.write_text(text.replace("[3, 16, 16]", "[3, 32, 32]"))
    with pytest.raises(WeightsError, match="its card says"):
        load_network(read_cards([tmp_path])["style"])
    card.write_text(text.replace("latents = 12", "latents = 13"))
    with pytest.raises(WeightsError, match="from 13 latents"):
        load_network(read_cards([tmp_path])["style"])
    card.write_text(text)
    (tmp_path / "style.pt2").write_bytes(exported(generator, dynamic_shapes=None))
    with pytest.raises(WeightsError, match="dynamic number of rows"):
        load_network(read_cards([tmp_path])["style"])


@pytest.mark.parametrize("line", ["chunk = 0", "recompute = 3", "chunks = 2"])
def test_memory_of_a_card(line: str, tmp_path: Path) -> None:
    path = library(tmp_path) / "style.toml"
    path.write_text(
        path.read_text().replace("chunk = 2", line).replace("recompute = true\n", "", line == "recompute = 3")
    )
    with pytest.raises(CardError, match="memory"):
        read_card(path)

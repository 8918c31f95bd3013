"""Generators as ``torch.export`` programs (``.pt2``): what such a file holds is checked before torch reads it.

A ``.pt2`` is a zip archive. Its weights are raw numbers beside JSON that says their
shapes, its graph is JSON, but ``torch.export.load`` would also unpickle sample
inputs and odd tensors, call any function that the graph names, and evaluate
expressions and guards as Python. None of that is needed to draw pictures: sample
inputs and guards are left out, and an archive with anything else than plain
weights and calls of operators that compute is refused
(:mod:`oedipus.networks.exported_archive`, :mod:`oedipus.networks.exported_graph`).
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import Interpreter, Node
from torch.utils import _pytree as tree

from oedipus.networks.exported_archive import checked_archive
from oedipus.networks.exported_graph import Ends, ExportError

LARGEST = 1 << 31
"""Most entries of a tensor that a program makes of two rows."""


def load_program(content: bytes, name: str = "program") -> nn.Module:
    """The program in the bytes of a ``.pt2`` file, as a module. Raises :class:`ExportError`.

    ``name`` is what the module is called where it fails later.
    """
    plain, ends = checked_archive(content)
    try:
        with _silent():
            module = torch.export.load(io.BytesIO(plain)).module()
            _measure(module, ends)
    except ExportError:
        raise
    except Exception as error:  # torch raises whatever its readers stumble over
        raise ExportError(f"torch {torch.__version__} cannot read this program ({reason_of(error)})") from None
    return Program(module, name)


# Not every exception: recomputation in parts ends a forward pass by one of its own.
_FAILURES = (RuntimeError, ValueError, TypeError, LookupError, AssertionError, ArithmeticError, AttributeError)


class Program(nn.Module):
    """An exported module whose own failures are told in one line, as :class:`ExportError`."""

    def __init__(self, module: nn.Module, name: str) -> None:
        super().__init__()
        self.module, self.name = module, name

    def forward(self, *given: Tensor) -> Tensor:
        """What the program computes."""
        try:
            drawn: Tensor = self.module(*given)
        except _FAILURES as error:
            raise ExportError(f"'{self.name}' failed: {reason_of(error)}") from None
        return drawn


def plain(content: bytes) -> bytes:
    """The archive again with weights and graph alone. Raises :class:`ExportError` where it needs more than these."""
    return checked_archive(content)[0]


def reason_of(error: BaseException) -> str:
    """The first line that says anything of what torch raised."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith(("Traceback", "File", "While"))), "")
    return "".join(char if char.isprintable() else " " for char in first)[:200] or type(error).__name__


class _Measured(Interpreter):
    """Runs a graph on tensors without contents."""

    def run_node(self, n: Node) -> object:
        out = super().run_node(n)
        for leaf in tree.tree_leaves(out):
            if isinstance(leaf, Tensor) and leaf.numel() > LARGEST:
                raise ExportError(f"its graph makes a tensor of {leaf.numel():,} entries by '{n.target}'")
        return out


def _measure(module: torch.fx.GraphModule, ends: Ends) -> None:
    """Follow the shapes of two rows through the graph, so that nothing large is made before its size is known."""
    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        given = [torch.empty([2 if size is None else size for size in shape]) for shape in ends.inputs]
        _Measured(module).run(*given)


@contextmanager
def _silent() -> Iterator[None]:
    """What torch tells of files that it cannot read, tracebacks among it, is told by us in one line."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(before)

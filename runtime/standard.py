"""PyTorch as this package expects it, whatever its caller has set: single precision, gradients, no automatic casts;
and the devices of this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def standard() -> Iterator[None]:
    """Inside, tensors are single precision and on the processor unless something else is said, and gradients are
    taken unless that is switched off here; afterwards everything is as the caller had it."""
    dtype = torch.get_default_dtype()
    with ExitStack() as held:
        held.enter_context(torch.inference_mode(mode=False))
        held.enter_context(torch.enable_grad())
        if torch.get_default_device().type != "cpu":  # every call of torch pays for such a context
            held.enter_context(torch.device("cpu"))
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                held.enter_context(torch.autocast(kind, enabled=False))
        torch.set_default_dtype(torch.float32)
        held.callback(torch.set_default_dtype, dtype)
        yield


def standardised(function: Callable[P, T]) -> Callable[P, T]:
    """The function, run under :func:`standard`."""

    @wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> T:
        with standard():
            return function(*arguments, **named)

    return run


def find_device(name: torch.device | str) -> torch.device:
    """The device of that name. Raises ``ValueError`` where this machine has none."""
    try:
        device = torch.device(name)
        torch.ones(1, device=device).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device: '{name}' cannot be used here ({reason})") from error
    return device

"""Network architectures, one module each, found by the name a card gives.

Every module here exports ``build(**options) -> torch.nn.Module``; the card's
``[options]`` table is passed on as keyword arguments. The last layer of a
classifier is called ``scores``: ``oedipus check`` holds its size against the
card's classes without building the network.
"""

from importlib import import_module, util

from torch import nn


def build(name: str, **options: int) -> nn.Module:
    """Build the architecture ``name``, in evaluation mode, with fresh weights.

    Raises ``LookupError`` where no module of that name exists here.
    """
    path = f"{__name__}.{name}"
    if not name.isidentifier() or util.find_spec(path) is None:
        raise LookupError(f"no architecture is called '{name}'")
    module: nn.Module = import_module(path).build(**options)
    return module.eval()

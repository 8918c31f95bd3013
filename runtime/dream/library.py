"""Modules of the library: what has dreamt already of riddles that are asked often.

A module of the library lies in a directory of its own beside the cards of the networks, the shipped ones or those of
``--use``. It fits a riddle by its hashes: program, weights of every network, range of every σ.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from oedipus.networks.files import MEGA, read_regular
from oedipus.runtime.dream.module import CARD, STRANGE, ModuleError, read_module
from oedipus.runtime.posterior import Posterior

KEPT = 256
COVERS = 0.7
"""Median of the k-hat of held-out cases up to which a module is taken unasked."""


def find(posterior: Posterior) -> Path | None:
    """The directory of the first module that has dreamt of this riddle's family and covers its posteriors, as its card
    tells; None where there is none, or the data are unlike what was dreamt."""
    for directory in sorted({card.directory for card in posterior.cards.values()}):
        for path in _candidates(directory, tuple(one.generator for one in posterior.program.variables)):
            try:
                module = read_module(path)
                if module.strangeness(module.ask(posterior)) < STRANGE:
                    return path
            except ModuleError:
                continue
    return None


def named(posterior: Posterior, name: str) -> Path:
    """The directory ``name``, or where there is none the library's module of that name."""
    folders = sorted({card.directory for card in posterior.cards.values()})
    known = (folder / name for folder in folders if (folder / name / CARD).is_file())
    return Path(name) if Path(name).exists() else next(known, Path(name))


def options(module: Path, samples: int) -> dict[str, str | int]:
    """How it is asked: for as many draws as a bank would keep, which make the result a generator, taken by weights."""
    kept = max(KEPT, samples)
    return {"module": str(module), "samples": kept, "weighed": 2 * kept}


def why(module: Path) -> str:
    """Why this one is taken, in a sentence."""
    return f"the library's module '{module.name}' has dreamt of it"


def _candidates(directory: Path, generators: tuple[str, ...]) -> Iterator[Path]:
    """Modules of a directory that look at the generators, and whose cards say that they cover posteriors."""
    for path in sorted(directory.glob(f"*/{CARD}")):
        try:
            told = _card(path, path.stat().st_mtime_ns)
        except (OSError, ValueError):
            continue
        networks, figures = told.get("networks"), told.get("figures")
        if not isinstance(networks, dict) or not isinstance(figures, dict) or not set(generators) <= set(networks):
            continue
        khat = figures.get("khat_median")
        if isinstance(khat, float) and khat <= COVERS:
            yield path.parent


@cache
def _card(path: Path, changed: int) -> dict[str, object]:  # noqa: ARG001
    """A card as plain data, read once for each time it is ``changed``. Raises ``OSError``, ``ValueError``."""
    return tomllib.loads(read_regular(path, MEGA).decode("utf-8"))

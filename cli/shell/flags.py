"""Flags that several commands have, each said once."""

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Optional

import typer

from oedipus.compiler.options import ALGORITHMS, AUTO, MOST_SEED
from oedipus.service.limits import MOST_THREADS

EVENTS = ContextVar("EVENTS", default=False)
"""Whether the command that runs tells everything as JSON."""
NAMES = (AUTO, *ALGORITHMS)


def _names(incomplete: str) -> list[str]:
    return [name for name in NAMES if name.startswith(incomplete)]


def _noted(json: bool) -> bool:
    EVENTS.set(json)
    return json


File = Annotated[str, typer.Argument(help="A riddle file, or - for standard input.")]
Json = Annotated[bool, typer.Option("--json", callback=_noted, help="One JSON object a line on stdout.")]
Use = Annotated[
    Optional[list[Path]],  # noqa: UP045
    typer.Option("--use", metavar="DIRECTORY", help="Also read the network cards of this directory; repeatable."),
]
Algorithm = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help=f"How to infer: {', '.join(NAMES)} (docs/inference.md).", autocompletion=_names),
]
Seed = Annotated[Optional[int], typer.Option(min=0, max=MOST_SEED, help="Seed of all randomness.")]  # noqa: UP045
Samples = Annotated[Optional[int], typer.Option(help="Posterior samples to draw at the end.")]  # noqa: UP045
Options = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(metavar="NAME=VALUE", help="Any other hyper-parameter, such as draws=1000 of hmc; repeatable."),
]
Out = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("-o", "--out", help="Directory for result, samples, posterior, trace, report."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in the directory of --out.")]
Device = Annotated[str, typer.Option(help="cpu or cuda.")]
Threads = Annotated[
    int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads; the batches are small, one is usually best.")
]

"""Measured runs over processes of this machine or a cluster, kept one by one; the same command goes on with them."""

import argparse
import copyreg
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import cloudpickle
import torch
from report import HERE

from oedipus.sweep.journal import Journal, Row
from oedipus.sweep.spread import Crew, Tally, Task, Work, spread


def add_flags(parser: argparse.ArgumentParser) -> None:
    """``--workers``, ``--cluster`` and ``--keep``."""
    parser.add_argument("--workers", type=int, default=1, help="processes; one, where seconds are to be compared")
    parser.add_argument("--cluster", help="a Dask scheduler, such as tcp://10.0.0.1:8786, in the place of processes")
    parser.add_argument("--keep", type=Path, help="a folder of what each run gave; those in it are not run again")


def over(tasks: Sequence[Task], work: Work, asked: argparse.Namespace) -> list[Row]:
    """The row of each task, in order. Ends with the first error where one failed."""
    for module in list(sys.modules.values()):  # what workers elsewhere cannot import travels itself
        file = getattr(module, "__file__", None)
        if file is not None and Path(file).parent == HERE and module.__name__ not in ("__main__", "__mp_main__"):
            cloudpickle.register_pickle_by_value(module)
    # A function that says `torch` and `.classes`, of a card, is taken to need this module, which does not say how it is
    # pickled.
    copyreg.pickle(type(torch.classes), lambda module: (import_module, (module.__name__,)))
    with tempfile.TemporaryDirectory() as folder:
        kept = asked.keep or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        rows = spread(tasks, work, Journal(kept / "rows.jsonl"), Crew(asked.cluster, asked.workers), watch=_said)
    for row in rows:
        if "error" in row:
            raise SystemExit(f"{row['id']}: {row['error']}")
    return rows


def _said(at: Tally) -> None:
    for row in at.rows:
        short = {name: value for name, value in row.items() if not isinstance(value, dict | list) or len(value) < 12}
        print(f"{at.done} of {at.total}", short, flush=True)

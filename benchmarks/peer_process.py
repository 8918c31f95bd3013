"""Peers of benchmarks/peers.py from our side: their environment, their processes, and what these are handed."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from report import HERE
from torch import Tensor

from oedipus.compiler import program
from oedipus.runtime.posterior import Posterior

PINNED = ("numpyro==0.22.0", "jax[cpu]==0.10.2", "nifty==9.2.0", "numpy==2.4.6")
Arrays = dict[str, np.ndarray[Any, Any]]


class Worker:
    """A peer's process; every request is answered before the next."""

    def __init__(self, python: Path, task: str, plan: Mapping[str, Any], arrays: Arrays) -> None:
        self.folder = tempfile.TemporaryDirectory()
        Path(self.folder.name, "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        np.savez(Path(self.folder.name, "arrays.npz"), **arrays)
        environment = os.environ | {"JAX_PLATFORMS": "cpu", "PYTHONPATH": "", "PYTHONWARNINGS": "ignore"}
        self.process = subprocess.Popen(
            [python, HERE / "peer_worker.py", self.folder.name, task],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip

    def __call__(self, seed: int) -> tuple[float, dict[str, Tensor]]:
        """Seconds of the processor and results of one run."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"seed": seed}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the peer ended with status {self.process.wait()}; what it said is above")
        answer = json.loads(line)
        with np.load(answer["file"]) as found:
            results = {name: torch.from_numpy(np.asarray(found[name])) for name in found.files}
        return answer["processor_seconds"], results

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()


@contextmanager
def peer(python: Path, task: str, plan: Mapping[str, Any], arrays: Arrays) -> Iterator[Worker]:
    worker = Worker(python, task, plan, arrays)
    try:
        yield worker
    finally:
        worker.close()


def environment(folder: Path) -> Path:
    """The Python of the peers' environment, made where it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINNED], check=True)
    return python


def handed_over(posterior: Posterior) -> tuple[dict[str, Any], Arrays]:
    """The program as plain data and arrays: weights, valid classes of every factor."""
    arrays: Arrays = {}
    for name, network in posterior.networks.items():
        arrays |= {f"{name}.{key}": value.numpy() for key, value in network.state_dict().items()}
    place = {variable.name: at for at, variable in enumerate(posterior.program.variables)}
    factors = []
    for number, (factor, power) in enumerate(
        zip(posterior.program.factors, posterior.powers(posterior.alpha).tolist(), strict=True)
    ):
        if isinstance(factor.body, program.Tensor):
            readouts = [posterior.program.readouts[at] for at in factor.readouts]
            arrays[f"valid{number}"] = np.argwhere(factor.body.values)
            factors.append({"power": power, "readouts": [(one.network, place[one.variable]) for one in readouts]})
    networks = [name for name in posterior.readers if any(name == one[0] for f in factors for one in f["readouts"])]
    return {"dim": posterior.dim, "factors": factors, "networks": networks}, arrays


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found

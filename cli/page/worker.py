"""A worker process of the page: ``python -m oedipus.page.worker``, one JSON object a line on its streams.

It does one task at a time; a thread beside it listens for being told to stop. When the server is gone, so is it.
"""

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from oedipus.dsl.diagnostics import RiddleError
from oedipus.page.riddles import Files
from oedipus.page.tasks import TASKS, wrong
from oedipus.page.work import Asked, Cancelled, Task, Told
from oedipus.service.solving import Cancelled as Nothing

MEGA = 1 << 20
SOLVING = 10
"""How far solves stand back behind the server and its readers, in steps of the system's."""


class Worker:
    """Tasks from ``source``, what they tell to ``sink``."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.source, self.sink = source, sink
        self.tasks: queue.Queue[Told] = queue.Queue()
        self.asked = Asked()

    def listen(self) -> None:
        """Take messages until the server is gone, and end the process then, whatever it is at."""
        for line in self.source:
            message = json.loads(line)
            match message["do"]:
                case "stop":
                    self.asked.stopped.set()
                case "cancel":
                    self.asked.cancelled.set()
                case _:
                    self.asked = Asked()
                    self.tasks.put(message)
        os._exit(0)

    def tell(self, told: Told) -> None:
        """Hand something on."""
        self.sink.write(json.dumps(told, allow_nan=False).encode() + b"\n")
        self.sink.flush()

    def serve(self) -> None:
        """Do tasks for ever."""
        self.tell({"event": "ready"})
        while True:
            message = self.tasks.get()
            self.tell({**self.done(message), "last": True})

    def done(self, message: Told) -> Told:
        """What a task ends with, however it ends."""
        try:
            return TASKS[message["do"]](task_of(message), self.tell, self.asked)
        except Cancelled:
            return {"event": "cancelled"}
        except RiddleError as error:
            return wrong(error.diagnostics, message["text"])
        except (KeyboardInterrupt, Nothing):
            return {"event": "failed", "message": "the time was over before the search had begun"}
        except Exception as error:
            return {"event": "failed", "message": _said(error)}


def task_of(message: Told) -> Task:
    """The task of a message."""
    files = Files.of(message)
    out = Path(message["out"]) if message.get("out") else None
    return Task(message["do"], message["text"], files, out, message.get("options", {}))


def _said(error: Exception) -> str:
    from oedipus.networks.library import WeightsError
    from oedipus.shell.edge import no_memory, unforeseen

    if no_memory(error):
        return "this takes more memory than a solve may have here"
    if isinstance(error, ValueError | WeightsError):
        return str(error)
    return unforeseen(error)


def bound(megabytes: int) -> None:
    """Let this process take no more memory than it has now and ``megabytes``, where the system can be told so."""
    try:
        import resource

        held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    limit = held + megabytes * MEGA
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for messages alone: what a library prints goes to standard error."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, sink


def main(settings: Any) -> None:
    """Serve one pool: ``settings`` are those of :class:`oedipus.page.pool.Pool`."""
    source, sink = streams()
    # Ctrl-C in the server's terminal is the server's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["MPLBACKEND"] = "agg"
    if settings["torch"]:
        import torch

        import oedipus.page.solving  # noqa: F401 - what takes seconds to import, before it is asked for

        torch.set_num_threads(1)
        # Whoever types is served before what takes seconds anyway.
        if hasattr(os, "nice"):
            os.nice(SOLVING)
    if settings["memory"]:
        bound(settings["memory"])
    worker = Worker(source, sink)
    threading.Thread(target=worker.listen, daemon=True).start()
    worker.serve()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

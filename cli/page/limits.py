"""What one visitor of the page, and all of them together, may take of the machine."""

import os
from dataclasses import dataclass, fields

MEGA = 1 << 20
CORES = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a server; every one is a flag of ``oedipus serve``.

    ``text``: characters of a riddle. ``seconds``: wall time of one solve, ``answer_seconds`` of a verdict, an
    explanation or a reason. ``memory``: megabytes that a process of either may take. ``solvers``: solves at a time;
    ``waiting``: solves in the queue; ``own``: solves, running and waiting, of one visitor. ``readers``: processes that
    read riddles while they are typed; ``connections``: editors that are open, of one visitor at most ``editors``.
    ``uploads``: pictures of one visitor, ``upload_megabytes`` the size of each, ``disk`` megabytes of all visitors'
    together. ``words``: words that a visitor can teach. ``kept``: solves whose result can
    still be fetched; ``visitors``: visitors that are remembered. Raises ``ValueError`` for one that is not positive.
    """

    text: int = 20_000
    seconds: float = 120.0
    answer_seconds: float = 20.0
    memory: int = 3_000
    solvers: int = max(1, CORES // 2)
    waiting: int = 16
    own: int = 2
    readers: int = CORES
    connections: int = 256
    editors: int = 8
    uploads: int = 16
    upload_megabytes: int = 4
    disk: int = 512
    words: int = 8
    kept: int = 32
    visitors: int = 1_000

    def __post_init__(self) -> None:
        for one in fields(self):
            if not getattr(self, one.name) > 0:
                raise ValueError(f"{one.name}: a limit is a positive number, not {getattr(self, one.name):g}")

    @property
    def upload_bytes(self) -> int:
        """Bytes of one upload."""
        return self.upload_megabytes * MEGA

    @property
    def message_bytes(self) -> int:
        """Bytes of one message of an editor: its whole text, escaped at worst, and what is around it."""
        return 6 * self.text + 16_384

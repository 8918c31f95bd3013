"""What was found so far, a JSON object on a line for each task, on disk before it counts."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Journal:
    """The rows in a file, by the ``id`` of their task; the first that was written of each counts.

    A line that was cut short by a kill is no row, and is cut off. Rows of tasks that failed have an ``error`` and do
    not count as done. One process at a time writes.
    """

    path: Path
    rows: dict[str, Row] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        complete = content[: content.rfind(b"\n") + 1]
        for line in complete.splitlines():
            row = _row(line)
            if row is not None:
                self._take(row)
        if len(complete) < len(content):
            with self.path.open("r+b") as file:
                file.truncate(len(complete))

    def done(self, task: str) -> bool:
        """Whether a task has a result."""
        return task in self.rows and "error" not in self.rows[task]

    def add(self, rows: Iterable[Row]) -> list[Row]:
        """Write rows down, at once; those that are new. Raises ``OSError``, and then none of them counts."""
        fresh = [row for row in rows if not self.done(row["id"])]
        with self.path.open("ab") as file:
            file.write(b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in fresh))
            file.flush()
            os.fsync(file.fileno())
        for row in fresh:
            self._take(row)
        return fresh

    def _take(self, row: Row) -> None:
        if not self.done(row["id"]):
            self.rows[row["id"]] = row


def _row(line: bytes) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return dict(row) if isinstance(row, Mapping) and isinstance(row.get("id"), str) else None

"""The flags of ``oedipus solve`` as a request and a schedule, alone or on top of a checkpoint's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oedipus.compiler.program import Program
    from oedipus.runtime.checkpoint import Checkpoint
    from oedipus.runtime.solve import Request


def schedule_of(alpha: str | None) -> tuple[float, ...] | None:
    """The annealing schedule that ``--alpha`` gives. Raises ``ValueError``."""
    if alpha is None:
        return None
    try:
        return tuple(float(part) for part in alpha.split(","))
    except ValueError:
        raise ValueError(
            f"alpha: a schedule is numbers with commas between, such as 0.5,1,3,10, not '{alpha}'"
        ) from None


def options_of(pairs: Sequence[str]) -> dict[str, Any]:
    """``name=value`` flags as a mapping, values as numbers where they are. Raises ``ValueError``."""
    options = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise ValueError(f"option: '{pair}' is not of the form name=value")
        options[name.strip()] = _value(value.strip())
    return options


def _value(text: str) -> bool | int | float | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def requested(
    program: "Program", given: Mapping[str, Any], schedule: tuple[float, ...] | None, checkpoint: "Checkpoint | None"
) -> tuple["Request", tuple[float, ...] | None]:
    """The request and the schedule to solve by; a checkpoint's own, where there is one.

    Raises ``ValueError`` naming the flag that makes no sense, or is another than the checkpoint's.
    """
    from oedipus.runtime.solve import Request, request_for

    if checkpoint is None:
        return request_for(program, **given), schedule
    flags = {name: value for name, value in given.items() if value is not None}
    checkpoint.agrees(flags | ({} if schedule is None else {"alpha": schedule}))
    stored = dict(checkpoint.identity.request)
    return Request(**{name: value for name, value in stored.items() if name != "alpha"}), tuple(stored["alpha"])


def checkpoint_in(out: Path | None, *, resume: bool, device: str) -> "Checkpoint | None":
    """The checkpoint to go on from. Raises ``ValueError`` where there is one and nobody said what to do with it."""
    from oedipus.runtime.checkpoint import FILE, read_checkpoint

    if out is None:
        if resume:
            raise ValueError("resume: goes on from a checkpoint in the directory of --out, which is missing")
        return None
    if not resume:
        if (out / FILE).exists():
            raise ValueError(
                f"out: {out} holds a run that was cut short; --resume goes on with it, "
                f"and without {FILE} it would begin anew"
            )
        return None
    return read_checkpoint(out, device)

"""``oedipus teach``: a word of your own, from folders of pictures."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oedipus.compiler.options import MOST_SEED
from oedipus.service.limits import MOST_THREADS
from oedipus.shell.flags import Json, Use

if TYPE_CHECKING:
    from oedipus.service.teaching import Learned, Learning, Lesson

EVERY = 2.0
"""Seconds between lines where there is no terminal."""


def teach(
    word: Annotated[str, typer.Argument(help="The word, such as slanted: the name of one of the folders.")],
    examples: Annotated[
        Path, typer.Option(metavar="DIR", help="Holds a folder of pictures (PNG, JPEG, NPY) for each class.")
    ],
    kind: Annotated[str, typer.Option(help="What the pictures are of.")] = "digit",
    out: Annotated[Path, typer.Option("-o", "--out", help="Directory for weights and card: a library.")] = Path(
        "taught"
    ),
    resize: Annotated[bool, typer.Option("--resize", help="Bring pictures to the size of those drawn.")] = False,
    shift: Annotated[int, typer.Option(min=0, max=3, help="Also learn from copies shifted by so many pixels.")] = 2,
    turn: Annotated[
        float, typer.Option(min=0, max=45, help="Turn these copies by up to so many degrees; spoils what leans.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of all randomness.")] = 0,
    threads: Annotated[int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads.")] = 1,
    use: Use = None,
    json: Json = False,
) -> None:
    """Teach a word by examples, fifty a class; riddles say it from then on (docs/teach.md)."""
    from oedipus.service.examples import ExamplesError, read_examples
    from oedipus.service.teaching import Lesson, cards_of
    from oedipus.service.words import TeachError, generator_of
    from oedipus.shell.common import Exit, emit, fail

    try:
        generator = generator_of(kind, cards_of(word, out, use or ()))
        found = read_examples(examples, generator, resize=resize)
    except ExamplesError as error:
        fail(str(error), Exit.WRONG_FILE)
    except TeachError as error:
        fail(str(error), Exit.USAGE)
    given = f"--examples {shlex.quote(str(examples))} --kind {shlex.quote(kind)} --shift {shift} --turn {turn:g}"
    lesson = Lesson(
        word=word, kind=kind, examples=found, out=out, use=tuple(use or ()), shift=shift, degrees=turn, seed=seed,
        command=f"oedipus teach {shlex.quote(word)} {given}{' --resize' * resize} --seed {seed}",
    )  # fmt: skip
    learned = _learned(lesson, threads, as_events=json)
    if json:
        emit({"event": "result", **learned.event, "out": str(out)})
        return
    for warning in learned.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print("\n".join([*learned.told, f"it is in {out}; a riddle now says:", f'  use "{out}"', f"  {kind} x",
                     f"  x is {word}"]))  # fmt: skip


def _learned(lesson: "Lesson", threads: int, *, as_events: bool) -> "Learned":
    """The lesson learned, with its progress on stderr, or what it ends with as status and message."""
    import torch

    from oedipus.networks.library import WeightsError
    from oedipus.runtime.directory import TakenError
    from oedipus.service.teaching import teach as learn
    from oedipus.service.words import TeachError
    from oedipus.shell.common import Exit, fail
    from oedipus.shell.solve import terminable

    torch.set_num_threads(threads)
    try:
        with terminable(), _progress(as_events=as_events) as watch:
            return learn(lesson, watch=watch)
    except KeyboardInterrupt:
        fail("interrupted; nothing was written", Exit.INTERRUPTED)
    except (TeachError, TakenError) as error:
        fail(str(error), Exit.USAGE)
    except WeightsError as error:
        fail(str(error), Exit.WRONG_FILE)
    except OSError as error:
        fail(f"cannot write to {lesson.out}: {error.strerror or error}", Exit.USAGE)


@contextmanager
def _progress(*, as_events: bool) -> "Iterator[Callable[[Learning], None]]":
    """A bar on a terminal's stderr; elsewhere a line, or a JSON object, every few seconds."""
    from oedipus.shell.common import emit

    if as_events or not sys.stderr.isatty():
        last = -EVERY

        def tell(at: "Learning") -> None:
            nonlocal last
            if at.seconds - last < EVERY and at.done < at.total:
                return
            last = at.seconds
            if as_events:
                emit({"event": "learning", **at.event})
            else:
                print(at.line, file=sys.stderr, flush=True)

        yield tell
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("learning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("learning", total=None)
        yield lambda at: bar.update(task, completed=at.done, total=at.total)

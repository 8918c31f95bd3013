"""``oedipus check``, ``explain``, ``why``, ``fmt`` and ``compile``: what a riddle says, without any network."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from oedipus.shell.flags import File, Json, Use

Format = Literal["text", "json", "dot", "svg"]


def check(
    file: File,
    limit: Annotated[int, typer.Option(min=1, help="List at most this many solutions.")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, help="Give up deciding after this long.")] = 30.0,
    use: Use = None,
    json: Json = False,
) -> None:
    """Decide a riddle symbolically: unsatisfiable, unique, or how many solutions; and what each factor costs."""
    from oedipus.shell.common import read_riddle

    source = read_riddle(file, as_events=json, use=use)
    from oedipus.shell.check import report

    raise typer.Exit(report(source, limit=limit, seconds=seconds))


def explain(
    file: File,
    core: Annotated[
        bool, typer.Option("--core", help="Only the riddle in the core language, as a file of its own.")
    ] = False,
    use: Use = None,
    json: Json = False,
) -> None:
    """Say in plain English and in the core language how every clause is read."""
    from oedipus.shell.common import emit, read_riddle, write_text

    source = read_riddle(file, as_events=json, use=use)
    from oedipus.compiler.show.explain import core_riddle, events
    from oedipus.compiler.show.explain import explain as paraphrase

    if json:
        for event in events(source.riddle, source.cards):
            emit(event)
    elif core:
        write_text(core_riddle(source.riddle), None)
    else:
        print(paraphrase(source.riddle, source.cards), end="")


def why(
    file: File,
    seconds: Annotated[float, typer.Option(min=0.1, help="Give up after this long.")] = 20.0,
    use: Use = None,
    json: Json = False,
) -> None:
    """Explain the solution step by step, as a person would find it."""
    from oedipus.shell.common import emit, read_riddle

    source = read_riddle(file, as_events=json, use=use)
    from oedipus.compiler.verdict.why import narrate
    from oedipus.compiler.verdict.why import why as explanation

    with source.mistakes():
        found = explanation(source.riddle, source.cards, seconds=seconds)
    readers = source.reading.readers

    def told(values: Mapping[str, Iterable[int]]) -> dict[str, list[int | str]]:
        return {name: [readers.told(name, one) for one in some] for name, some in values.items()}

    if json:
        for one in found.steps:
            emit({"event": "step", "clauses": list(one.clauses), "removed": told(one.removed), "left": told(one.left)})
        emit(
            {
                "event": "result",
                "left": told(found.left),
                "complete": found.complete,
                "contradiction": found.contradiction,
            }
        )
        return
    print(narrate(found, {clause.name: clause.text for clause in source.riddle.clauses}, readers.told))


def fmt(
    file: File,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; status 3 where the file is not canonical.")
    ] = False,
    use: Use = None,
    json: Json = False,
) -> None:
    """Rewrite a riddle in canonical form, comments kept; standard input goes to standard output."""
    from oedipus.shell.common import read_riddle

    source = read_riddle(file, as_events=json, use=use)
    from oedipus.shell.fmt import reformat

    raise typer.Exit(reformat(file, source, check=check))


def compile_(
    file: File,
    format: Annotated[Format, typer.Option(help="How to write the program.")] = "text",  # noqa: A002
    out: Annotated[Optional[Path], typer.Option("-o", "--out", help="Write here instead of stdout.")] = None,  # noqa: UP045
    use: Use = None,
    json: Json = False,
) -> None:
    """Compile a riddle to its factor graph: variables, readouts, factors, tensors."""
    from oedipus.service.graphs import written
    from oedipus.shell.common import emit, read_riddle, write_text

    program = read_riddle(file, as_events=json, use=use).program(left_open=True)
    text = written(program, format)
    if json:
        emit({"event": "result", "format": format, "program": text, "out": None if out is None else str(out)})
    if out is not None:
        write_text(text, out)
    elif not json and format == "text":
        print(text)
    elif not json:
        write_text(text, None)

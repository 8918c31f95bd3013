"""The shell: ``oedipus COMMAND …``. Each command imports only what it needs."""

import os
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from oedipus.shell.degrade import degrade
from oedipus.shell.generators import condition, sample
from oedipus.shell.library import networks
from oedipus.shell.serve import serve
from oedipus.shell.solve import solve

app = typer.Typer(
    help="Riddles in plain text, solved by Bayesian inference over the latents of trained generators.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(networks, name="networks")
app.command()(solve)
app.command()(condition)
app.command()(sample)
app.command()(degrade)
app.command()(serve)

File = Annotated[str, typer.Argument(help="A riddle file, or - for standard input.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
Output = Annotated[Optional[Path], typer.Option("-o", "--output", help="Write here instead of stdout.")]  # noqa: UP045


@app.command()
def check(
    file: File,
    limit: Annotated[int, typer.Option(min=1, help="List at most this many solutions.")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, help="Give up deciding after this long.")] = 30.0,
    json: Json = False,
) -> None:
    """Decide a riddle symbolically: unsatisfiable, unique, or how many solutions; and what each factor costs."""
    from oedipus.shell.check import report

    raise typer.Exit(report(file, limit=limit, seconds=seconds, as_events=json))


@app.command()
def explain(
    file: File,
    core: Annotated[
        bool, typer.Option("--core", help="Only the riddle in the core language, as a file of its own.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say in plain English and in the core language how every clause is read."""
    from oedipus.shell.common import emit, read_riddle, write_text

    source = read_riddle(file, as_events=json)
    from oedipus.compiler.show.explain import core_riddle, events
    from oedipus.compiler.show.explain import explain as paraphrase

    if json:
        for event in events(source.riddle, source.cards):
            emit(event)
    elif core:
        write_text(core_riddle(source.riddle), None)
    else:
        print(paraphrase(source.riddle, source.cards), end="")


@app.command()
def why(
    file: File,
    seconds: Annotated[float, typer.Option(min=0.1, help="Give up after this long.")] = 20.0,
) -> None:
    """Explain the solution step by step, as a person would find it."""
    from oedipus.shell.common import read_riddle

    source = read_riddle(file)
    from oedipus.compiler.verdict.why import narrate
    from oedipus.compiler.verdict.why import why as explanation

    with source.mistakes():
        found = explanation(source.riddle, source.cards, seconds=seconds)
    print(narrate(found, {clause.name: clause.text for clause in source.riddle.clauses}))


@app.command()
def fmt(
    file: File,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; status 3 where the file is not canonical.")
    ] = False,
) -> None:
    """Rewrite a riddle in canonical form, comments kept; standard input goes to standard output."""
    from oedipus.shell.fmt import reformat

    raise typer.Exit(reformat(file, check=check))


@app.command(name="compile")
def compile_(
    file: File,
    format: Annotated[Literal["text", "json", "dot", "svg"], typer.Option(help="How to write the program.")] = "text",  # noqa: A002
    output: Output = None,
) -> None:
    """Compile a riddle to its factor graph: variables, readouts, factors, tensors."""
    from oedipus.compiler import serialise
    from oedipus.compiler.show import describe, draw, draw_svg
    from oedipus.shell.common import read_riddle, write_text

    program = read_riddle(file).program()
    match format:
        case "text":
            written = describe.describe(program)
            if output is None:
                print(written)
                return
        case "json":
            written = serialise.text(program)
        case "dot":
            written = draw.dot(program)
        case "svg":
            written = draw_svg.svg(program)
    write_text(written, output)


@app.command(name="language-server")
def language_server() -> None:
    """Serve an editor on standard input and output: diagnostics, hover, completion, formatting (docs/editors.md)."""
    from oedipus.shell.common import Exit, fail

    try:
        from oedipus.editor.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        fail("the language server needs pygls: pip install 'oedipus[editor]'", Exit.USAGE)
    serve()


def main() -> None:
    """Entry point of the ``oedipus`` command."""
    from oedipus.shell.edge import guarded, prepare

    # Inside a notebook the variable names a backend that this process may not have; nothing here needs a window.
    os.environ["MPLBACKEND"] = "agg"
    prepare()
    with guarded():
        app()


if __name__ == "__main__":
    main()

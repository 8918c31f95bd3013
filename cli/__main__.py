"""The shell: ``oedipus COMMAND …``. Each command imports only what it needs."""

import sys
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from oedipus.library_commands import networks
from oedipus.solve_command import solve

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
    from oedipus.check_report import report

    raise typer.Exit(report(file, limit=limit, seconds=seconds, as_events=json))


@app.command()
def explain(file: File) -> None:
    """Say in plain English how every clause is read."""
    from oedipus.shell import read_riddle

    source = read_riddle(file)
    from oedipus.compiler.explain import explain as paraphrase

    print(paraphrase(source.riddle))


@app.command(name="compile")
def compile_(
    file: File,
    format: Annotated[Literal["text", "json", "dot"], typer.Option(help="How to write the program.")] = "text",  # noqa: A002
    output: Output = None,
) -> None:
    """Compile a riddle to its factor graph: variables, readouts, factors, tensors."""
    from oedipus.compiler import describe, draw, serialise
    from oedipus.shell import read_riddle, write_text

    program = read_riddle(file).program()
    match format:
        case "text":
            written = describe.describe(program)
        case "json":
            written = serialise.text(program)
        case "dot":
            written = draw.dot(program)
    write_text(written, output)


def main() -> None:
    """Entry point of the ``oedipus`` command."""
    try:
        app()
    except BrokenPipeError:
        # The reader of a pipe has gone; Python would complain once more while closing stdout.
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()

"""The shell: ``oedipus COMMAND …``. Each command imports only what it needs."""

import os
from typing import Annotated

import typer

from oedipus.shell.degrade import degrade
from oedipus.shell.doctor import doctor
from oedipus.shell.dream import dream
from oedipus.shell.generators import condition, sample
from oedipus.shell.library import networks
from oedipus.shell.modules import add, remove, verify
from oedipus.shell.riddles import check, compile_, explain, fmt, why
from oedipus.shell.serve import serve
from oedipus.shell.solve import solve
from oedipus.shell.sweep import sweep
from oedipus.shell.teach import teach

app = typer.Typer(
    help="Riddles in plain text, solved by Bayesian inference over the latents of trained generators.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for of_networks in (add, remove, verify):
    networks.command()(of_networks)
app.add_typer(networks, name="networks")
for command in (solve, condition, sample, degrade, dream, teach, sweep, check, explain, why, fmt):
    app.command()(command)
app.command(name="compile")(compile_)
app.command()(doctor)
app.command()(serve)


def _version(wanted: bool) -> None:
    if wanted:
        from oedipus.version import VERSION

        print(f"oedipus {VERSION}")
        raise typer.Exit


@app.callback()
def _oedipus(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Riddles in plain text, solved by Bayesian inference over the latents of trained generators."""


@app.command(name="language-server")
def language_server() -> None:
    """Serve an editor on standard input and output: diagnostics, hover, completion, formatting (docs/editors.md)."""
    from oedipus.service.doctor import EXTRA
    from oedipus.shell.common import Exit, fail

    try:
        from oedipus.editor.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        fail(f"the language server needs pygls: {EXTRA['pygls']}", Exit.USAGE)
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

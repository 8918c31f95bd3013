"""``{commands}``: what ``--help`` says of every command of the shell."""

from collections.abc import Iterator
from typing import Any

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from typer.testing import CliRunner

from oedipus.__main__ import app as shell

WIDTH = "74"
"""Characters of a line of help."""


def described() -> str:
    """All commands as Markdown, in the order in which ``oedipus --help`` has them."""
    return "\n\n".join(
        f"## `oedipus {' '.join(names)}`\n\n```text\n{_help(names)}\n```"
        for names in _commands((), typer.main.get_command(shell))
    )


def _commands(names: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:
    for inner, one in command.commands.items():
        if hasattr(one, "commands"):
            yield from _commands((*names, inner), one)
        else:
            yield (*names, inner)


def _help(names: tuple[str, ...]) -> str:
    done = CliRunner().invoke(shell, [*names, "--help"], env={"COLUMNS": WIDTH}, prog_name="oedipus")
    if done.exit_code:
        raise RuntimeError(f"{' '.join(names)} --help: {done.output}")
    return done.output.strip()


class Commands(SphinxDirective):
    """What :func:`described` says, as sections of the page."""

    def run(self) -> list[nodes.Node]:
        """Parse the Markdown where the directive stands."""
        return self.parse_text_to_nodes(described(), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Make it known to Sphinx."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}

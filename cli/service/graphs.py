"""A program written down: as text, JSON, Graphviz' dot or SVG."""

from typing import Literal, assert_never

from oedipus.compiler.program import Program

Format = Literal["text", "json", "dot", "svg"]


def written(program: Program, format: Format) -> str:  # noqa: A002 - as the flag is called
    """The factor graph in one of the formats."""
    from oedipus.compiler import serialise
    from oedipus.compiler.show import describe, draw, draw_svg

    match format:
        case "text":
            return describe.describe(program)
        case "json":
            return serialise.text(program)
        case "dot":
            return draw.dot(program)
        case "svg":
            return draw_svg.svg(program)
        case other:
            assert_never(other)

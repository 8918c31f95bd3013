"""The factor graph as a Graphviz document: pictures, readouts, factors (paper, Figure 2)."""

from collections.abc import Iterator

from oedipus.compiler import program as p
from oedipus.compiler.show.describe import name, size


def dot(program: p.Program) -> str:
    """The program as text for ``dot``: variables left, readouts in the middle, factors right."""
    return "\n".join(["digraph program {", *(f"  {line}" for line in _statements(program)), "}"]) + "\n"


def _statements(program: p.Program) -> Iterator[str]:
    yield "rankdir=LR;"
    yield 'node [fontname="sans-serif"];'
    places = {}
    for place, variable in enumerate(program.variables):
        places[variable.name] = place
        label = _quoted(f"{variable.name}\n{variable.generator}")
        yield f'latents{place} [shape=circle, label="ξ"];'
        yield f"picture{place} [shape=box, label={label}];"
        yield f"latents{place} -> picture{place};"
    for place, readout in enumerate(program.readouts):
        yield f"readout{place} [shape=ellipse, label={_quoted(readout.network)}, tooltip={_quoted(name(readout))}];"
        yield f"picture{places[readout.variable]} -> readout{place};"
    for place, factor in enumerate(program.factors):
        yield f"factor{place} [shape=box, style=rounded, label={_quoted(_caption(factor))}];"
        if isinstance(factor.body, p.Gaussian):
            yield f"picture{places[factor.body.variable]} -> factor{place};"
        for readout_place in factor.readouts:
            yield f"readout{readout_place} -> factor{place};"


def _caption(factor: p.Factor) -> str:
    lines = [factor.name, size(factor)]
    if factor.text:
        lines.insert(1, factor.text)
    if factor.alpha is not None:
        lines.append(f"alpha {factor.alpha:g}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'

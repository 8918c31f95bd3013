"""report.html: a solved riddle on one page that needs nothing else."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from torch import Tensor

from oedipus.compiler.checked import Riddle
from oedipus.compiler.program import Factor, Gaussian
from oedipus.compiler.show.describe import size
from oedipus.compiler.show.draw_svg import svg
from oedipus.compiler.show.explain import explain_clause
from oedipus.networks.cards import Card
from oedipus.report.figures import chart, data_uri, grey_uri, heat_uri, histogram
from oedipus.runtime.answers import Answer, solutions
from oedipus.runtime.diagnostics import Diagnostics
from oedipus.runtime.directory import whole
from oedipus.runtime.measured import Findings, findings_of
from oedipus.runtime.outputs import encodable
from oedipus.runtime.picture import deviation, tone_of
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Result
from oedipus.shell.solve_text import LEAST, trust
from oedipus.version import VERSION

SHOWN, FIRST = 24, 8
"""Samples of a variable; readings that are seen before the rest is unfolded."""
FITS = 720
"""Width up to which a factor graph is drawn as wide as a phone; wider ones are scrolled."""
LISTED = 200
"""Readings that are listed, solutions before the others."""
SMALL = 32
"""Pixels across up to which twelve samples go in a line."""


@dataclass(frozen=True)
class Solved:
    """A riddle and everything that is known of it after it was solved; ``command`` is what would solve it again."""

    text: str
    file: str
    riddle: Riddle
    cards: Mapping[str, Card]
    posterior: Posterior
    result: Result
    diagnostics: Diagnostics
    command: str

    @cached_property
    def findings(self) -> Findings:
        """What the samples say of what was measured."""
        return findings_of(self.posterior, self.result.pictures)


def write_report(solved: Solved, directory: Path) -> None:
    """Write report.html, whole or not at all. Raises ``OSError``."""
    text = encodable(page(solved))
    with whole(directory) as staged:
        (staged / "report.html").write_text(text, encoding="utf-8")


def page(solved: Solved) -> str:
    """The page as HTML."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    result = solved.result
    listed, graph = _listed(result), svg(solved.posterior.program)
    return template.render(
        version=VERSION,
        title=title(solved.text, solved.file),
        source=solved.text.strip("\ufeff\n"),
        answer=[{"name": name, "value": value} for name, value in result.answer.items()],
        verdict=_verdict(result),
        certainty=_certainty(result),
        clauses=list(_clauses(solved)),
        pictures=list(_pictures(solved)),
        masses=[
            {
                "reading": ", ".join(f"{name} {value}" for name, value in one.reading.items()),
                "share": one.share,
                "verdict": "fulfils every clause" if one.satisfied else f"breaks {', '.join(one.violated)}",
                "tone": "good" if one.satisfied else "bad",
            }
            for one in listed
        ],
        first=FIRST,
        untold=len(result.answers) - len(listed),
        rest=sum(one.share for one in result.answers) - sum(one.share for one in listed[:FIRST]),
        evidence=result.log_evidence,
        residuals=list(_residuals(solved)),
        readings=list(_readings(solved)),
        graph=graph,
        graph_fits=_width(graph) <= FITS,
        charts=_charts(result),
        run=_run(solved),
        trust=" ".join(_sentence(line) for line in trust(solved.diagnostics)) or _untested(result),
        diagnostics=list(_diagnostics(solved)),
        command=solved.command,
        settings=list(_settings(solved)),
    )


def _listed(result: Result) -> list[Answer]:
    """The readings as they are told, the likeliest first; every solution is among them before what breaks a clause."""
    found = list(result.answers)
    kept = sorted(range(len(found)), key=lambda at: (not found[at].satisfied, at))[:LISTED]
    return [found[at] for at in sorted(kept)]


def _width(drawn: str) -> float:
    """Of an SVG element, in its own units."""
    found = re.search(r"viewBox=['\"][\d.-]+ [\d.-]+ ([\d.]+)", drawn)
    return float(found[1]) if found else math.inf


def title(text: str, file: str) -> str:
    """The comment that a riddle begins with, else its file's name in words."""
    first = next((line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")
    if first.startswith("#") and first.strip("# "):
        return first.strip("# ")
    stem = "" if file == "-" else Path(file).stem
    return stem.replace("_", " ").replace("-", " ").capitalize() or "A riddle"


def _verdict(result: Result) -> dict[str, str] | None:
    if result.interrupted:
        return {"tone": "bad", "text": "cut short"}
    if not result.answer:
        return None
    if result.satisfied:
        return {"tone": "good", "text": "fulfils every clause"}
    return {"tone": "bad", "text": f"breaks {', '.join(result.violated)}"}


def _certainty(result: Result) -> str:
    number = f"{result.counted or len(result.latents):,} posterior samples"
    if not result.answer:
        return f"{number}."
    words = f"{result.probability:.0%} of {number} read so"
    several = len(solutions(result.answers, LEAST))
    words = f"{several} solutions, of which this is the likeliest; {words}" if several > 1 else words
    if result.judged is not None:
        words += f", and {result.judged:.0%} also by the judge, a network that took no part in the inference"
    return f"{words}."


def _clauses(solved: Solved) -> Iterator[dict[str, Any]]:
    clauses = {clause.name: clause for clause in solved.riddle.clauses}
    means = solved.result.details["clauses"].exp().mean(dim=0).tolist()
    chi2 = {one.name: one.chi2.mean().item() for one in solved.findings.measured}
    for place, factor in enumerate(solved.posterior.program.factors):
        own = [clauses[name] for name in (factor.name, *factor.name.split(", ")) if name in clauses]
        readings = [explain_clause(clause, solved.cards) for clause in dict.fromkeys(own)]
        yield {
            "name": factor.name,
            "text": factor.text or "; ".join(clause.text for clause in own),
            "reading": "; ".join(readings),
            "share": None if isinstance(factor.body, Gaussian) else means[place],
            "chi2": chi2.get(factor.name),
            "broken": factor.name in solved.result.violated,
        }


def _pictures(solved: Solved) -> Iterator[dict[str, Any]]:
    result, valued = solved.result, list(solved.posterior.valued)
    reads = result.details["values"].argmax(dim=2) if "values" in result.details else None
    tones = [] if reads is None else [tone_of(result, row) for row in reads.tolist()]
    chosen = np.linspace(0, len(result.latents) - 1, min(SHOWN, len(result.latents))).round().astype(int).tolist()
    for variable, pictures in zip(solved.posterior.program.variables, result.pictures, strict=True):
        samples = []
        for at in chosen:
            read: int | str | None = None
            if reads is not None and variable.name in valued:
                card = solved.posterior.value_cards[variable.name]
                read = card.shows(int(reads[at, valued.index(variable.name)]))
            tone = "" if read is None else tones[at]
            samples.append({"number": at + 1, "picture": data_uri(pictures[at]), "reads": read, "tone": tone})
        yield {
            "name": variable.name,
            "kind": variable.kind,
            "mean": data_uri(pictures.mean(dim=0)),
            "samples": samples,
            "large": pictures.shape[3] > SMALL,
            **_measured(solved, variable.name, pictures),
        }


def _measured(solved: Solved, name: str, pictures: Tensor) -> dict[str, Any]:
    """What was observed of a variable, and its pixel-wise standard deviation; nothing of one not measured."""
    observed = []
    for one in solved.findings.measured:
        if one.variable == name and isinstance(one.data, Tensor):
            colour = len(one.data) == 3
            shown, low, high = (data_uri(one.data), 0.0, 1.0) if colour else grey_uri(one.data[0])
            size = " × ".join(map(str, one.data.shape[1:]))
            words = f"{one.name}: {size}, ± {one.sigma:g}" + ("" if colour else f", black {low:.2f}, white {high:.2f}")
            observed.append({"picture": shown, "words": words})
    if not any(one.variable == name for one in solved.findings.measured):
        return {"observed": [], "deviation": None, "highest": 0.0}
    drawn, highest = heat_uri(deviation(pictures))
    return {"observed": observed, "deviation": drawn, "highest": highest}


def _residuals(solved: Solved) -> Iterator[dict[str, Any]]:
    for one in solved.findings.measured:
        figures = one.figures
        yield figures | {"low": one.chi2.min().item(), "high": one.chi2.max().item()}


def _readings(solved: Solved) -> Iterator[dict[str, Any]]:
    """A histogram of what each regressor reads, shares of what each classifier does."""
    told = {
        (one.body.variable, one.body.network): one.body
        for one in solved.posterior.program.factors
        if isinstance(one.body, Gaussian) and one.body.network
    }
    for one in solved.findings.readings:
        named = {"title": f"{one.network} of {one.variable}", "shares": [], "svg": "", "words": ""}
        if one.classes:
            yield named | {"shares": list(one.shares.items())}
            continue
        body = told.get((one.variable, one.network))
        marked = body.data if body is not None and isinstance(body.data, float | int) else None
        words = f"mean {one.figures['mean']:.1f}, standard deviation {one.figures['standard_deviation']:.1f}"
        words += "" if marked is None or body is None else f"; the line is at {marked:g} ± {body.sigma:g}, as was said"
        yield named | {
            "svg": histogram(
                one.values, marked=marked, across=f"{one.network}, {one.unit}" if one.unit else one.network
            ),
            "words": words,
        }


def _charts(result: Result) -> list[dict[str, Any]]:
    rows = result.trace
    if len(rows) < 2:
        return []
    charts = []
    if any(row.elbo is not None for row in rows):
        elbo = [row.elbo if row.elbo is not None and math.isfinite(row.elbo) else None for row in rows]
        charts.append({"names": ["ELBO at the final α, nats"], "svg": chart([elbo], up="ELBO, nats")})
    score: list[float | None] = [row.score for row in rows]
    accuracy = [row.accuracy for row in rows]
    names, lines = ["mean clause probability"], [score]
    if any(value is not None for value in accuracy):
        names, lines = ["mean clause probability", "probability of the solution"], [score, accuracy]
    charts.append({"names": names, "svg": chart(lines, low=0.0, high=1.0, up="probability")})
    return charts


def _run(solved: Solved) -> str:
    result = solved.result
    words = f"{len(result.trace):,} iterations of {result.request.algorithm} in {result.seconds:.1f} seconds"
    asked = solved.command.find("--algorithm") >= 0 or not result.why
    return f"{words}." if asked else f"{words}: {result.why}."


def _sentence(words: str) -> str:
    words = words.strip("()")
    return words[:1].upper() + words[1:] + "."


def _untested(result: Result) -> str:
    if result.log_evidence is not None:
        return (
            "Weighted draws from the prior: they have no chains to compare and no approximating density to weigh. "
            "What they hold is in the shares above, and in the judge’s reading."
        )
    return "There are too few draws for a diagnostic."


def _diagnostics(solved: Solved) -> Iterator[tuple[str, str]]:
    found, result = solved.diagnostics, solved.result
    for name, figure, digits in (("R-hat", found.rhat, 3), ("effective sample size", found.ess, 0)):
        if figure is not None:
            low, mean, high = (f"{value:,.{digits}f}" for value in (figure.min, figure.mean, figure.max))
            yield name, f"min {low} · mean {mean} · max {high}, over {solved.posterior.dim} latents"
        elif found.chains:
            yield name, "not computed: one chain has no other to agree with, one that never moved no variance"
    if found.khat is not None:
        yield "Pareto k-hat", f"{found.khat:.2f} (good below 0.7)"
    if result.elbo is not None:
        yield "ELBO", f"{result.elbo:.2f} nats, on fresh samples"
    if result.log_evidence is not None:
        yield "log evidence", f"{result.log_evidence:.2f} nats"
    yield "mean clause probability", f"{result.score:.4f}"
    if result.accuracy is not None:
        yield f"probability of the {_known(solved)}", f"{result.accuracy:.4f}, averaged over the samples"
    if result.judged is not None:
        yield "read so by the judge", f"{result.judged:.1%} of the samples"
    yield "densities not finite", f"{result.rejected:,}" + (" (those steps were not taken)" if result.rejected else "")


def _known(solved: Solved) -> str:
    return "answer" if solved.posterior.program.solution is None else "solution"


def _settings(solved: Solved) -> Iterator[tuple[str, str]]:
    request, posterior = solved.result.request, solved.posterior
    yield "algorithm", request.algorithm
    yield "α", ", ".join(f"{alpha:g}" for alpha in posterior.schedule)
    for name in ("seed", "samples", "restarts", "start", "members"):
        yield name, str(getattr(request, name))
    for name, value in request.options.items():
        yield name, str(value)
    yield "latents", f"{posterior.dim}"
    for factor in posterior.program.factors:
        yield f"factor {factor.name}", _cost(factor)
    for name in sorted(posterior.networks):
        yield (
            f"network {name}",
            f"sha256 {solved.cards[name].sha256[:16]}…" if solved.cards[name].sha256 else "own weights",
        )


def _cost(factor: Factor) -> str:
    return size(factor) + ("" if factor.alpha is None else f", α {factor.alpha:g}")

"""A riddle that was solved, as Python has it: answer, certainty, readings, pictures; shown, saved, plotted."""

import html
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from oedipus.service.verdicts import assignment

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor

    from oedipus.networks.cards import Card
    from oedipus.report.html import Solved
    from oedipus.runtime.measured import Findings
    from oedipus.runtime.saved import Saved

MODES = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which the posterior's samples are read, the share of them that are, and whether it fulfils every
    clause by the tables."""

    digits: Mapping[str, int | str]
    share: float
    satisfied: bool = True

    def __repr__(self) -> str:
        return f"{assignment(self.digits)} ({self.share:.1%})"


def _read(figures: Mapping[str, Any]) -> str:
    """What a network reads in the samples of a variable, in words."""
    about = f"{figures['variable']}: {figures['network']}"
    if "shares" in figures:
        best = max(figures["shares"], key=lambda name: figures["shares"][name])
        return f"{about} {best} in {figures['shares'][best]:.0%}"
    return f"{about} {figures['mean']:.1f} ± {figures['standard_deviation']:.1f} {figures['unit']}".rstrip()


class Origin(Protocol):
    """Where a result comes from: a solve, or a directory that one was saved in."""

    def write(self, directory: Path) -> tuple[str, ...]:
        """Write every file; what could not be drawn, and why."""

    def netcdf(self, path: Path) -> None:
        """Write posterior.nc as ``path``."""

    def found(self) -> "Findings":
        """What the samples say of what was measured, as far as it is known."""

    def posterior(self) -> "tuple[Saved, Path]":
        """The distribution itself, and how messages call it. Raises ``SavedError``."""

    @property
    def cards(self) -> "Mapping[str, Card]":
        """The networks that it was inferred with, as far as they are known."""


@dataclass(frozen=True, repr=False)
class Result:
    """The answer of a riddle and all that supports it.

    ``answer``: the most frequent joint reading of the samples, and ``probability`` its share; ``readings``: all of
    them (of a result that was loaded the ten most frequent; none of pictures that show no digits, of which
    ``figures["read"]`` tells what networks read); ``violated``: clauses that the answer breaks by the
    tables. ``pictures``: ``[samples, channels, rows, columns]`` in 0..1 of each variable, ``latents``
    ``[samples, latents]``, both tensors. ``figures``: everything else, as result.json has it.
    """

    answer: Mapping[str, int | str]
    probability: float
    violated: tuple[str, ...]
    readings: tuple[Reading, ...]
    pictures: "Mapping[str, Tensor]"
    latents: "Mapping[str, Tensor]"
    figures: Mapping[str, Any]
    origin: Origin = field(compare=False)

    def __repr__(self) -> str:
        said = f"{self.probability:.0%} of {self.samples} samples" if self.answer else f"{self.samples} samples"
        names = assignment(self.answer) or ", ".join(self.pictures)
        broken = f"; breaks {', '.join(self.violated)}" if self.violated else ""
        short = "; interrupted" if self.interrupted else ""
        return f"Result({names}; {said}{broken}{short}; by {self.algorithm} in {self.seconds:.1f} s)"

    def _repr_html_(self) -> str:
        from oedipus.report.pictures import picture_row

        head = f"<p><b>{html.escape(assignment(self.answer))}</b></p>" if self.answer else ""
        rows = "".join(
            picture_row(name, batch, f"reads {self.answer[name]}" if name in self.answer else "")
            for name, batch in self.pictures.items()
        )
        return f"<div>{head}<p>{html.escape(self.certainty)}</p>{rows}{self._modes()}</div>"

    def _modes(self) -> str:
        if len(self.readings) < 2:
            return ""
        rows = (
            f"<tr><td>{html.escape(assignment(one.digits))}</td><td>{one.share:.1%}</td></tr>"
            for one in self.readings[:MODES]
        )
        return f"<table><tr><th>reading</th><th>share</th></tr>{''.join(rows)}</table>"

    @property
    def certainty(self) -> str:
        """How certain the answer is, in a sentence."""
        said = f"{self.samples} posterior samples"
        if self.answer:
            said = f"{self.probability:.0%} of {said} read so"
            if self.judged is not None:
                said += f", {self.judged:.0%} also by the judge, a network that took no part"
        else:
            said = "; ".join([said, *map(_read, self.figures["read"])])
        if self.violated:
            said += f"; not solved: the answer breaks {', '.join(self.violated)}"
        return f"{said}{'; cut short' if self.interrupted else ''}; by {self.algorithm} in {self.seconds:.1f} s"

    @property
    def samples(self) -> int:
        """Posterior samples of each variable."""
        return len(next(iter(self.pictures.values())))

    @property
    def satisfied(self) -> bool:
        """Whether there is an answer and it fulfils every clause by the tables."""
        return bool(self.answer) and not self.violated

    @property
    def interrupted(self) -> bool:
        """Whether the solve was cut short."""
        return bool(self.figures["interrupted"])

    @property
    def algorithm(self) -> str:
        """What it was inferred by; ``figures["why"]`` says why."""
        return str(self.figures["algorithm"])

    @property
    def seed(self) -> int:
        """Seed of all randomness."""
        return int(self.figures["seed"])

    @property
    def seconds(self) -> float:
        """Wall time."""
        return float(self.figures["seconds"])

    @property
    def elbo(self) -> float | None:
        """Evidence lower bound in nats, of algorithms that fit a Gaussian."""
        return self._figure("elbo")

    @property
    def log_evidence(self) -> float | None:
        """Log evidence in nats, of algorithms that estimate it."""
        return self._figure("log_evidence")

    @property
    def judged(self) -> float | None:
        """Share of samples that a network which took no part reads as the answer."""
        return self._figure("judged")

    def _figure(self, name: str) -> float | None:
        value = self.figures.get(name)
        return None if value is None else float(value)

    def save(self, directory: str | Path) -> Path:
        """Write what ``oedipus solve --out`` does (docs/results.md): numbers, samples, posterior, report.

        Raises ``OSError`` where there is no room, ``ValueError`` where another run is at work there.
        """
        from oedipus.arguments import path
        from oedipus.runtime.directory import claimed

        out = path("directory", directory)
        with claimed(out):
            lost = self.origin.write(out)
        for one in lost:
            warnings.warn(one, stacklevel=2)
        return out

    def to_arviz(self) -> Any:
        """What ``arviz.from_netcdf`` reads of posterior.nc, in memory."""
        import tempfile

        from oedipus.runtime.diagnostics import quiet

        with quiet():
            import arviz

            with tempfile.TemporaryDirectory() as folder:
                self.origin.netcdf(Path(folder) / "posterior.nc")
                found: Any = arviz.from_netcdf(Path(folder) / "posterior.nc")  # type: ignore[no-untyped-call]
                found.load()
                found.close()
        return found

    def plot(self) -> "Figure":
        """Posterior mean and samples of every variable as a matplotlib figure, solution.png of a saved result."""
        from oedipus.runtime.picture import solution

        return solution(self.pictures, self.answer, self.probability, self.origin.found())


@dataclass(frozen=True)
class Live:
    """A result that was solved in this process."""

    solved: "Solved"

    def write(self, directory: Path) -> tuple[str, ...]:
        """Write every file, the approximation weighed as ``--out`` has it."""
        from dataclasses import replace

        from oedipus.runtime.diagnostics import diagnose
        from oedipus.runtime.standard import standard
        from oedipus.service.solving import threads, write

        with threads(1), standard():
            weighed = diagnose(self.solved.posterior, self.solved.result)
            return write(replace(self.solved, diagnostics=weighed), directory)

    def netcdf(self, path: Path) -> None:
        """Write posterior.nc."""
        from oedipus.runtime.netcdf import write_netcdf
        from oedipus.runtime.standard import standard

        with standard():
            write_netcdf(self.solved.result, self.solved.posterior, path, {"riddle": self.solved.text})

    def found(self) -> "Findings":
        """What the samples say of what was measured."""
        from oedipus.runtime.standard import standard

        with standard():
            return self.solved.findings

    def posterior(self) -> "tuple[Saved, Path]":
        """The distribution, over the generators' own latents."""
        from oedipus.runtime.outputs import saved_of
        from oedipus.runtime.standard import standard

        with standard():
            return saved_of(self.solved.result, self.solved.posterior), Path("the result")

    @property
    def cards(self) -> "Mapping[str, Card]":
        """The networks of the riddle."""
        return self.solved.cards


def result_of(solved: "Solved") -> Result:
    """What was solved, as the API gives it."""
    from oedipus.runtime.outputs import summary
    from oedipus.runtime.standard import standard

    result, posterior = solved.result, solved.posterior
    names = [variable.name for variable in posterior.program.variables]
    with standard():
        parts = posterior.own(result.latents).split(posterior.widths, dim=1)
        figures = summary(result, posterior, solved.diagnostics)
    readings = tuple(Reading(dict(one.reading), one.share, one.satisfied) for one in result.answers)
    return Result(
        answer=dict(result.answer),
        probability=result.probability,
        violated=result.violated,
        readings=readings,
        pictures=dict(zip(names, result.pictures, strict=True)),
        latents=dict(zip(names, parts, strict=True)),
        figures=figures,
        origin=Live(solved),
    )

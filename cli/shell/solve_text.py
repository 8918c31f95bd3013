"""What ``oedipus solve`` says at the end to a person at a terminal."""

from pathlib import Path

from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.answers import solutions
from oedipus.runtime.diagnostics import GOOD_RHAT, POOR_RHAT, Apart, Diagnostics
from oedipus.runtime.solve import Result

GOOD_KHAT = 0.7
LEAST, MOST = 0.005, 10
"""The share from which a reading is told, and how many are."""


def text_of(result: Result, diagnostics: Diagnostics, out: Path | None) -> str:
    """Answer, certainty and figures, a line each."""
    lines = []
    if result.interrupted:
        onward = "; --resume goes on from here" if out else ""
        lines.append(f"interrupted after {len(result.trace)} iterations; this is what was found until then{onward}")
    lines += [f"learned from a wrong answer: {insight}" for insight in result.insights]
    if result.answer:
        width = max(map(len, result.answer))
        lines += [f"{name:>{width}} = {digit}" for name, digit in result.answer.items()]
        certainty = f"{result.probability:.0%} of {result.counted:,} posterior samples read so"
        if result.judged is not None:
            certainty += f", {result.judged:.0%} also by the judge, a network that took no part"
        lines.append(certainty)
        lines += readings(result)
        if result.violated:
            lines.append(f"not solved: this answer breaks {', '.join(result.violated)}")
            lines += [f"({remedy})" for remedy in diagnostics.remedies]
    bound = "" if result.elbo is None else f"ELBO {result.elbo:.1f} nats, "
    evidence = "" if result.log_evidence is None else f"log evidence {result.log_evidence:.1f} nats, "
    lines.append(f"{bound}{evidence}mean clause probability {result.score:.3f}, {result.seconds:.1f} s")
    lines.append(f"by {result.request.algorithm}: {result.why}")
    if result.mended is not None:
        lines.append(
            f"samples are those of the fitted density after {result.request.mend} proposals a picture "
            f"towards the posterior, {result.mended:.0%} of them taken"
        )
    if "jump_rate" in result.columns:
        rates = [result.columns[name].mean().item() for name in ("acceptance_rate", "jump_rate")]
        lines.append(f"of trajectories {rates[0]:.0%} were accepted, of jumps from the prior {rates[1]:.1%}")
    if result.rejected:
        lines.append(f"{result.rejected} densities were not finite; those steps were not taken")
    lines += trust(diagnostics)
    if isinstance(result.inferred, Draws) and result.inferred.doubt:
        lines.append(f"warning: {result.inferred.doubt}")
    if out:
        lines.append(f"report: {out / 'report.html'}")
    return "\n".join(lines)


def readings(result: Result) -> list[str]:
    """Every reading where there are several, a line each with its share and what it breaks; and how many of them are
    solutions."""
    told = [one for one in result.answers if one.share >= LEAST][:MOST]
    if len(told) < 2:
        return []
    width = max(len(f"{one.share:.1%}") for one in told)
    valid = len(solutions(result.answers, LEAST))
    lines = [f"{valid} of the readings are solutions:"] if valid > 1 else ["other readings:"]
    for one in told:
        digits = ", ".join(f"{name} {digit}" for name, digit in one.reading.items())
        verdict = "fulfils every clause" if one.satisfied else f"breaks {', '.join(one.violated)}"
        lines.append(f"  {one.share:>{width}.1%}  {digits}: {verdict}")
    if rest := len(result.answers) - len(told):
        left = sum(one.share for one in result.answers) - sum(one.share for one in told)
        lines.append(f"  {left:>{width}.1%}  {rest} more reading{'s' * (rest > 1)}")
    return lines


def trust(diagnostics: Diagnostics) -> list[str]:
    """What the diagnostics say, a line each, and what to do where they are bad."""
    lines = []
    if diagnostics.chains:
        rhat, ess = diagnostics.rhat, diagnostics.ess
        agreement = "not computed" if rhat is None else f"mean {rhat.mean:.3f}, max {rhat.max:.3f}"
        size = "not computed" if ess is None else f"min {ess.min:,.0f}, mean {ess.mean:,.0f}"
        chains = f"{diagnostics.chains} chain{'s' * (diagnostics.chains > 1)} of {diagnostics.draws:,} draws"
        lines.append(f"{chains}: R-hat {agreement}; effective sample size {size}")
        if rhat is None:
            alone = diagnostics.chains == 1
            why = "one chain has no other to agree with" if alone else "there are latents that never moved"
            lines.append(f"(R-hat is not computed: {why})")
        elif rhat.max > POOR_RHAT:
            lines += _apart(diagnostics)
        elif rhat.max > GOOD_RHAT:
            lines.append(f"(R-hat above {GOOD_RHAT}: the chains nearly agree{_instead(diagnostics)})")
    if diagnostics.khat is not None:
        verdict = (
            "the approximation covers the posterior"
            if diagnostics.khat <= GOOD_KHAT
            else "the approximation is not the posterior's shape; its means and readings hold better than its widths"
        )
        lines.append(f"Pareto k-hat {diagnostics.khat:.2f}: {verdict}")
    return lines


def _apart(diagnostics: Diagnostics) -> list[str]:
    """Which latents disagree, and whether what they draw does."""
    apart = diagnostics.apart
    told = f"(R-hat above {POOR_RHAT}{' of ' * bool(apart)}{'; '.join(map(_latents, apart))}: "
    if apart and not any(one.seen for one in apart):
        greatest = max(one.pictures for one in apart if one.pictures is not None)
        told += f"the chains do not agree there yet, but their pictures do, averaged in squares (R-hat {greatest:.3f} "
        return [f"{told}at most): what differs between chains is not seen{_instead(diagnostics)})"]
    lines = [
        f"{told}the chains do not agree yet, and their samples show where each of them has been, not how likely that is"
        f"{_instead(diagnostics)})"
    ]
    known = [f"{one.variable} {one.pictures:.3f}" for one in apart if one.pictures is not None]
    if known:
        lines.append(
            f"(what they draw differs, too: greatest R-hat of pictures averaged in squares {', '.join(known)})"
        )
    return lines


def _latents(apart: Apart) -> str:
    """How many latents of a variable, and the worst of them."""
    worst = ", ".join(f"{at} ({rhat:.2f})" for at, rhat in apart.worst)
    most = "" if apart.latents == len(apart.worst) else "most of all "
    return f"{apart.latents} latent{'s' * (apart.latents != 1)} of {apart.variable}, {most}{worst}"


def _instead(diagnostics: Diagnostics) -> str:
    """What to do where chains disagree: flags that work for this riddle."""
    return f"; to mend it: {', or '.join(diagnostics.advice)}" if diagnostics.advice else ""

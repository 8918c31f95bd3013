"""What ``oedipus solve`` says at the end to a person at a terminal."""

from pathlib import Path

from oedipus.runtime.diagnostics import Diagnostics
from oedipus.runtime.solve import Result

GOOD_RHAT, POOR_RHAT, GOOD_KHAT = 1.01, 1.1, 0.7


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
        certainty = f"{result.probability:.0%} of {len(result.latents)} posterior samples read so"
        if result.judged is not None:
            certainty += f", {result.judged:.0%} also by the judge, a network that took no part"
        lines.append(certainty)
        if result.violated:
            lines.append(f"not solved: this answer breaks {', '.join(result.violated)}")
            lines.append("(--refine learns from that and solves on; another --seed searches elsewhere; where several")
            lines.append(" clauses of logic mislead one by one, `evidence joint` in the file combines them exactly)")
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
    lines += trust(diagnostics, result.request.algorithm)
    if out:
        lines.append(f"report: {out / 'report.html'}")
    return "\n".join(lines)


def trust(diagnostics: Diagnostics, algorithm: str) -> list[str]:
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
            lines.append(
                f"(R-hat above {POOR_RHAT}: the chains do not agree yet, and their samples show where each of them has "
                f"been, not how likely that is; {_instead(algorithm)})"
            )
        elif rhat.max > GOOD_RHAT:
            lines.append(f"(R-hat above {GOOD_RHAT}: the chains nearly agree; {_instead(algorithm)})")
    if diagnostics.khat is not None:
        verdict = (
            "the approximation covers the posterior"
            if diagnostics.khat <= GOOD_KHAT
            else (
                "the approximation is narrower than the posterior; its means and readings hold better than its widths"
            )
        )
        lines.append(f"Pareto k-hat {diagnostics.khat:.2f}: {verdict}")
    return lines


def _instead(algorithm: str) -> str:
    """What to do where chains of ``algorithm`` disagree."""
    option = "draws" if algorithm == "hmc" else "trajectories"
    return (
        f"ask for more of them with --option {option}=NUMBER, and where they never agree, as there are several "
        "explanations far apart, weigh these by --algorithm bank (digits) or smc (measured pictures)"
    )

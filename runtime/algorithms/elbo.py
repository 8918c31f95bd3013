"""The evidence lower bound of a diagonal Gaussian on antithetic pairs (paper section 5.2)."""

from torch import Tensor, cat

from oedipus.runtime.density import Density, Evaluation


def elbo_on(
    density: Density, mean: Tensor, log_sigma: Tensor, noise: Tensor, alpha: float
) -> tuple[Tensor, Evaluation]:
    """ELBO ``[runs]`` in nats of q = N(mean, diag exp(2 log_sigma)), both ``[runs, dim]``.

    ``noise`` ``[runs, pairs, dim]`` is used with both signs: m ± σε (Kingma et al. 2015).
    The evaluation's rows are run by run, plus signs first.
    """
    shift = log_sigma.exp()[:, None] * noise
    latents = cat([mean[:, None] + shift, mean[:, None] - shift], dim=1)
    evaluation = density.evaluate(latents.flatten(0, 1), alpha)
    expected = evaluation.log_likelihood.unflatten(0, (len(mean), -1)).mean(dim=1)
    return expected - divergence(mean, log_sigma), evaluation


def divergence(mean: Tensor, log_sigma: Tensor) -> Tensor:
    """KL(N(mean, diag exp(2 log_sigma)) ‖ N(0, 1)) ``[runs]`` in nats."""
    return ((2 * log_sigma).exp() + mean.square() - 1 - 2 * log_sigma).sum(dim=1) / 2

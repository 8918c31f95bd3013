"""Where a variable's pictures come from."""

from dataclasses import dataclass

from torch import Tensor

from oedipus.runtime.affine import Affine


@dataclass(frozen=True, eq=False)
class Source:
    """A generator, and the map of N(0, 1) noise to its latents where these have a prior of their own."""

    generator: str
    prior: Affine | None = None

    def __eq__(self, other: object) -> bool:
        # Two priors are never looked into: each variable that has one is a source of its own.
        return isinstance(other, Source) and self.generator == other.generator and self.prior is other.prior

    def __hash__(self) -> int:
        return hash((self.generator, id(self.prior)))

    def own(self, latents: Tensor) -> Tensor:
        """The generator's latents of standard normal ones."""
        return latents if self.prior is None else self.prior.push(latents)

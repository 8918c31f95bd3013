"""What a network can be in the library."""

from typing import Literal, TypeAlias

Role: TypeAlias = Literal["generator", "classifier", "regressor", "judge"]
EXPORTED = "exported"
"""The architecture of networks that are ``torch.export`` programs."""

"""What a network can be in the library."""

import re
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["generator", "classifier", "regressor", "judge"]
EXPORTED = "exported"
"""The architecture of networks that are ``torch.export`` programs."""
NUMBER = re.compile(r"-?[0-9]{1,6}")
"""How a class that is a number is written."""

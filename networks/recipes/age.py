"""The age network: converted, not trained."""

from pathlib import Path

from oedipus.networks.recipes import converted

DATA, METHOD = converted.DATA, converted.METHOD
HALF = True


def recipe(data: Path | None) -> converted.Converted:
    return converted.Converted(data, "age_resnet", "age-v1.onnx")

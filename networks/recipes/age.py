"""The age network: converted, not trained."""

from pathlib import Path

from oedipus.networks.recipes import converted
from oedipus.networks.recipes.face_scores import age_figures

DATA, METHOD = converted.DATA, converted.METHOD
HALF = True


def recipe(data: Path | None) -> converted.Converted:
    return converted.Converted(data, "age_resnet", "age-v1.onnx", age_figures)

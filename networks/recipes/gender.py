"""The gender network: converted, not trained."""

from pathlib import Path

from oedipus.networks.recipes import converted
from oedipus.networks.recipes.face_scores import gender_figures

DATA, METHOD = converted.DATA, converted.METHOD
HALF = True


def recipe(data: Path | None) -> converted.Converted:
    return converted.Converted(data, "gender_convnet", "gender-v1.onnx", gender_figures)

"""The judge of genders: trained apart from the gender network, only ever scores results."""

from pathlib import Path

from oedipus.networks import faces
from oedipus.networks.recipes import face_judges
from oedipus.networks.recipes.face_scores import gender_figures

DATA, METHOD = faces.SOURCE, face_judges.METHOD
HALF = True


def recipe(data: Path | None) -> face_judges.Judged:
    options = {"classes": 2, "width": 24}
    return face_judges.Judged(data, options, 3000, lambda one: 1 - one.female, face_judges.class_loss, gender_figures)

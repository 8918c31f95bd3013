"""The judge of ages: trained apart from the age network, only ever scores results."""

from pathlib import Path

from oedipus.networks import faces
from oedipus.networks.recipes import face_judges
from oedipus.networks.recipes.face_scores import age_figures

DATA, METHOD = faces.SOURCE, face_judges.METHOD
HALF = True


def recipe(data: Path | None) -> face_judges.Judged:
    options = {"classes": 21, "width": 24, "years": True}
    return face_judges.Judged(data, options, 4500, lambda one: one.ages, face_judges.age_loss, age_figures)

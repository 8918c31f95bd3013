"""What a new concept is built upon: for each kind a network whose layers are kept. Needs no torch."""

from collections.abc import Mapping, Sequence

from oedipus.networks.cards import Card

LEVELS: Mapping[str, Sequence[Mapping[str, int]]] = {
    "convnet": ({"depth": 1}, {"depth": 2}, {"depth": 3}),
    "gender_convnet": ({"mixed": False},),
}
"""For each architecture that can be built upon, the options that end it at one of its layers."""


def body_of(kind: str, cards: Mapping[str, Card]) -> Card | None:
    """The classifier of a kind that a new concept is built upon: the reader of its values, else another; None where
    there is none of an architecture that can be. A network that was built upon another one is none."""
    usable = [
        one
        for one in cards.values()
        if one.kind == kind and one.role == "classifier" and not any(level.items() <= one.options.items()
        for level in LEVELS.get(one.architecture, ({},)))
    ]  # fmt: skip
    return next(iter(sorted(usable, key=lambda one: (not one.reads_values, one.name))), None)

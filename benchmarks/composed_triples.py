"""One meaning in three wordings."""
from random import Random
from composed_words import World
PARAPHRASES: dict[str, int] = {}
def triple(rng: Random, name: str) -> tuple[str, World, list[str]]: raise NotImplementedError

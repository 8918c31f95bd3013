"""Held-out figures of every shipped network, measured again.

    python benchmarks/networks.py --data DIR --fonts FOLDER

DIR holds the four files of MNIST; without it they are fetched by hash. FOLDER holds the fonts of docs/letters.md;
without it the networks of letters keep the figures of their cards.
"""

import argparse
from importlib import import_module
from pathlib import Path

import torch
from report import machine, table, write

from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network

WANTED = {
    "digit": ("clear_ratio", 0.9),
    "digit_classifier": ("test_accuracy", 0.992),
    "odd": ("test_accuracy", 0.992),
    "circle": ("test_accuracy", 0.992),
    "digit_judge": ("test_accuracy", 0.996),
}
LETTERS = {
    "letter": ("clear_ratio", 0.8),
    "letter_classifier": ("test_accuracy", 0.99),
    "vowel": ("test_accuracy", 0.99),
    "counter": ("test_accuracy", 0.99),
    "symmetric": ("test_accuracy", 0.99),
    "letter_judge": ("test_accuracy", 0.99),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--fonts", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards, figures = read_cards(), {}
    for name in WANTED | LETTERS:
        if name in LETTERS and asked.fonts is None:
            figures[name] = dict(cards[name].figures)
            continue
        recipe = import_module(f"oedipus.networks.recipes.{name}").recipe(
            asked.fonts if name in LETTERS else asked.data
        )
        figures[name] = recipe.figures(load_network(cards[name]))
        print(name, figures[name], flush=True)
    rows = []
    for name, (key, least) in (WANTED | LETTERS).items():
        training = cards[name].training
        others = ", ".join(f"{other} {value:.4g}" for other, value in figures[name].items() if other != key)
        made = f"{training['steps']:,} steps, {training['seconds'] / 60:.0f} min on one core"
        rows.append([f"`{name}`", f"{key} {figures[name][key]:.4f}", f"{least}", others, made])
    header = ["network", "measured", "wanted", "also", "made in"]
    section = f"## Networks\n\n`python benchmarks/networks.py --data DIR --fonts FOLDER`\n\n{table(header, rows)}"
    write("networks", {"figures": figures, "machine": machine()}, section)


if __name__ == "__main__":
    main()

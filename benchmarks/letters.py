"""The riddles of letters over many seeds: whether the answer is right, and how the pictures are read.

    python benchmarks/letters.py --seeds 3 --figure docs/letters_solved.png

    python benchmarks/letters.py --seeds 1 --alpha 10

The algorithm is the one that `auto` chooses; the riddles say `alpha 300`, which ``--alpha`` replaces for a look: then
nothing is written. `letter_judge` and `digit_judge`, which take no part in inference, read
every sample; a sample is right where they read all its pictures as the answer. ``--figure`` draws six samples of each
riddle's first seed, in the order of its pictures.
"""

import argparse
import re
import statistics
from pathlib import Path

import torch
from matplotlib.figure import Figure
from report import machine, table, write
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.riddles import text_of
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.solve import request_for, solve

RIDDLES = ("two_letters", "one_of_five", "five_tiles", "letters_and_digits", "anagram")
SHOWN = 6
SAMPLES = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--alpha", type=float, help="another than the riddles' own")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards, figures, rows = read_cards(), {}, []
    drawn: list[tuple[Tensor, ...]] = []
    for name in RIDDLES:
        text = text_of(name)
        if asked.alpha is not None:
            text = re.sub(r"(?m)^alpha .*$", f"alpha {asked.alpha:g}", text)
        program = compile_text(text, cards)
        posterior = load_posterior(program, cards)
        runs = [solve(posterior, request_for(program, samples=SAMPLES, seed=seed)) for seed in range(asked.seeds)]
        truth = posterior.program.solution
        assert truth is not None
        answers = [one.answers[0].classes == tuple(truth.values()) for one in runs]
        figures[name] = {
            "answer": "".join(map(str, runs[0].answer.values())),
            "right": sum(answers),
            "certain": statistics.mean(one.probability for one in runs),
            "judged": [one.judged for one in runs],
            "seconds": statistics.median(one.seconds for one in runs),
        }
        print(name, figures[name], flush=True)
        drawn.append(tuple(picture[:SHOWN] for picture in runs[0].pictures))
        rows.append(row(name, figures[name], asked.seeds))
    if asked.alpha is not None:
        return
    header = ["riddle", "answer", "right", "certain", "read right by the judge", "worst seed", "seconds"]
    section = (
        f"## Letters\n\n`python benchmarks/letters.py --seeds {asked.seeds}`; "
        f"{SAMPLES} samples for each seed, by `auto`.\n\n" + table(header, rows)
    )
    write("letters", {"machine": machine(), "riddles": figures}, section)
    if asked.figure:
        draw(drawn, asked.figure)


def row(name: str, found: dict[str, object], seeds: int) -> list[str]:
    """A riddle's line of the table."""
    judged = found["judged"]
    assert isinstance(judged, list)
    mean, worst = statistics.mean(judged), min(judged)
    return [
        f"`{name}`",
        str(found["answer"]),
        f"{found['right']} of {seeds}",
        f"{found['certain']:.3f}",
        f"{mean:.2%}",
        f"{worst:.1%}",
        f"{found['seconds']:.1f}",
    ]


def draw(drawn: list[tuple[Tensor, ...]], path: Path) -> None:
    """A line of pictures for each sample of each riddle."""
    most = max(map(len, drawn))
    figure = Figure(figsize=(len(drawn) * most * 0.35, SHOWN * 0.4), dpi=120)
    grids = figure.add_gridspec(1, len(drawn), wspace=0.08, left=0.01, right=0.99, top=0.98, bottom=0.02,
                                width_ratios=[len(one) for one in drawn])  # fmt: skip
    for place, pictures in enumerate(drawn):
        axis = figure.add_subplot(grids[place])
        sheet = torch.stack(pictures, dim=1).squeeze(2).permute(0, 2, 1, 3).flatten(2).flatten(0, 1)
        axis.imshow(sheet.cpu(), cmap="gray", vmin=0, vmax=1, interpolation="bicubic")
        axis.axis("off")
    figure.savefig(path)


if __name__ == "__main__":
    main()

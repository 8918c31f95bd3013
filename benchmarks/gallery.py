"""The gallery of docs/gallery.md: every riddle of riddles/, solved, with a picture of what was found.

    python benchmarks/gallery.py            # those whose text, or whose data, is another than when they were solved
    python benchmarks/gallery.py clock lock # these anew
    python benchmarks/gallery.py --page     # only the page

Writes docs/gallery/NAME.png, docs/gallery/solved.json with a hash of what was solved, and the page.
"""

import argparse
import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import oedipus

ROOT = Path(__file__).parent.parent
RIDDLES = ROOT / "riddles"
FOLDER = ROOT / "docs" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"
STORED = FOLDER / "solved.json"
SEED = 0
TOLD = 3
"""Readings that the page tells of a riddle with several."""
Solved: TypeAlias = dict[str, Any]


def riddles() -> dict[str, str]:
    """Every riddle's text by its name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(RIDDLES.glob("*.riddle"))}


def digest(text: str) -> str:
    """Of a riddle and of the files that it names."""
    found = hashlib.sha256(text.encode())
    for name in re.findall(r'"([^"]+)"', text):
        if (RIDDLES / name).is_file():
            found.update((RIDDLES / name).read_bytes())
    return found.hexdigest()


def stored() -> dict[str, Solved]:
    """What was found of each riddle."""
    found: dict[str, Solved] = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    return found


def solve(name: str) -> Solved:
    """A riddle solved, its picture written; what the page says of it."""
    path = RIDDLES / f"{name}.riddle"
    riddle = oedipus.parse(path)
    variables = [one.name for one in riddle.riddle.variables]
    about = {"digest": digest(riddle.text), "variables": len(variables), "measured": "±" in riddle.text}
    begun = time.process_time()
    try:
        result = oedipus.solve(riddle, seed=SEED)
    except oedipus.Unsatisfiable as error:
        return about | {"conflict": dict(error.conflict)}
    from gallery_pictures import write_picture

    write_picture(result, FOLDER / f"{name}.png")
    return about | {
        "answer": dict(result.answer),
        "readings": [[dict(one.digits), round(one.share, 4)] for one in result.readings[:TOLD] if one.share >= 0.005],
        "more": sum(one.share >= 0.005 for one in result.readings[TOLD:]),
        "share": round(result.probability, 4),
        "judged": result.judged,
        "violated": list(result.violated),
        "read": result.figures["read"],
        "samples": result.samples,
        "algorithm": result.algorithm,
        "seconds": round(time.process_time() - begun, 1),
    }


# The page -----------------------------------------------------------------

GROUPS: tuple[tuple[str, Callable[[Solved], bool]], ...] = (
    ("No solution", lambda one: "conflict" in one),
    ("Pictures that were measured", lambda one: bool(one["measured"])),
    ("One digit or two", lambda one: one["variables"] <= 2),
    ("Three digits", lambda one: one["variables"] == 3),
    ("Four digits", lambda one: one["variables"] == 4),
    ("Five digits and more", lambda one: one["variables"] > 4),
)
ORDER = (2, 3, 4, 5, 1, 0)


def page(found: Mapping[str, Solved]) -> str:
    """docs/gallery.md."""
    texts, slowest = riddles(), max(one["seconds"] for one in found.values() if "seconds" in one)
    groups: dict[str, list[str]] = {GROUPS[at][0]: [] for at in ORDER}
    for name, one in found.items():
        groups[next(title for title, belongs in GROUPS if belongs(one))].append(name)
    parts = [
        "# Gallery",
        f"The {len(found)} riddles of `riddles/`, solved with seed {SEED} by what `--algorithm auto` takes; seconds "
        f"are the processor's, one thread (the slowest took {slowest:.0f}). Columns are the variables in their order, "
        "rows are posterior samples, joint ones; where something was measured, a row is a variable and begins with its "
        "data. Shares are of all samples, and a riddle with several solutions has several readings. `oedipus solve "
        "riddles/NAME.riddle` solves one of them, `python benchmarks/gallery.py` makes this page.",
    ]
    for title, names in groups.items():
        parts += [] if not names else [f"## {title}", *(_card(name, texts[name], found[name]) for name in names)]
    return "\n\n".join(parts) + "\n"


def _card(name: str, text: str, one: Solved) -> str:
    title = name.replace("_", " ")
    picture = [] if "conflict" in one else [f"![Samples of the riddle {title}](gallery/{name}.png)"]
    return "\n\n".join([f"### {title}", *picture, f"```riddle\n{text.strip()}\n```", _said(one)])


def _said(one: Solved) -> str:
    """What was found, in a line."""
    if "conflict" in one:
        return f"No solution: {' contradicts '.join(f'*{text}*' for text in one['conflict'].values())}."
    end = f"by `{one['algorithm']}` in {one['seconds']:.1f} s"
    if not one["answer"]:
        return f"{'; '.join(map(_network, one['read']))}; {end}."
    told = "; ".join(f"**{_digits(digits)}** ({share:.0%})" for digits, share in one["readings"])
    more = f"; {one['more']} more" if one["more"] else ""
    judged = "" if one["judged"] is None else f", the judge agrees in {one['judged']:.0%}"
    broken = f" It breaks {', '.join(one['violated'])}." if one["violated"] else ""
    return f"{told}{more}{judged if not more and len(one['readings']) == 1 else ''}; {end}.{broken}"


def _digits(digits: Mapping[str, int | str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in digits.items())


def _network(read: Mapping[str, Any]) -> str:
    if "shares" in read:
        best = max(read["shares"], key=lambda name: read["shares"][name])
        return f"**{best}** in {read['shares'][best]:.0%} of the samples"
    return f"{read['network']} **{read['mean']:.1f} ± {read['standard_deviation']:.1f}** {read['unit']}".rstrip()


def stale(found: Mapping[str, Solved]) -> list[str]:
    """The riddles that were not solved as they are now, or whose picture is missing."""
    return [
        name
        for name, text in riddles().items()
        if found.get(name, {}).get("digest") != digest(text)
        or not ("conflict" in found[name] or (FOLDER / f"{name}.png").exists())
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="riddles to solve anew")
    parser.add_argument("--page", action="store_true", help="only write the page")
    given = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    found = {name: one for name, one in stored().items() if name in riddles()}
    wanted = [] if given.page else given.names or stale(found)
    for name in sorted(wanted, key=lambda name: "±" in riddles()[name]):
        found[name] = solve(name)
        print(name, found[name].get("answer", found[name].get("conflict")), found[name].get("seconds"), flush=True)
        found = dict(sorted(found.items()))
        STORED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for path in FOLDER.glob("*.png"):
        if path.stem not in found:
            path.unlink()
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()

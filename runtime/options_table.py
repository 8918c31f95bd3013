"""The options of a run and of every algorithm as a table, which the compiler reads without torch.

python -m oedipus.runtime.options_table     # write compiler/options.json
"""

import json
from pathlib import Path

import oedipus.compiler
from oedipus.runtime.algorithms import kind_of, names
from oedipus.runtime.algorithms.options import declared, iterating, needs
from oedipus.runtime.solve import Request


def table() -> str:
    """The options of a run and of every algorithm, as compiler/options.json has them."""
    kinds = {"run": Request} | {name: kind_of(name) for name in names()}
    told = {
        name: {
            "options": {key: one.stored() for key, one in declared(kind).items()},
            "needs": needs(kind),
            "iterating": iterating(kind),
        }
        for name, kind in kinds.items()
    }
    return json.dumps(told, indent=1) + "\n"


if __name__ == "__main__":
    (Path(oedipus.compiler.__file__).parent / "options.json").write_text(table(), encoding="utf-8")

"""``oedipus networks add, remove, verify``: networks of others in a library of one's own (docs/sharing.md)."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from oedipus.shell.flags import Json


def add(
    source: Annotated[
        Path, typer.Argument(metavar="DIR|ARCHIVE", help="A folder, a zip or a tar of cards and weights.")
    ],
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Put them in the place of those of the same name.")
    ] = False,
    json: Json = False,
) -> None:
    """Put networks into your own library, which every riddle then knows."""
    from oedipus.networks.own import own_library
    from oedipus.runtime.directory import TakenError
    from oedipus.service.modules import ModuleError
    from oedipus.service.modules import add as added
    from oedipus.shell.common import Exit, emit, fail

    library = own_library()
    try:
        found = added(source, library, upgrade=upgrade)
    except (ModuleError, TakenError) as error:
        fail(str(error), Exit.WRONG_FILE)
    except OSError as error:
        fail(f"cannot {'write' if str(library) in str(error.filename) else 'read'} {error.filename or source}: "
             f"{error.strerror or error}", Exit.WRONG_FILE)  # fmt: skip
    for card in found.cards:
        before = found.before.get(card.name)
        if json:
            emit({"event": "network", "name": card.name, "version": card.version, "before": before})
        else:
            instead = "" if before is None else f" in the place of {before}"
            print(f"{card.name} {card.version}{instead}: a {card.role} of the kind {card.kind}, in {library}")
    if json:
        emit({"event": "result", "added": [card.name for card in found.cards], "library": str(library)})


def remove(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Networks of your own library.")],
    others: Annotated[bool, typer.Option("--with-dependants", help="Those that need them, too.")] = False,
    json: Json = False,
) -> None:
    """Take networks out of your own library."""
    from oedipus.networks.own import own_library
    from oedipus.runtime.directory import TakenError
    from oedipus.service.modules import ModuleError
    from oedipus.service.modules import remove as removed
    from oedipus.shell.common import Exit, emit, fail

    library = own_library()
    try:
        gone = removed(names, library, others=others)
    except (ModuleError, TakenError) as error:
        fail(str(error), Exit.USAGE)
    except OSError as error:
        fail(f"cannot write {library}: {error.strerror or error}", Exit.USAGE)
    if json:
        emit({"event": "result", "removed": gone, "library": str(library)})
    else:
        print("\n".join(f"{name} is gone" for name in gone))


def verify(
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar="NAME...", help="All networks without one."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Measure figures again: on what a recipe reads, or a folder of pictures for each class."),
    ] = None,
    json: Json = False,
) -> None:
    """Hold cards and weights against each other: schema, needs, hashes, shapes, and figures where data are given."""
    from oedipus.networks.mnist import DataError
    from oedipus.networks.own import own_library
    from oedipus.service.modules import ModuleError
    from oedipus.service.modules import verify as verified
    from oedipus.shell.common import Exit, emit, fail

    ill = 0
    try:
        for one in verified(names or (), own_library(), data):
            ill += bool(one.faults)
            if json:
                figures = {name: {"card": said, "measured": now} for name, (said, now) in one.figures.items()}
                emit({"event": "network", "name": one.name, "faults": list(one.faults), "figures": figures})
                continue
            measured = "".join(f", {name} {now:.4g}" for name, (_, now) in one.figures.items())
            print(f"{'! ' if one.faults else ''}{one.name} {one.version}: {'; '.join(one.faults) or 'sound'}{measured}")
    except ModuleError as error:
        fail(str(error), Exit.USAGE)
    except (DataError, OSError) as error:
        fail(str(error), Exit.WRONG_FILE)
    if json:
        emit({"event": "result", "well": not ill, "faults": ill})
    if ill:
        fail(f"{ill} network{'s' * (ill > 1)} to mend; `oedipus networks add … --upgrade` or `remove`", Exit.WRONG_FILE)

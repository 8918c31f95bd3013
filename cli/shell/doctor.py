"""``oedipus doctor``: what this installation is, and what to mend."""

import typer

from oedipus.shell.flags import Json


def doctor(json: Json = False) -> None:
    """Look at the installation: versions, device, threads, weights, cache. Status 2 where something is to be mended."""
    from dataclasses import asdict

    from oedipus.service.doctor import findings
    from oedipus.shell.common import Exit, emit

    ill = 0
    for one in findings():
        ill += not one.well
        if json:
            emit({"event": "finding", **asdict(one)})
            continue
        print(f"{'' if one.well else '! '}{one.name}: {one.said}")
        if not one.well:
            print(f"    to mend: {one.mend}")
    if json:
        emit({"event": "result", "well": not ill, "faults": ill})
    else:
        print("all is well" if not ill else f"{ill} thing{'s' * (ill > 1)} to mend")
    raise typer.Exit(Exit.USAGE if ill else Exit.DONE)

"""Example riddles that ship with the package."""

from pathlib import Path


def names() -> tuple[str, ...]:
    """Every example, without its ending."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.riddle")))


def text_of(name: str) -> str:
    """The text of an example. Raises ``FileNotFoundError`` where there is none of that name."""
    return (Path(__file__).parent / f"{name}.riddle").read_text(encoding="utf-8")

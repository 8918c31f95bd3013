"""Values of options as they are typed."""

from typing import TypeAlias

Value: TypeAlias = bool | int | float | str


def value_of(text: str) -> Value:
    """A number, a truth or a word."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text

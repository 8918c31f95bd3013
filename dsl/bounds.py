"""Numbers that bound what a riddle may say, where those who read no riddle need them, too."""

MOST_ALPHA = 1e6
"""Greatest power of a likelihood: single precision tells no more apart beyond it."""

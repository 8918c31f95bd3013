"""Bounds that flags and arguments share."""

import os

MOST_THREADS = max(64, os.cpu_count() or 1)
"""A thread takes room of its own; where many are too many, the process dies without a word."""

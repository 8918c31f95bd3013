"""Training recipes, one module each: how every shipped network was made.

A module ``NAME.py`` holds ``recipe() -> Recipe`` for the network called NAME.
"""

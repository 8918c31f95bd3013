"""Amortised inference: what has dreamt of a family of riddles answers each of them at once (paper, section 7).

A riddle with data left open is simulated from its prior, and q(ξ | y) is trained on what comes out.
"""

"""What the shell, the language server, Python's functions and a page have in common: reading, solving, sampling.

Plain functions of values. Nothing here prints, ends a process or knows of a protocol.
"""

"""Memory that was freed, given back to the system: making numbers small on loading leaves holes behind. Torch-free."""

from __future__ import annotations

import ctypes


def return_freed_memory() -> None:
    """Give the system back what has been freed between blocks that are still in use.

    The GNU C library keeps it otherwise (`malloc_trim(3)`): a gigabyte after a model of 0.5 billion parameters was
    brought to 4 bits. Others have no such function, and nothing is done.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, macOS, Windows
        return
    trim(0)

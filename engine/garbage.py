"""Python's search for rings of objects that nobody holds, kept from looking through what stays anyway. Torch-free."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_exempted = False


@contextmanager
def paused_search() -> Iterator[None]:
    """Search nothing meanwhile: where modules are imported, a tenth of the time goes into looking through them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def exempt_modules() -> None:
    """Leave what there is out of every search to come; only the first call in a process does so.

    For when all modules have been imported and no model is loaded: of what is exempt, rings are never freed.
    """
    global _exempted
    if not _exempted:
        _exempted = True
        gc.freeze()

"""Compiled functions loaded without what only compiling needs, which takes longer than all the rest of loading them.

Before numba loads a function it imports and registers all that it knows of Python and numpy, some sixty modules. Where
there is nothing to load and it has to compile, it does the same by itself.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

_KNOWN = "0.68."  # the numba that this was tried with; any other loads as it wants to


def load_lightly(*functions: Any) -> None:
    """Have compiled functions, of numba's kind and with a cache, load so from now on."""
    if not numba.__version__.startswith(_KNOWN):
        return
    for function in functions:
        function._cache = _LightCache(function.py_func)


class _LightCache(FunctionCache):
    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Do what numba does, but for refreshing `target_context`."""
        rtsys.initialize(target_context)  # the memory that functions allocate
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)

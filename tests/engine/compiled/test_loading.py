import subprocess
import sys

import numba
import pytest

from engine.compiled import loading
from tests.engine.compiled.ready import compiled_functions

ROOTS = """
import numpy as np
from numba import njit
from engine.compiled.loading import load_lightly

@njit(cache=True)
def roots(values):
    total = 0.0
    for value in values:
        total += value**0.5
    return total

load_lightly(roots)
"""
PRINT = (
    "print(roots({0}), len(roots.stats.cache_hits), len(roots.stats.cache_misses), 'numba.np.linalg' in sys.modules)"
)
known = pytest.mark.skipif(
    not numba.__version__.startswith(loading._KNOWN), reason="another numba loads as it wants to"
)


def run(code, **options):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, **options).stdout


@pytest.fixture
def roots(tmp_path):
    """Print the sum of the roots of an array, how often it was loaded and compiled, and what was imported for that."""
    (tmp_path / "module.py").write_text(ROOTS)

    def call(*arrays):
        lines = "\n".join(PRINT.format(array) for array in arrays)
        found = run(f"import sys; sys.path.append({str(tmp_path)!r})\nfrom module import np, roots\n{lines}")
        return [line.split() for line in found.splitlines()]

    return call


@known
def test_what_was_compiled_loads_without_what_compiling_needs(roots):
    array = "np.array([4.0, 9.0])"
    assert roots(array) == [["5.0", "0", "1", "True"]]
    assert roots(array) == [["5.0", "1", "0", "False"]]


def test_what_was_not_compiled_is_compiled_after_something_was_loaded(roots):
    array = "np.array([4.0, 9.0])"
    roots(array)
    assert [line[:3] for line in roots(array, "np.array([[16, 25]]).ravel()")] == [["5.0", "1", "0"], ["9.0", "1", "1"]]


@known
def test_so_load_the_functions_of_the_engine():
    code = (
        "import sys\n"
        "from engine.compiled import library\n"
        "from engine.compiled.trial import run_once\n"
        "[run_once(library.functions(), kind) for kind in library.KINDS]\n"
        "print('numba.np.linalg' in sys.modules)"
    )
    with compiled_functions():
        assert run(code, timeout=120) == "False\n"

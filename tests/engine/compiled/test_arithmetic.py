import numpy as np

from engine.compiled import library
from tests.engine.compiled.ready import compiled_functions


def test_the_exponential_is_that_of_numpy():
    with compiled_functions():
        library.functions()
        from engine.compiled.arithmetic import exp

        values = np.concatenate((np.linspace(-80, 80, 4001), [0.0, 1e-8, -1e-8])).astype(np.float32)
        found = np.array([exp(value) for value in values])
    np.testing.assert_allclose(found, np.exp(values.astype(np.float64)), rtol=3e-7)
    assert exp(np.float32(-1e30)) < 1e-37

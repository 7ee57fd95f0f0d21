import numpy as np
import pytest

from engine.compiled import library
from tests.engine.compiled.ready import compiled_functions


@pytest.mark.parametrize("rows", range(1, 30))
def test_as_many_vectors_as_there_are_come_out_right(rows):
    generator = np.random.default_rng(rows)
    with compiled_functions():
        functions = library.functions()
        from engine.compiled.arrays import Matrix

        count, width = 2 * functions.float_block, 64
        weights = generator.standard_normal((count, width)).astype(np.float32)
        packed = weights.reshape(2, functions.float_block, width).transpose(0, 2, 1).reshape(count, width).copy()
        scales, bias = generator.random((2, count), np.float32)
        x, out = generator.random((rows, 61), np.float32), np.empty((rows, count - 3), np.float32)
        matrix = Matrix(packed, scales, np.zeros(count, np.int32), bias)
        functions.multiply(matrix, x, np.zeros((1, 1), np.uint8), out)
    np.testing.assert_allclose(out, ((x @ weights[:, :61].T) * scales + bias)[:, :-3], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("words", [1, 15, 16, 40])
def test_packed_words_are_laid_out_in_rows_again(words):
    with compiled_functions():
        functions = library.functions()
        block = functions.float_block
        rows = np.random.default_rng(1).integers(0, 2**32, (3 * block, words), np.uint32)
        packed = rows.reshape(3, block, words).transpose(0, 2, 1).reshape(rows.shape).copy()
        found = np.empty_like(rows)
        functions.to_rows(packed, found)
    np.testing.assert_array_equal(found, rows)

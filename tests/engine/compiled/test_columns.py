import pytest
import torch

from engine.compiled import library
from engine.truncation import argmax, largest, log_softmax_of
from tests.engine.compiled.ready import compiled_functions


def random(rows, size, seed=1):
    return torch.randn((rows, size), generator=torch.Generator().manual_seed(seed))


@pytest.fixture(autouse=True)
def _in_use():
    with compiled_functions():
        library.functions()
        assert library.in_use() is not None
        yield


@pytest.mark.parametrize(("rows", "size", "k"), [(1, 3, 3), (2, 64, 8), (3, 1000, 1), (5, 32_001, 8), (2, 300, 32)])
def test_the_largest_come_in_order_with_their_columns(rows, size, k):
    logits = random(rows, size)
    values, columns = largest(logits, k)
    assert torch.equal(values, logits.topk(k, dim=1).values)
    assert torch.equal(logits.gather(1, columns), values)


def test_of_equal_ones_the_first_is_taken():
    logits = torch.zeros(2, 200)
    logits[0, [70, 150]] = 1.0
    logits[1] = -torch.inf
    assert argmax(logits).tolist() == [70, 0]
    assert largest(logits, 3)[1].tolist() == [[70, 150, 0], [0, 1, 2]]


def test_log_probabilities_are_those_of_a_log_softmax():
    logits = random(3, 5000) * 20
    logits[0, 7] = -torch.inf
    values, columns = largest(logits, 4)
    expected = logits.log_softmax(dim=1).gather(1, columns)
    torch.testing.assert_close(log_softmax_of(values, logits), expected, atol=1e-5, rtol=1e-5)

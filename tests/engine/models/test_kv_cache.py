import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.kv_cache import KVCache

HEADS, WIDTH = 2, 3


def states(rows, length, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((2, rows, HEADS, length, WIDTH), generator=generator)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["add", "many", "rewind", "shuffle", "double", "drop"]), max_size=25), st.integers(0, 99)
)
def test_behaves_like_concatenation(actions, seed):
    cache = KVCache()
    keys, values = expected = list(states(2, 3, seed))
    cache.update(keys, values, 0)
    for number, action in enumerate(actions):
        rows, length = expected[0].shape[0], expected[0].shape[2]
        if action in ("add", "many"):
            new = states(rows, 1 if action == "add" else 70, seed + number)
            found = cache.update(new[0], new[1], 0)
            expected = [torch.cat((old, part), dim=2) for old, part in zip(expected, new, strict=True)]
            assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))
        elif action == "rewind":
            cache.rewind(length // 2)
            expected = [old[:, :, : length - length // 2] for old in expected]
        else:
            order = {"shuffle": range(rows - 1, -1, -1), "double": [*range(rows), 0], "drop": [rows - 1]}[action]
            cache.select(torch.tensor(list(order)))
            expected = [old[list(order)] for old in expected]
        assert cache.length == expected[0].shape[2]
        layer = cache.layers[0]
        assert torch.equal(layer.keys, expected[0])
        assert torch.equal(layer.values, expected[1])


def test_a_token_moves_nothing_that_is_there():
    cache = KVCache()
    cache.update(*states(1, 10, 0), 0)
    place = cache.layers[0].keys.data_ptr()
    for number in range(50):
        cache.update(*states(1, 1, number), 0)
        assert cache.layers[0].keys.data_ptr() == place


def test_more_cannot_be_forgotten_than_there_is():
    cache = KVCache()
    cache.update(*states(1, 4, 0), 0)
    with pytest.raises(ValueError, match="5 of 4"):
        cache.rewind(5)

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.kv_state import KVState

LAYERS, HEADS, WIDTH = 2, 3, 4


@torch.inference_mode()
def add(state, rows, count, seed, mask=None):
    """Append random keys and values; return them as (L, B, 2 heads, count, width)."""
    new = torch.randn((LAYERS, rows, 2 * HEADS, count, WIDTH), generator=torch.Generator().manual_seed(seed))
    state.extend(rows, count, mask)
    for memory, part in zip(state.layers(count), new, strict=True):
        keys, values = memory.put(part)
        assert torch.equal(torch.cat((keys, values), dim=1)[:, :, -count:], part)
    return new


def held(state):
    return state.buffer[:, :, :, : state.length]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["add", "many", "rewind", "shuffle", "double", "drop"]), max_size=25), st.integers(0, 99)
)
def test_behaves_like_concatenation(actions, seed):
    state = KVState((LAYERS, 2, HEADS, WIDTH), torch.float32, torch.device("cpu"))
    expected = add(state, 2, 3, seed)
    for number, action in enumerate(actions):
        rows, length = expected.shape[1], expected.shape[3]
        if action in ("add", "many"):
            new = add(state, rows, 1 if action == "add" else 300, seed + number)
            expected = torch.cat((expected, new), dim=3)
        elif action == "rewind":
            state.rewind(length // 2)
            expected = expected[:, :, :, : length - length // 2]
        else:
            order = {"shuffle": range(rows - 1, -1, -1), "double": [*range(rows), 0], "drop": [rows - 1]}[action]
            state.select(torch.tensor(list(order)))
            expected = expected[:, list(order)]
        assert state.length == expected.shape[3]
        assert torch.equal(held(state), expected)
        assert state.size >= expected.nbytes


def test_a_token_moves_nothing_that_is_there():
    state = KVState((LAYERS, 1, HEADS, WIDTH), torch.float32, torch.device("cpu"))
    add(state, 1, 10, 0)
    place = state.buffer.data_ptr()
    for number in range(50):
        add(state, 1, 1, number)
        assert state.buffer.data_ptr() == place


def test_padding_is_remembered_with_its_rows():
    state = KVState((LAYERS, 2, HEADS, WIDTH), torch.float32, torch.device("cpu"))
    add(state, 2, 2, 0, torch.ones((2, 2), dtype=torch.bool))
    assert state.mask is None
    add(state, 2, 2, 1, torch.tensor([[True, True], [False, True]]))
    add(state, 2, 1, 2)
    state.select(torch.tensor([1, 1]))
    state.rewind(1)
    assert state.mask.tolist() == [[True, True, False, True]] * 2


def test_what_does_not_fit_is_refused():
    state = KVState((LAYERS, 2, HEADS, WIDTH), torch.float32, torch.device("cpu"))
    add(state, 2, 4, 0)
    with pytest.raises(ValueError, match="5 of 4"):
        state.rewind(5)
    with pytest.raises(ValueError, match="3 rows"):
        state.extend(3, 1, None)


def test_a_copy_goes_its_own_way():
    state = KVState((LAYERS, 2, HEADS, WIDTH), torch.float32, torch.device("cpu"))
    add(state, 2, 6, 0, torch.tensor([[True] * 6, [False] + [True] * 5]))
    copy = state.copy(4)
    before = held(state)
    assert torch.equal(held(copy), before[:, :, :, :4])
    assert torch.equal(copy.mask, state.mask[:, :4])
    add(copy, 2, 3, 1)
    copy.rewind(1)
    assert copy.length == 6
    assert torch.equal(held(state), before)

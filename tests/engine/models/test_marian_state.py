import pytest
import torch

from engine.models.kv_state import KVState
from engine.models.marian_state import MarianState

LAYERS, HEADS, WIDTH, SOURCE = 2, 1, 3, 4


def new_state(sources):
    keys = torch.arange(sources).float()[None, :, None, None, None].expand(LAYERS, -1, 2 * HEADS, SOURCE, WIDTH)
    written = KVState((LAYERS, sources, HEADS, WIDTH), torch.float32, torch.device("cpu"))
    return MarianState(written, keys, None)


@torch.inference_mode()
def read(state, texts):
    """Read a number into every row as compiled functions do: into the row of its number, wherever the rest lies."""
    state.extend(1)
    for row, text in enumerate(texts):
        text.append(float(state.length * 100 + row))
        state.written.buffer[:, row, :, state.length - 1] = text[-1]
        state.places[row, state.length - 1] = row


def held(state):
    return state.written.buffer[0, :, 0, : state.length, 0].tolist()


@pytest.mark.parametrize("orders", [[[1, 0]], [[0, 0, 1, 1], [2, 2, 0, 3], [1]], [[1, 1], [1, 0], [0]], [[1, 0, 1]]])
def test_what_was_selected_lies_in_order_once_it_is_arranged(orders):
    state, texts, sources = new_state(2), [[], []], [0, 1]
    read(state, texts)
    for order in orders:
        state.select(torch.tensor(order))
        texts, sources = [list(texts[row]) for row in order], [sources[row] for row in order]
        read(state, texts)
        read(state, texts)
    state.rewind(1)
    state.arrange()
    assert held(state)[: len(texts)] == [text[:-1] for text in texts]
    each = state.shared(len(texts))
    assert [state.sources[0, row // each, 0, 0, 0].item() for row in range(len(texts))] == sources


def test_selecting_moves_nothing_while_there_are_rows_enough():
    state, texts = new_state(4), [[], [], [], []]
    read(state, texts)
    before, place = held(state), state.written.buffer.data_ptr()
    state.select(torch.tensor([3, 3, 0]))
    assert held(state) == before
    assert state.written.buffer.data_ptr() == place
    assert state.places[:, 0].tolist() == [3, 3, 0]


def test_what_is_read_into_a_buffer_of_others_is_arranged_as_well():
    state, texts = new_state(2), [[], []]
    read(state, texts)
    state.written.move(state.written.room(64), lent=True)
    state.select(torch.tensor([1, 0]))
    texts = [texts[1], texts[0]]
    for _ in range(50):
        read(state, texts)
    state.arrange()
    assert held(state) == texts


@pytest.mark.parametrize("same", [True, False])
def test_every_reorder_is_arranged_whether_or_not_rows_change_their_source(same, monkeypatch):
    state, texts, sources = new_state(2), [[], []], [0, 1]
    orders = [[0, 0, 1, 1], [1, 0, 3, 2], [1, 1, 2, 2]]
    orders += [[0, 1, 3, 3]] if same else [[2, 3, 0, 1], [0, 1, 0, 1], [0, 0, 2, 2], [0]]
    for number, order in enumerate(orders):
        read(state, texts)
        state.select(torch.tensor(order))
        texts, sources = [list(texts[row]) for row in order], [sources[row] for row in order]
        state.arrange()
        if same and not number:  # from here on there is nothing to find out, which would keep an accelerator waiting
            monkeypatch.setattr(torch, "unique", None)
        assert held(state)[: len(texts)] == texts
        each = state.shared(len(texts))
        assert [state.sources[0, row // each, 0, 0, 0].item() for row in range(len(texts))] == sources

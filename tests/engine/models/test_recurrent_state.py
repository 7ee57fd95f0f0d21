import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.recurrent_state import RecurrentState


def start(rows):
    return RecurrentState((torch.arange(rows)[:, None] * 100, torch.zeros(rows, 2)), (torch.arange(rows),))


def read(state, amount):
    first, second = state.cells
    state.extend([(first + amount, second - amount)])


def test_going_back_finds_the_cells_that_each_row_came_from():
    state = start(3)
    read(state, 1)
    state.select(torch.tensor([2, 0]))
    read(state, 1)
    state.select(torch.tensor([1, 1, 0]))
    assert state.cells[0].flatten().tolist() == [2, 2, 202]
    assert state.fixed[0].tolist() == [0, 0, 2]
    state.rewind(2)
    assert state.length == 0
    assert state.cells[0].flatten().tolist() == [0, 0, 200]
    assert state.fixed[0].tolist() == [0, 0, 2]


def test_more_than_was_read_cannot_be_forgotten():
    state = start(1)
    read(state, 1)
    with pytest.raises(ValueError, match="2 of 1"):
        state.rewind(2)


@given(
    st.lists(st.one_of(st.integers(1, 9), st.lists(st.integers(0, 2), min_size=3, max_size=3)), max_size=12), st.data()
)
@settings(max_examples=60, deadline=None)
def test_it_equals_rows_that_remember_all_they_read(actions, data):
    """The model: every row is the list of its own cells."""
    state, rows = start(3), [[100 * row] for row in range(3)]
    for action in actions:
        if isinstance(action, int):
            read(state, action)
            rows = [[*row, row[-1] + action] for row in rows]
        else:
            state.select(torch.tensor(action))
            rows = [rows[index] for index in action]
    back = data.draw(st.integers(0, state.length))
    state.rewind(back)
    read(state, 5)
    kept = [row[: len(row) - back] for row in rows]
    assert state.cells[0].flatten().tolist() == [row[-1] + 5 for row in kept]
    assert state.fixed[0].tolist() == [row[0] // 100 for row in rows]

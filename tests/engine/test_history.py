import torch

from engine.history import PADDING, TokenHistory


def test_rows_are_right_aligned():
    history = TokenHistory([[1, 2, 3], [4]])
    assert history.ids.tolist() == [[1, 2, 3], [PADDING, PADDING, 4]]
    assert history.row(1) == [4]
    assert history.row(0, start=1) == [2, 3]


def test_ids_are_appended_taken_back_and_selected():
    history = TokenHistory([[1], [2]])
    for token in range(10, 30):
        history.append(torch.tensor([token, -token]))
    history.rewind(5)
    history.append(torch.tensor([7, 8]))
    history.select(torch.tensor([1, 0, 0]))
    assert history.length == 17
    assert history.row(1) == [1, *range(10, 25), 7]
    assert history.row(0) == [2, *range(-10, -25, -1), 8]
    assert history.ids.shape == (3, 17)


def test_copies_of_a_row_do_not_share_their_future():
    history = TokenHistory([[1]])
    history.select(torch.tensor([0, 0]))
    history.append(torch.tensor([5, 6]))
    assert history.ids.tolist() == [[1, 5], [1, 6]]

from dataclasses import dataclass

import pytest

from engine.store.branches import shared, tree


@dataclass
class Node:
    parent: int = -1
    offset: int = 0


#  0 ─┬─ 2 (5) ── 4 (9)
#     └─ 3 (5)
#  1 ─── 5 (2)
NODES = [Node(), Node(), Node(0, 5), Node(0, 5), Node(2, 9), Node(1, 2)]


def test_branches_come_below_what_they_branch_from():
    assert tree(NODES) == [(0, 0), (2, 1), (4, 2), (3, 1), (1, 0), (5, 1)]


def test_without_branches_the_order_is_that_of_the_numbers():
    assert tree([Node(), Node(), Node()]) == [(0, 0), (1, 0), (2, 0)]
    assert tree([]) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(2, 0, 5), (0, 2, 5), (2, 3, 5), (4, 2, 9), (2, 4, 9), (4, 3, 5), (4, 0, 5), (4, 5, 0), (1, 0, 0), (5, 1, 2)],
)
def test_what_two_wordings_have_from_the_same_ancestor(one, other, expected):
    assert shared(NODES, one, other, length=20) == expected


def test_a_branch_that_ends_where_it_begins_shares_no_more_than_it_has():
    assert shared([Node(), Node(0, 5)], 1, 0, length=5) == 5
    assert shared([Node(), Node(0, 5)], 0, 1, length=3) == 3

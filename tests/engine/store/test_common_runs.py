import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from engine.store.common_runs import common_runs

FEW = st.lists(st.sampled_from("abc"), max_size=30)


def agree(old, new, runs):
    """Whether the runs are in both sequences, one behind the other."""
    inside = all(old[i : i + length] == new[j : j + length] and length for i, j, length in runs)
    ordered = all(i + n <= k and j + n <= m for (i, j, n), (k, m, _) in itertools.pairwise(runs))
    return inside and ordered


@given(FEW, FEW)
def test_runs_are_in_both_and_in_order(old, new):
    assert agree(old, new, common_runs(old, new))


@given(st.lists(st.integers(0, 150), min_size=200, max_size=300), st.integers(0, 1_000))
def test_runs_of_long_sequences_are_in_both_and_in_order(numbers, seed):
    draw = random.Random(seed)
    old = [str(number) for number in numbers]
    new = [each for each in old if draw.random() < 0.7]
    new = [*new[5:50], *new[:5], *new[50:]]
    assert agree(old, new, common_runs(old, new))


def test_one_insertion_leaves_everything_else_in_common():
    old = [str(number % 500) for number in range(2_000)]  # nothing in it occurs once
    new = [*old[:1_000], "new", *old[1_000:]]
    assert sum(length for _, _, length in common_runs(old, new)) == len(old)


def test_what_occurs_once_leads_through_what_repeats():
    old = [*("the" for _ in range(100)), "king", *("a" for _ in range(100)), "queen"]
    new = ["no", *old[::-1][1:50], "king", "two", "queen", "end"]
    runs = common_runs(old, new)
    assert (100, new.index("king"), 1) in runs
    assert agree(old, new, runs)

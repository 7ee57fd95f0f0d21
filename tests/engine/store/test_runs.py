from hypothesis import given
from hypothesis import strategies as st

from engine.store.runs import Author, Run, cut, joined, places, split

RUNS = st.lists(st.builds(Run, st.integers(1, 9), st.sampled_from(Author)), max_size=9)


def length(runs):
    return sum(run.length for run in runs)


@given(RUNS, st.integers(0, 60))
def test_the_parts_make_the_whole(runs, at):
    before, after = split(runs, at)
    assert length(before) == min(at, length(runs))
    assert joined([*before, *after]) == joined(runs)


@given(RUNS, st.integers(0, 40), st.integers(0, 20))
def test_a_stretch_holds_the_authors_of_its_units(runs, start, more):
    units = [run.author for run in runs for _ in range(run.length)]
    assert [run.author for run in cut(runs, start, start + more) for _ in range(run.length)] == units[
        start : start + more
    ]


def test_neighbours_of_one_author_are_one_and_empty_ones_go():
    runs = [Run(2, Author.MODEL), Run(0, Author.HUMAN), Run(3, Author.MODEL), Run(1, Author.HUMAN)]
    assert joined(runs) == [Run(5, Author.MODEL), Run(1, Author.HUMAN)]


def test_places_count_from_the_beginning():
    runs = [Run(2, Author.HUMAN), Run(3, Author.MODEL), Run(1, Author.EDITED), Run(4, Author.MODEL)]
    assert places(runs, Author.MODEL) == [(2, 5), (6, 10)]

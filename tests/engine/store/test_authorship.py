import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.authorship import Author, Authorship, shares_of
from engine.store.edits import Change, Edit, Origin
from engine.store.journal import Journal
from engine.store.units import UnitText, to_units

H, M, E = Author.HUMAN, Author.MODEL, Author.EDITED


def after(begin, *changes):
    """Return the runs of a text after changes (position, removed units, inserted, origin)."""
    text, authors = UnitText(begin), Authorship(len(UnitText(begin)))
    for number, (position, removed, inserted, origin) in enumerate(changes):
        gone = text.replace(position, removed, to_units(inserted))
        authors.follow([Edit(number, 0.0, origin, position, gone, to_units(inserted))])
    assert sum(run.length for run in authors.runs) == len(text)
    return [(run.length, run.author) for run in authors.runs]


WROTE = (4, 0, " upon a time", Origin.MODEL)


def test_what_a_model_writes_is_the_models():
    assert after("Once", WROTE) == [(4, H), (12, M)]


def test_typing_behind_and_before_leaves_it_alone():
    assert after("Once", WROTE, (16, 0, "!", Origin.HUMAN), (4, 0, ",", Origin.HUMAN)) == [(5, H), (12, M), (1, H)]


@pytest.mark.parametrize("change", [(8, 0, "x", Origin.HUMAN), (7, 3, "", Origin.HUMAN), (14, 4, "", Origin.HUMAN)])
def test_an_edit_inside_makes_the_stretch_an_edited_one(change):
    runs = after("Once", WROTE, (16, 0, " there", Origin.HUMAN), change)
    assert E in {author for _, author in runs}
    assert M not in {author for _, author in runs}


def test_undo_of_a_deletion_brings_the_author_back():
    gone = (4, 12, "", Origin.HUMAN)
    assert after("Once", WROTE, gone) == [(4, H)]
    assert after("Once", WROTE, gone, (4, 0, " upon a time", Origin.UNDO)) == [(4, H), (12, M)]


def test_text_that_is_moved_stays_whose_it_was():
    cut = (4, 12, "", Origin.HUMAN)
    assert after("Once there", WROTE, cut, (0, 0, " upon a time", Origin.HUMAN)) == [(12, M), (10, H)]


def test_a_short_word_typed_again_is_the_writers():
    changes = (4, 0, " upon", Origin.MODEL), (4, 5, "", Origin.HUMAN), (4, 0, " upon", Origin.HUMAN)
    assert after("Once", *changes) == [(9, H)]


def test_the_shares_of_a_journal_are_counted_from_its_beginning(tmp_path):
    journal = Journal(tmp_path / "one.db", "Once", {}, clock=lambda: 1_000.0)
    journal.append([Change(4, 0, " upon a time", Origin.MODEL), Change(16, 0, " there", Origin.HUMAN)])
    assert shares_of(journal) == ({H: 10, M: 12, E: 0}, 1_000.0)
    journal.close()


CHANGES = st.tuples(st.integers(0, 30), st.integers(0, 9), st.text("ab😀", max_size=9), st.sampled_from(Origin))


@given(st.lists(CHANGES, max_size=30))
def test_the_runs_always_cover_the_text(changes):
    text = UnitText("Once upon")
    fitting = []
    for position, removed, inserted, origin in changes:
        position = min(position, len(text))
        removed = min(removed, len(text) - position)
        text.replace(position, removed, to_units(inserted))
        fitting.append((position, removed, inserted, origin))
    after("Once upon", *fitting)

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.authorship import Authorship, authors_of, put_authors
from engine.store.edits import Change, Origin
from engine.store.journal import Journal
from engine.store.runs import Author, Run
from engine.store.units import UnitText, to_units

H, M, A, E = Author.HUMAN, Author.MODEL, Author.ACCEPTED, Author.EDITED


def runs_of(authors):
    return [(run.length, run.author) for run in authors.runs]


def after(begin, *changes):
    """Return the runs after changes (position, removed units, inserted, origin) or acceptances (start, end)."""
    authors, length = Authorship(begin), len(UnitText(begin))
    for change in changes:
        if len(change) == 2:
            authors.accept(*change)
            continue
        position, removed, inserted, origin = change
        authors.change(position, removed, to_units(inserted), origin)
        length += len(UnitText(inserted)) - removed
    assert sum(run.length for run in authors.runs) == length
    return runs_of(authors)


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


MOVED = [
    ("Nobody came. It rained.", 0, "The king slept. ", 16, 13),  # down
    ("Nobody came. It rained.", 23, " The king slept.", 13, 10),  # up
    ("Then the old king came and sat. Once.", 37, " Yes. ", 13, 30),  # the short one of two
]


@pytest.mark.parametrize(("text", "at", "written", "length", "over"), MOVED)
def test_a_drag_is_one_edit_in_which_two_stretches_change_places(text, at, written, length, over):
    authors = Authorship(text)
    authors.change(at, 0, to_units(written), Origin.MODEL)
    before, end = runs_of(authors), at + len(written)
    whole = text[:at] + written + text[at:]
    start = at if at == 0 else at - over
    if at == 0:
        old, new = whole[: end + over], whole[end : end + over] + whole[:end]
    else:
        old, new = whole[start:end], written + whole[start:at]
    authors.change(start, len(old), to_units(new), Origin.HUMAN)
    moved = whole[:start] + new + whole[start + len(old) :]
    place = moved.index(written)
    assert [(length, author) for length, author in runs_of(authors) if author is M] == [(len(written), M)]
    assert sum(run.length for run in authors.runs[: [run.author for run in authors.runs].index(M)]) == place
    authors.change(start, len(new), to_units(old), Origin.UNDO)
    assert runs_of(authors) == before
    authors.change(start, len(old), to_units(new), Origin.REDO)
    assert authors.shares() == {H: len(text), M: len(written), A: 0, E: 0}


def test_a_part_that_is_dragged_out_of_a_sentence_leaves_the_rest_edited():
    wrote = (5, 0, "The old king slept well.", Origin.MODEL)
    assert after("So: \n", wrote, (9, 20, "slept well.old king ", Origin.HUMAN)) == [(5, H), (15, E), (9, M)]


def test_what_comes_with_its_authors_is_theirs():
    authors = Authorship("Once")
    runs = [Run(2, M), Run(2, H), Run(2, A)]
    assert authors.change(4, 0, to_units("abcdef"), Origin.HUMAN, runs)
    assert runs_of(authors) == [(4, H), (2, M), (2, H), (2, A)]
    # Whole, although letters of what it replaces are alike.
    authors.change(0, 4, to_units("Onmore"), Origin.HUMAN, [Run(6, M)])
    assert runs_of(authors) == [(8, M), (2, H), (2, A)]


def test_a_short_word_typed_again_is_the_writers():
    changes = (4, 0, " upon", Origin.MODEL), (4, 5, "", Origin.HUMAN), (4, 0, " upon", Origin.HUMAN)
    assert after("Once", *changes) == [(9, H)]


def test_text_that_was_cut_comes_back_in_parts_and_copies_keep_their_author():
    wrote, cut = (4, 0, " upon a time there", Origin.MODEL), (4, 18, "", Origin.HUMAN)
    assert after("Once", wrote, cut, (0, 0, "a time there", Origin.HUMAN)) == [(12, M), (4, H)]
    assert after("Once", wrote, (0, 0, "a time there", Origin.HUMAN)) == [(12, M), (4, H), (18, M)]


def test_text_that_goes_letter_by_letter_comes_back_whole():
    back = [(15 - number, 1, "", Origin.HUMAN) for number in range(12)]
    ahead = [(4, 1, "", Origin.HUMAN)] * 12
    for letters in (back, ahead):
        assert after("Once", WROTE, (0, 16), *letters, (4, 0, " upon a time", Origin.UNDO)) == [(4, H), (12, A)]


def test_what_an_edit_put_back_as_it_was_stays_whose_it_was():
    assert after("Once", (0, 4, "Once upon", Origin.MODEL)) == [(4, H), (5, M)]


def test_another_wording_is_the_models_whole():
    assert after("Nobody came.", (0, 12, "No guest came.", Origin.MODEL)) == [(14, M)]


def test_accepted_text_stays_accepted_and_what_is_added_is_the_writers():
    assert after("Once", WROTE, (0, 10)) == [(4, H), (6, A), (6, M)]
    assert after("Once", WROTE, (0, 16), (8, 0, "x", Origin.HUMAN)) == [(4, H), (4, A), (1, H), (8, A)]


def test_whether_marks_changed_is_told():
    authors = Authorship("Once there")
    assert authors.change(4, 0, to_units(" upon"), Origin.MODEL)
    assert authors.change(9, 0, to_units("x"), Origin.HUMAN)  # right behind it
    assert not authors.change(0, 0, to_units("x"), Origin.HUMAN)


def test_runs_of_another_text_are_refused():
    with pytest.raises(ValueError, match="runs of 3 units for a text of 4"):
        Authorship("Once", [Run(3, H)])


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "one.db", "Once", {})
    journal.append([Change(4, 0, " upon a time", Origin.MODEL), Change(16, 0, " there", Origin.HUMAN)])
    yield journal
    journal.close()


def test_the_authors_of_a_journal_are_found_from_its_beginning(journal):
    assert runs_of(authors_of(journal)) == [(4, H), (12, M), (6, H)]
    assert authors_of(journal).shares() == {H: 10, M: 12, A: 0, E: 0}


def test_what_was_kept_of_the_authors_is_gone_on_from(journal):
    authors = authors_of(journal)
    authors.accept(0, 22)
    put_authors(journal, authors.to_json())
    journal.append([Change(22, 0, " was", Origin.MODEL)])
    assert runs_of(authors_of(journal)) == [(4, H), (12, A), (6, H), (4, M)]


def test_whose_text_was_that_undo_took_away_is_kept(journal):
    authors = authors_of(journal)
    authors.accept(4, 9)
    journal.append([Change(4, 12, "", Origin.UNDO)])
    authors.follow(journal.edits(journal.last, journal.last))
    put_authors(journal, authors.to_json())
    journal.append([Change(4, 0, " upon a time", Origin.REDO)])
    assert runs_of(authors_of(journal)) == [(4, H), (5, A), (7, M), (6, H)]


def deleted_again(text):
    """Return the authors of "Once", behind which a model wrote what was deleted, and then the writer `text`, too."""
    authors = Authorship("Once")
    for inserted, origin in ((" upon a time", Origin.MODEL), (text, Origin.HUMAN)):
        authors.change(4, 0, to_units(inserted), origin)
        authors.change(4, len(inserted), b"", Origin.HUMAN)
    return authors


def test_much_of_the_writers_own_that_went_leaves_room_for_what_was_a_models():
    again = Authorship.from_json("Once", deleted_again("word " * 12_000).to_json())
    again.change(4, 0, to_units(" upon a time"), Origin.REDO)
    assert runs_of(again) == [(4, H), (12, M)]


def test_what_was_taken_out_can_be_forgotten():
    authors = deleted_again(" and for all")
    assert [each["text"] for each in authors.to_json()["gone"]] == [" upon a time"]
    authors.forget()
    assert authors.to_json() == {"runs": [(4, "human")], "gone": []}


def test_what_an_earlier_version_kept_is_taken_up(journal):
    put_authors(journal, {"runs": [[4, "human"], [12, "accepted"], [6, "human"]]})
    assert runs_of(authors_of(journal)) == [(4, H), (12, A), (6, H)]


def test_kept_authors_that_do_not_fit_are_found_anew(journal):
    put_authors(journal, {"runs": [[1, "model"]]})
    assert runs_of(authors_of(journal)) == [(4, H), (12, M), (6, H)]


def test_following_a_long_text_costs_little_per_edit():
    authors = Authorship("word " * 100_000)
    for number in range(200):
        authors.change(2_000 * number, 0, to_units("By the model. "), Origin.MODEL)
    begun = time.process_time()
    for number in range(200):
        authors.change(1_999 * number, 0, to_units("x"), Origin.HUMAN)
    assert time.process_time() - begun < 200 * 0.005


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

import pytest

from engine.store.edits import Change, Origin
from engine.store.journal import Journal
from engine.store.steps import undo_steps
from engine.store.units import from_units

HUMAN, MODEL, UNDO, REDO = Origin.HUMAN, Origin.MODEL, Origin.UNDO, Origin.REDO


@pytest.fixture
def steps(tmp_path):
    """What a list of changes comes to: the texts put in by the steps that are left, and by those undone."""

    def found(*changes):
        journal = Journal(tmp_path / "one.db", "", {})
        journal.append([Change(*change) for change in changes])
        done, undone = undo_steps(journal.edits(1, journal.last))
        journal.close()
        return [from_units(step.inserted) for step in done], [from_units(step.inserted) for step in undone]

    return found


def test_letters_typed_one_behind_the_other_are_one_step(steps):
    typed = [(number, 0, letter, HUMAN) for number, letter in enumerate("abc")]
    assert steps(*typed, (1, 0, "x", HUMAN)) == (["abc", "x"], [])


def test_a_new_line_ends_a_step(steps):
    typed = [(number, 0, letter, HUMAN) for number, letter in enumerate("a\u2029b")]
    assert steps(*typed) == (["a", "\u2029", "b"], [])


def test_a_generation_is_one_step_and_typing_within_it_is_not_swallowed(steps):
    assert steps((0, 0, "The ", MODEL), (4, 0, "king", MODEL), (0, 0, "x", HUMAN), (9, 0, ".", MODEL)) == (
        ["The king", "x", "."],
        [],
    )


def test_what_was_undone_can_be_redone(steps):
    typed = [(0, 0, "abc", HUMAN), (3, 0, "def", MODEL), (3, 3, "", UNDO), (0, 3, "", UNDO)]
    assert steps(*typed) == ([], ["def", "abc"])


def test_redo_and_new_edits_end_it(steps, tmp_path):
    typed = [(0, 0, "abc", HUMAN), (0, 3, "", UNDO), (0, 0, "abc", REDO)]
    assert steps(*typed, (0, 3, "", UNDO), (0, 0, "x", HUMAN)) == (["x"], [])


def test_an_undo_that_takes_back_something_else_is_a_step_of_its_own(steps):
    assert steps((0, 0, "abc", HUMAN), (1, 2, "", UNDO)) == (["abc", ""], [])


def test_an_edit_reported_too_wide_is_known_again(steps):
    assert steps((0, 0, "abc", HUMAN), (0, 3, "abXc", MODEL), (2, 1, "", UNDO)) == (["abc"], ["X"])

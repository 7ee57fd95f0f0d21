import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.edits import Edit, Origin
from engine.store.units import UnitText, changed_span, from_units, to_units

TEXTS = st.text(alphabet="ab\u0301😀中\r\n\u2028\u2029\u05d0\ud83d", max_size=12)


def test_positions_count_utf_16_units():
    text = UnitText("a😀b")
    assert len(text) == 4
    assert text.replace(3, 1, to_units("c")) == to_units("b")
    assert str(text) == "a😀c"


def test_half_a_pair_can_go_and_come_back():
    text = UnitText("a😀b")
    gone = text.replace(2, 1, b"")
    assert str(text) == "a\ud83db"
    text.replace(2, 0, gone)
    assert str(text) == "a😀b"


@pytest.mark.parametrize(("position", "removed"), [(4, 0), (-1, 1), (2, 2)])
def test_positions_outside_the_text_are_refused(position, removed):
    with pytest.raises(ValueError, match="outside"):
        UnitText("abc").replace(position, removed, b"")


@given(TEXTS, TEXTS)
def test_the_changed_span_leads_from_one_text_to_the_other(old, new):
    one, other = to_units(old), to_units(new)
    start, old_end, new_end = changed_span(one, other)
    assert from_units(one[: 2 * start] + other[2 * start : 2 * new_end] + one[2 * old_end :]) == new
    assert (start == old_end == new_end) or old != new


def test_an_edit_that_does_not_fit_is_refused():
    edit = Edit(1, 0.0, Origin.HUMAN, 0, to_units("x"), to_units("y"))
    with pytest.raises(ValueError, match="does not fit"):
        UnitText("abc").redo(edit)
    with pytest.raises(ValueError, match="does not fit"):
        UnitText("abc").undo(edit)

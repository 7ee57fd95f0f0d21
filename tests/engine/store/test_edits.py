import pytest

from engine.store.edits import Edit, Origin, edit_of

EDIT = Edit(7, 12.5, Origin.MODEL, 3, b"a\0", b"b\0c\0")


def test_an_edit_survives_its_row():
    assert edit_of(EDIT.row) == EDIT


@pytest.mark.parametrize("field", [0, 3, 4, 5, 6])
def test_a_damaged_row_is_refused(field):
    row = list(EDIT.row)
    row[field] = row[field] + (b"x\0" if isinstance(row[field], bytes) else 1)
    with pytest.raises(ValueError, match="damaged"):
        edit_of(tuple(row))

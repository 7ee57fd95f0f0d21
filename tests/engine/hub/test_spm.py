import pytest

from engine.errors import ModelError
from engine.hub.spm import Cut, Pieces, read_pieces
from tests.engine.hub.pieces_files import message, pieces_file

SCORES = {"\u2581": -3.0, "\u2581the": -2.0, "\u706b": -4.5}


@pytest.mark.parametrize("cut", list(Cut))
def test_pieces_scores_and_the_way_of_cutting_are_read(cut):
    assert read_pieces(pieces_file(SCORES, cut)) == Pieces(SCORES, b"", cut)


def test_another_way_of_cutting_is_refused():
    with pytest.raises(ModelError, match="unigram"):
        read_pieces(pieces_file(SCORES, cut=3))


@pytest.mark.parametrize("data", [b"", pieces_file(SCORES)[:-3], b"\xff" * 40, message((2, message((3, 1))))])
def test_damage_is_told(data):
    with pytest.raises(ValueError, match=r"no pieces|cut short|long|varint|number"):
        read_pieces(data)

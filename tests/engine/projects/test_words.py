import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.projects.words import fold, is_unspaced, pieces, spaced, words

TEXTS = st.text(alphabet=st.sampled_from("ab cé灯塔。\n\t’-_\U00020000\u3042"), max_size=60)


@given(TEXTS)
def test_pieces_hold_all_words_in_their_places(text):
    found = list(pieces(text))
    assert all(text[start : start + len(piece)] == piece for start, piece in found)
    assert [word for _, piece in found for word in words(piece)] == words(text)
    assert all(one[0] + len(one[1]) < other[0] for one, other in itertools.pairwise(found))


def test_pieces_end_at_empty_lines_and_where_they_grow_long():
    text = "one\nstill one\n\n  \ntwo\n" + "a line of twenty.....\n" * 200
    found = [piece for _, piece in pieces(text)]
    assert found[0] == "one\nstill one"
    assert found[1].startswith("two\n")
    assert max(map(len, found)) < 1_100
    assert "".join(found).replace("\n", "") == text.replace("\n", "").replace("  ", "", 1)


@given(TEXTS)
def test_spacing_changes_nothing_but_spaces(text):
    assert spaced(text).replace(" ", "") == text.replace(" ", "")


def test_characters_of_unspaced_scripts_are_words():
    assert words("灯塔 and あ、x1") == ["灯", "塔", "and", "あ", "、", "x1"]
    assert is_unspaced("灯")
    assert not is_unspaced("a")


@given(TEXTS)
def test_folding_keeps_the_length(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(("text", "folded"), [("Émile", "emile"), ("ÜBER", "uber"), ("İ", "i"), ("ß", "ß")])
def test_case_and_accents_do_not_count(text, folded):
    assert fold(text) == folded

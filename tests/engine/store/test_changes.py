import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.changes import composed, readable_changes, word_changes
from engine.store.word_diff import Kind, Piece

TEXTS = st.text(alphabet="ab .,\n中国\u05d0😀\u0301", max_size=40)
EVERYTHING = range(1000)


@given(TEXTS, TEXTS)
def test_all_changes_make_the_new_text_and_none_the_old(old, new):
    for pieces in (word_changes(old, new), readable_changes(old, new)):
        assert composed(pieces, ()) == new
        assert composed(pieces, EVERYTHING) == old


@given(TEXTS, TEXTS)
def test_no_text_is_lost_or_twice_in_the_pieces(old, new):
    for pieces in (word_changes(old, new), readable_changes(old, new)):
        assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == old
        assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == new


def pairs(pieces):
    """What each change removes and adds."""
    found, pair = [], {Kind.REMOVED: "", Kind.ADDED: ""}
    for piece in [*pieces, Piece(Kind.SAME, "")]:
        if piece.kind is not Kind.SAME:
            pair[piece.kind] = piece.text
        elif any(pair.values()):
            found.append(tuple(pair.values()))
            pair = {Kind.REMOVED: "", Kind.ADDED: ""}
    return found


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("The old king slept here.", "The young queen slept there.", [("old king", "young queen"), ("here", "there")]),
        ("He slept. She woke.", "He rested. They woke.", [("slept", "rested"), ("She", "They")]),
        ("老国王睡了。", "新国后睡了。", [("老国王", "新国后")]),
        ("They came.", "They never came.", [("", "never ")]),
        ("same", "same", []),
    ],
)
def test_what_belongs_together_is_one_change(old, new, changes):
    assert pairs(word_changes(old, new)) == changes


def test_one_change_alone_can_be_left():
    pieces = word_changes("He slept. She woke late.", "He rested. They woke early.")
    assert composed(pieces, {1}) == "He rested. She woke early."
    assert composed(pieces, {0, 2}) == "He slept. They woke late."


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("The old king slept here.", "The young queen slept there.", [("old king", "young queen"), ("here", "there")]),
        (
            "“Who is there?” asked an elderly fisherman of the village.",
            "“Who is there?” said the very youngest of the daughters.",
            [("asked an elderly fisherman of the village", "said the very youngest of the daughters")],
        ),
        (
            "One rewritten.\nb\nTwo rewritten.",
            "Uno nuevo.\nb\nDos nuevas.",
            [("One rewritten", "Uno nuevo"), ("Two rewritten", "Dos nuevas")],
        ),
        ("same", "same", []),
    ],
)
def test_a_few_words_that_stayed_between_long_changes_go_with_them(old, new, changes):
    assert pairs(readable_changes(old, new)) == changes

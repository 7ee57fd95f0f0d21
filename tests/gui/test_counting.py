import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument

from gui.counting import Counter, count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two\nthree", 3),
        ("don't re-read", 2),
        ("café – déjà", 2),
        ("灯塔在", 3),
        ("the 灯塔 stands", 4),
        ("# A - b", 2),
    ],
)
def test_words_are_what_a_writer_counts(text, words):
    assert count_words(text) == words


@given(st.lists(st.sampled_from(["word", "灯", "x1"]), max_size=30))
def test_spaced_words_are_counted_one_by_one(words):
    assert count_words(" ".join(words)) == len(words)


def test_a_long_document_is_counted_in_slices_and_again_after_changes(qapp, qtbot):
    document = QTextDocument()
    document.setPlainText("# A\none two\n" * 20_000)
    counter = Counter(document)
    with qtbot.waitSignal(counter.counted, timeout=20_000) as first:
        counter.watch(document)
    assert first.args[0].words == 3 * 20_000
    with qtbot.waitSignal(counter.counted, timeout=20_000) as second:
        QTextCursor(document).insertText("new ")
    assert second.args[0].words == 3 * 20_000 + 1
    assert len(second.args[0].headings) == 20_000 - 1
    counter.watch(None)

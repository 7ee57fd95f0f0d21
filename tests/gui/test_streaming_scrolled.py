"""Text that takes the place of longer text, of which the beginning was scrolled out of view."""

from gui.streaming import StreamedText


def test_what_takes_the_place_of_text_that_was_scrolled_comes(editor, qtbot):
    old = "\n".join(f"Line {number}" for number in range(200))
    editor.set_text(old)
    editor.verticalScrollBar().setValue(100)
    assert editor.top_position() > 0
    text = StreamedText(editor, 0, len(old))
    text.insert("A headline")
    text.finish()
    assert editor.toPlainText() == "A headline"


def test_what_stands_before_it_stays_in_view(editor, qtbot):
    before = "\n".join(f"Line {number}" for number in range(200)) + "\n"
    editor.set_text(before + "old " * 2000)
    editor.verticalScrollBar().setValue(editor.verticalScrollBar().maximum())
    assert editor.top_position() > len(before)
    text = StreamedText(editor, len(before), len(before) + len("old " * 2000))
    text.insert("new")
    text.finish()
    assert editor.toPlainText() == before + "new"
    assert editor.rect_of(len(before)).intersects(editor.viewport().rect())

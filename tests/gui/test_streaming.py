from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest

from gui.edits import span
from gui.streaming import StreamedText

STORY = "First paragraph.\nSecond one.\nThe end."


def stream_at(editor, position, *chunks):
    stream = StreamedText(editor, position, position)
    for chunk in chunks:
        stream.insert(chunk)
    return stream


def place(editor, position, anchor=None):
    editor.put_caret(position if anchor is None else anchor, position)


def test_typing_goes_on_while_text_streams_in_elsewhere(editor):
    editor.set_text(STORY)
    place(editor, 5)
    stream = StreamedText(editor, len(STORY), len(STORY))
    for key, chunk in zip("abc", (" And", " so", " on."), strict=True):
        QTest.keyClick(editor, key)
        stream.insert(chunk)
    stream.finish()
    assert editor.text() == "Firstabc paragraph.\nSecond one.\nThe end. And so on."
    assert editor.textCursor().position() == 8


def test_typing_after_the_stream_shifts_nothing(editor):
    editor.set_text(STORY)
    place(editor, len(STORY))
    stream = stream_at(editor, 5, " of")
    QTest.keyClicks(editor, "!!")
    stream.insert(" all")
    stream.finish()
    assert editor.text() == "First of all paragraph.\nSecond one.\nThe end.!!"


def test_one_undo_removes_all_of_it_and_redo_brings_it_back(editor):
    editor.set_text(STORY)
    place(editor, len(STORY))
    QTest.keyClicks(editor, " x")
    stream_at(editor, len(STORY) + 2, "one ", "two\n", "three").finish()
    editor.undo_step()
    assert editor.text() == STORY + " x"
    editor.redo_step()
    assert editor.text() == STORY + " xone two\nthree"


def test_what_is_typed_right_behind_it_is_a_step_of_its_own(editor):
    editor.set_text(STORY)
    place(editor, len(STORY))
    stream_at(editor, len(STORY), " More").finish()
    QTest.keyClicks(editor, "!?")
    editor.undo_step()
    assert editor.text() == STORY + " More"
    editor.undo_step()
    assert editor.text() == STORY


def test_one_undo_removes_it_but_not_what_was_typed_meanwhile(editor):
    editor.set_text(STORY)
    place(editor, 0)
    stream = stream_at(editor, len(STORY), " And")
    QTest.keyClicks(editor, "A")
    stream.insert(" so")
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    stream.insert(" on.")
    stream.finish()
    assert editor.text() == "A" + STORY[1:] + " And so on."
    editor.undo_step()
    assert editor.text() == "A" + STORY[1:]


EDITS = st.lists(
    st.one_of(
        st.text("ab\n😀", min_size=1, max_size=3),
        st.tuples(st.integers(0, 60), st.integers(0, 4), st.text("xy\n中", max_size=3)),
    ),
    max_size=12,
)


@given(EDITS, st.integers(0, len(STORY)))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mixture_of_edits_and_text_leaves_one_step_to_undo(editor, edits, start):
    editor.set_text(STORY)
    place(editor, 0)
    stream = StreamedText(editor, start, start)
    streamed = ""
    for edit in edits:
        if isinstance(edit, str):
            stream.insert(edit)
            streamed += edit
            continue
        last = editor.document().characterCount() - 1
        position = min(edit[0], last)
        end = min(position + edit[1], last)
        inside = position < stream.range.end and end > stream.range.start
        if not inside:
            span(editor.document(), position, end).insertText(edit[2])
    stream.finish()
    text = editor.text()
    assert editor.text_between(stream.range.start, stream.range.end) == streamed
    if streamed:
        before, after = editor.text_between(0, stream.range.start), len(editor.text_before(stream.range.end))
        editor.undo_step()
        assert editor.text() == before + text[after:]
        editor.redo_step()
        assert editor.text() == text


def test_the_caret_waits_before_the_text_and_then_goes_behind_it(editor):
    editor.set_text(STORY)
    place(editor, 5)
    stream = stream_at(editor, 5, " of", " all")
    assert editor.textCursor().position() == 5
    assert not editor.textCursor().hasSelection()
    stream.finish()
    assert editor.textCursor().position() == 5 + len(" of all")


def test_a_caret_that_went_elsewhere_stays_there(editor):
    editor.set_text(STORY)
    place(editor, 5)
    stream = stream_at(editor, 5, " of")
    QTest.keyClick(editor, Qt.Key.Key_Home)
    stream.insert(" all")
    stream.finish()
    assert editor.textCursor().position() == 0


def test_a_selection_that_touches_the_text_is_kept(editor):
    editor.set_text(STORY)
    place(editor, 5, anchor=0)
    stream_at(editor, 5, " of", " all").finish()
    assert editor.textCursor().selectedText() == "First"
    place(editor, 16, anchor=12)
    stream_at(editor, 12, "!").finish()
    assert (editor.textCursor().anchor(), editor.textCursor().position()) == (12, 17)


def test_what_is_in_view_stays_when_lines_grow_above(editor):
    editor.set_text("\n".join(f"line {number}" for number in range(300)))
    place(editor, editor.document().findBlockByNumber(200).position())
    editor.verticalScrollBar().setValue(190)
    top = editor.firstVisibleBlock().text()
    stream = stream_at(editor, 0, "new\nlines\n", "and " * 200 + "\n", "more\n")
    stream.finish()
    assert editor.firstVisibleBlock().text() == top
    assert editor.verticalScrollBar().value() > 190


def test_what_is_in_view_stays_when_lines_grow_below(editor):
    editor.set_text("\n".join(f"line {number}" for number in range(300)))
    place(editor, 0)
    stream_at(editor, editor.document().characterCount() - 1, "x\n" * 100).finish()
    assert editor.verticalScrollBar().value() == 0


def test_the_view_follows_text_that_the_writer_waits_for(editor):
    editor.set_text("\n".join(f"line {number}" for number in range(100)))
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.ensureCursorVisible()
    stream = StreamedText(editor, editor.textCursor().position(), editor.textCursor().position())
    for _ in range(60):
        stream.insert("word " * 10)
    assert editor.rect_of(stream.range.end).bottom() <= editor.viewport().height()


def compose(editor, preedit, commit=""):
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QGuiApplication.sendEvent(editor, event)


def test_a_composition_in_the_same_paragraph_is_not_disturbed(editor):
    editor.set_text(STORY)
    place(editor, 5)
    compose(editor, "ni")
    stream = stream_at(editor, 16, " Text", " waits")
    block = editor.document().firstBlock()
    assert block.text() == "First paragraph."
    assert block.layout().preeditAreaText() == "ni"
    compose(editor, "", "你")
    assert editor.text() == "First你 paragraph. Text waits\nSecond one.\nThe end."
    stream.finish()


def test_a_stream_that_ends_during_a_composition_arrives_after_it(editor):
    editor.set_text(STORY)
    place(editor, 5)
    compose(editor, "ni")
    stream = stream_at(editor, 16, " Text")
    stream.finish()
    compose(editor, "", "你")
    assert editor.text() == "First你 paragraph. Text\nSecond one.\nThe end."
    editor.undo_step()
    assert editor.text() == "First你 paragraph.\nSecond one.\nThe end."


def test_a_composition_in_another_paragraph_does_not_hold_text_back(editor):
    editor.set_text(STORY)
    place(editor, 5)
    compose(editor, "ni")
    stream = stream_at(editor, len(STORY), " Now")
    assert editor.document().firstBlock().layout().preeditAreaText() == "ni"
    assert editor.text().endswith("The end. Now")
    compose(editor, "", "你")
    stream.finish()
    assert editor.text() == "First你 paragraph.\nSecond one.\nThe end. Now"


def test_replacing_old_text_is_one_step(editor):
    editor.set_text(STORY)
    place(editor, 16)
    stream = StreamedText(editor, 6, 16)
    stream.insert("new ")
    stream.insert("words")
    stream.finish()
    assert editor.text().startswith("First new words\n")
    assert editor.textCursor().position() == 15
    editor.undo_step()
    assert editor.text() == STORY

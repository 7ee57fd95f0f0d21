import time

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.store.runs import Author
from gui.dialogs.mix import MixDialog
from gui.dialogs.variants import VariantsDialog
from tests.gui.driving import current, press
from tests.gui.journalled import after_a_kill, texts
from tests.gui.scripted_engine import ScriptedClient
from tests.gui.variants_in_view import ALT, CONTROL, SHIFT, branch, shown, write

ONE, TWO = " upon a time. The lamp went out. Nobody saw it.", " upon a time. The king slept. Then a boat came."
CHINESE = "有一个国王。灯灭了。", "有一个国王。他睡着了。早上船来了。"


@pytest.fixture
def story(open_window):
    """A window in which two variants were written."""
    window = open_window(client=ScriptedClient(), variants=2, complete=False)
    QTest.keyClicks(current(window).editor, "Once")
    press(window, Qt.Key.Key_Return, CONTROL)
    write(window, ONE, TWO)
    return window


def activate(window):
    """Wait until the keys go to a window."""
    window.activateWindow()
    end = time.monotonic() + 5
    while QApplication.activeWindow() is not window and time.monotonic() < end:
        QApplication.processEvents()


def press_in(kind, keys, look=None):
    """Press `keys` in the dialog of a kind once they go to it, look at it, and see that it ends."""
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible())
    try:
        activate(dialog)
        for key, *modifiers in (key if isinstance(key, tuple) else (key,) for key in keys):
            QTest.keyClick(QApplication.focusWidget(), key, *modifiers)
        if look is not None:
            look(dialog)
    finally:
        dialog.close()


def checked(shown, row):
    """Tell whether the sentence in a row is marked as taken."""
    return shown.item(row).checkState() is Qt.CheckState.Checked


def mix(window, *keys):
    """Open the dialog by its keys and press `keys` in it; return what was said of what it showed."""
    seen = []

    def look(dialog):
        seen.extend([checked(shown, row) for row in range(shown.count())] for shown in dialog.columns.lists)
        seen.append([part.text for part in dialog.taken])

    QTimer.singleShot(0, lambda: press_in(MixDialog, keys, look))
    activate(window)
    press(window, Qt.Key.Key_C, CONTROL | SHIFT)
    activate(window)
    return seen


SPACE, LEFT, RIGHT, UP, DOWN, TAB = (
    Qt.Key.Key_Space,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Tab,
)
USE = (Qt.Key.Key_Return, CONTROL)
BOTH = (SPACE, RIGHT, DOWN, SPACE, LEFT, DOWN, DOWN, Qt.Key.Key_Return)  # 1.1, 2.2, 1.3
MIXED = " upon a time. The king slept. Nobody saw it."


def test_sentences_of_two_variants_become_a_third_by_keys_alone(story):
    mix(story, *BOTH, USE)
    assert texts(story) == [("Untitled", "Once" + MIXED)]
    assert shown(story) == ([ONE, TWO, MIXED], 2)
    assert current(story).editor.textCursor().position() == len("Once" + MIXED)
    press(story, Qt.Key.Key_Right, ALT)
    assert texts(story) == [("Untitled", "Once" + ONE)]


def test_the_mixed_text_is_one_step_of_undo(story):
    mix(story, *BOTH, USE)
    editor = current(story).editor
    editor.undo_step()
    assert editor.text() == "Once" + ONE
    assert shown(story)[1] == 0
    editor.redo_step()
    assert editor.text() == "Once" + MIXED
    assert shown(story)[1] == 2


def test_the_mixed_text_is_the_models_until_it_is_accepted(story):
    current(story).model_text.accept_all()
    mix(story, *BOTH, USE)
    assert current(story).model_text.shares()[Author.MODEL] == len(MIXED)
    assert current(story).model_text.ranges == [(4, 4 + len(MIXED))]


def test_a_mixed_variant_survives_a_kill_with_what_it_is_made_of(story, open_window, monkeypatch):
    mix(story, *BOTH, USE)
    again = after_a_kill(story, monkeypatch, open_window)
    assert shown(again) == ([ONE, TWO, MIXED], 2)
    assert current(again).model_text.ranges == [(4, 4 + len(MIXED))]
    card = again.parts.write.cards.cards[2]
    assert card.accessibleDescription().splitlines()[1] == "story-en  ·  mixed of 1, 2"
    press(again, Qt.Key.Key_Left, ALT)
    assert texts(again) == [("Untitled", "Once" + TWO)]


def test_no_model_is_asked_to_write_a_mixed_text_again(story):
    mix(story, *BOTH, USE)
    story.parts.commands["regenerate"].trigger()
    assert story.parts.client.requests == []
    assert "of your making" in story.parts.messages.sentence


def test_what_is_taken_is_marked_and_dropped_by_the_same_key(story):
    first, second, taken = mix(story, *BOTH)
    assert first == [True, False, True]
    assert second == [False, True, False]
    assert taken == ["upon a time.", "The king slept.", "Nobody saw it."]
    assert mix(story, *BOTH, SPACE)[2] == ["upon a time.", "The king slept."]


def test_what_is_taken_is_moved_and_dropped_in_the_mixed_text(story):
    taken = mix(story, *BOTH, (UP, ALT))[2]
    assert taken == ["upon a time.", "Nobody saw it.", "The king slept."]
    taken = mix(story, *BOTH, (UP, ALT), (UP, ALT), (UP, ALT), (DOWN, ALT))[2]
    assert taken == ["upon a time.", "Nobody saw it.", "The king slept."]
    taken = mix(story, *BOTH, TAB, TAB, UP, Qt.Key.Key_Delete)[2]  # over the second variant to the mixed text
    assert taken == ["upon a time.", "Nobody saw it."]


def test_the_next_sentence_goes_behind_the_one_that_is_chosen(story):
    taken = mix(story, *BOTH, TAB, TAB, UP, UP, (TAB, SHIFT), DOWN, SPACE)[2]
    assert taken == ["upon a time.", "Then a boat came.", "The king slept.", "Nobody saw it."]


def test_all_sentences_of_a_variant_are_taken_at_once(story):
    taken = mix(story, RIGHT, (Qt.Key.Key_A, CONTROL))[2]
    assert taken == ["upon a time.", "The king slept.", "Then a boat came."]


def test_sentences_are_taken_by_clicks(story, qtbot):
    dialog = MixDialog(["1", "2"], [ONE, TWO], 0, story.parts.looks.theme, story)
    qtbot.addWidget(dialog)
    dialog.show()
    for number, row in ((1, 0), (0, 2), (0, 1), (0, 1)):
        shown_list = dialog.columns.lists[number]
        place = shown_list.visualItemRect(shown_list.item(row)).center()
        QTest.mouseClick(shown_list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [part.text for part in dialog.taken] == ["upon a time.", "Nobody saw it."]


def test_what_is_not_in_all_variants_is_marked(story, qtbot):
    dialog = MixDialog(["1", "2"], [ONE, TWO], 0, story.parts.looks.theme, story)
    qtbot.addWidget(dialog)
    marked = [[shown.item(row).font().underline() for row in range(3)] for shown in dialog.columns.lists]
    assert marked == [[False, True, True], [False, True, True]]


def test_where_no_sentence_is_in_all_variants_none_is_marked(story, qtbot):
    dialog = MixDialog(["1", "2"], [" One.", " Two."], 0, story.parts.looks.theme, story)
    qtbot.addWidget(dialog)
    assert [shown.item(0).font().underline() for shown in dialog.columns.lists] == [False, False]


def test_nothing_taken_changes_nothing(story):
    mix(story, USE)
    mix(story, *BOTH)
    assert texts(story) == [("Untitled", "Once" + ONE)]
    assert shown(story) == ([ONE, TWO], 0)


def test_branches_are_mixed_too(story):
    story.parts.write.set_variants(1)
    branch(story, 17, " It was winter.")
    mix(story, SPACE, DOWN, SPACE, RIGHT, DOWN, DOWN, SPACE, USE)  # the branch, in the text, stands before the second
    assert shown(story)[0][3] == " upon a time. It was winter. Then a boat came."


def test_where_the_writer_changed_the_text_the_mixed_one_goes_to_the_caret(story):
    editor = current(story).editor
    editor.put_caret(9, 9)
    QTest.keyClicks(editor, "!")
    end = editor.document().characterCount() - 1
    editor.put_caret(end, end)
    mix(story, *BOTH, USE)
    assert editor.text() == "Once upon! a time. The lamp went out. Nobody saw it." + MIXED
    press(story, Qt.Key.Key_Left, ALT)
    assert editor.text() == "Once upon! a time. The lamp went out. Nobody saw it." + TWO


def test_chinese_sentences_are_mixed_without_spaces(open_window):
    window = open_window("从前", client=ScriptedClient(), variants=2, complete=False)
    current(window).editor.put_caret(2, 2)
    press(window, Qt.Key.Key_Return, CONTROL)
    write(window, *CHINESE, model="story-zh")
    mix(window, SPACE, DOWN, SPACE, RIGHT, DOWN, DOWN, SPACE, USE)
    assert current(window).editor.text() == "从前有一个国王。灯灭了。早上船来了。"


def test_one_variant_alone_cannot_be_mixed(open_window):
    window = open_window()
    press(window, Qt.Key.Key_C, CONTROL | SHIFT)
    assert "ask for another variant" in window.parts.messages.sentence


def test_from_the_comparison_an_older_text_is_mixed_in_its_place(story, open_window, monkeypatch):
    press(story, Qt.Key.Key_Return, ALT)
    write(story, " A dog.", " A cat.")
    again = after_a_kill(story, monkeypatch, open_window, complete=False)

    def choose():
        press_in(VariantsDialog, (DOWN, DOWN), VariantsDialog.mix)
        QTimer.singleShot(0, lambda: press_in(MixDialog, (SPACE, RIGHT, DOWN, SPACE, USE)))

    QTimer.singleShot(0, choose)
    press(again, Qt.Key.Key_V, CONTROL | SHIFT)
    assert texts(again) == [("Untitled", "Once upon a time. The king slept. A dog.")]

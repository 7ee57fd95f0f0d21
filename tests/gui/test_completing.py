"""Ghost text in the window, key by key; candidates come when a test says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import TextChunk
from tests.gui.ghosts_offered import ALT, CTRL, SET, offer, pause, press


def test_a_pause_asks_for_candidates_with_the_write_panels_model(desk, qtbot):
    pause(desk, qtbot)
    request = desk.engine.requests[0]
    assert (request.text, request.variants, request.learn) == ("There was an old", 5, True)
    assert request.model == desk.parts.write.controls.model


def test_tab_takes_all_as_one_undo_step_and_it_is_tinted(desk, qtbot):
    offer(desk, qtbot, " king who lived", " man")
    press(desk, Qt.Key.Key_Tab)
    assert desk.editor.text() == "There was an old king who lived"
    assert [mark.cursor.selectedText() for mark in desk.editor.extraSelections()] == [" king who lived"]
    assert desk.editor.textCursor().position() == 31
    press(desk, Qt.Key.Key_Z, CTRL)
    assert desk.editor.text() == "There was an old"


def test_ctrl_right_takes_a_word_and_the_rest_stays(desk, qtbot):
    offer(desk, qtbot, " king who lived", " man")
    press(desk, Qt.Key.Key_Right, CTRL)
    assert desk.editor.text() == "There was an old king"
    assert desk.editor.ghost.text == " who lived"
    press(desk, Qt.Key.Key_Right, CTRL)
    press(desk, Qt.Key.Key_Right, CTRL)
    assert desk.editor.text() == "There was an old king who lived"
    assert not desk.editor.ghost.visible


def test_escape_lets_it_go_and_does_nothing_else(desk, qtbot):
    offer(desk, qtbot, " king")
    desk.parts.find_bar.open(desk.editor, replacing=False)
    desk.editor.setFocus()
    desk.editor.ghost.show([" king"])
    press(desk, Qt.Key.Key_Escape)
    assert not desk.editor.ghost.visible
    assert desk.parts.find_bar.isVisible()
    press(desk, Qt.Key.Key_Escape)
    assert not desk.parts.find_bar.isVisible()


def test_alt_and_arrows_show_the_other_candidates(desk, qtbot):
    offer(desk, qtbot, " king", " man", " oak")
    press(desk, Qt.Key.Key_Down, ALT)
    assert desk.editor.ghost.text == " man"
    press(desk, Qt.Key.Key_Up, ALT)
    press(desk, Qt.Key.Key_Up, ALT)
    assert desk.editor.ghost.text == " oak"
    press(desk, Qt.Key.Key_Tab)
    assert desk.editor.text() == "There was an old oak"


def test_without_a_ghost_the_keys_are_the_writers(desk):
    desk.editor.set_text("one two")
    desk.editor.put_caret(0, 0)
    press(desk, Qt.Key.Key_Right, CTRL)
    assert desk.editor.textCursor().position() == 4
    press(desk, Qt.Key.Key_Tab)
    assert desk.editor.text() == "one \ttwo"
    press(desk, Qt.Key.Key_Down, ALT)
    assert desk.editor.text() == "one \ttwo"


def test_typing_on_drops_it_and_asks_anew_after_the_next_pause(desk, qtbot):
    offer(desk, qtbot, " king")
    QTest.keyClicks(desk.editor, "er")
    assert desk.editor.text() == "There was an older"
    assert not desk.editor.ghost.visible
    qtbot.waitUntil(lambda: bool(desk.engine.requests))
    assert desk.engine.requests[0].text == "There was an older"


def test_the_first_set_is_shown_at_once_and_the_next_takes_its_place(desk, qtbot):
    pause(desk, qtbot)
    desk.engine.say(TextChunk(" man"), SET)
    assert desk.editor.ghost.text == " man"
    desk.engine.finish(TextChunk(" king who"), TextChunk(" king of", 1))
    assert desk.editor.ghost.text == " king who"


def test_the_next_set_does_not_take_the_place_of_one_in_use(desk, qtbot):
    pause(desk, qtbot)
    desk.engine.say(TextChunk(" man"), TextChunk(" oak", 1), SET)
    press(desk, Qt.Key.Key_Down, ALT)
    desk.engine.finish(TextChunk(" king who"))
    assert desk.editor.ghost.text == " oak"


@pytest.mark.parametrize("keys", [" m", "x"])
def test_typing_stops_the_request(desk, qtbot, keys):
    pause(desk, qtbot)
    desk.engine.say(TextChunk(" man"), SET)
    QTest.keyClicks(desk.editor, keys)
    assert not desk.engine.requests


def test_after_one_was_typed_to_its_end_the_next_is_shown(desk, qtbot):
    offer(desk, qtbot, " king")
    QTest.keyClicks(desk.editor, " king")
    assert not desk.editor.ghost.visible
    qtbot.waitUntil(lambda: bool(desk.engine.requests))
    desk.engine.finish(TextChunk(" who"))
    assert desk.editor.ghost.text == " who"


def test_an_empty_answer_shows_nothing(desk, qtbot):
    pause(desk, qtbot)
    desk.engine.finish(TextChunk("\n\nKing"))
    assert not desk.editor.ghost.visible


def test_it_is_never_saved(desk, qtbot, tmp_path):
    offer(desk, qtbot, " king")
    path = tmp_path / "text.txt"
    desk.parts.workspace.current.save(path)
    assert path.read_text() == "There was an old"
    assert desk.editor.ghost.visible


def test_learning_can_be_switched_off(desk, qtbot):
    desk.parts.commands["learn"].trigger()
    pause(desk, qtbot)
    assert not desk.engine.requests[0].learn


def test_a_long_text_is_sent_in_part_with_a_beginning_that_rests(desk, qtbot):
    desk.editor.set_text("word " * 20_000)
    sent = []
    for place in (90_000, 90_500):
        desk.editor.put_caret(place, place)
        QTest.keyClick(desk.editor, Qt.Key.Key_Return)
        desk.editor.put_caret(place, place)
        desk.parts.completing.ask()
        qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
        desk.engine.load()
        sent.append(desk.engine.requests[0].text)
        desk.parts.completing.dismiss()
    assert 20_000 < len(sent[0]) < 35_000
    assert sent[1].replace("\n", "").startswith(sent[0])


def test_the_keys_are_told_once(desk, qtbot):
    offer(desk, qtbot, " king")
    assert "Tab" in desk.parts.messages.sentence
    assert desk.parts.settings.ghost_met


def test_a_latin_word_is_not_offered_amid_chinese(desk, qtbot):
    desk.editor.insertPlainText("\n从前有一个国王，他每天")
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    desk.engine.load()
    desk.engine.finish(TextChunk(" and", 0), TextChunk("都去海边", 1))
    assert desk.editor.ghost.text == "都去海边"

"""The surprise map in the window: colours, passages, what edits do to them; bits come when a test says so."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from engine.events import Result, Surprises
from engine.modes import Mode
from gui.shades import describe, level, shades
from gui.themes import DARK, LIGHT
from tests.gui.scripted_engine import ScriptedClient

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FLAT, STARTLING = "It was a very nice day.", "Marmalade clocks vote for purple 😀 thunder."
TEXT = f"{FLAT} {STARTLING}\n\n{FLAT}"


def bits_of(text):
    """The words of `text` with 1 bit each, 15 in the startling sentence."""
    start, found = 0, []
    for word in text.split():
        start = text.index(word, start)
        inside = text.index(STARTLING) <= start < text.index(STARTLING) + len(STARTLING)
        found.append((start, start + len(word), 15.0 if inside else 1.0))
        start += len(word)
    return found


@pytest.fixture
def desk(open_window):
    window = open_window(TEXT, client=ScriptedClient(), complete=False)
    window.editor = window.parts.workspace.current.editor
    return window


def result_of(text):
    def passage(part, bits):
        start = text.index(part)
        return {"start": start, "end": start + len(part), "bits_per_word": bits, "text": part}

    return Result(
        {"words": 18, "bits_per_word": 6.2, "flattest": [passage(FLAT, 1.0)], "startling": [passage(STARTLING, 15.0)]}
    )


def switch(desk):
    QTest.keyClick(desk.editor, Qt.Key.Key_M, CTRL | SHIFT)


def measure(desk, qtbot):
    switch(desk)
    client = desk.parts.client
    assert [request.mode for request in client.requests] == [Mode.SURPRISE]
    client.finish(Surprises(bits_of(client.requests[0].text)), result_of(TEXT))
    qtbot.waitUntil(lambda: bool(marks(desk)))


def marks(desk):
    return {mark.cursor.selectedText(): mark.format.background().color() for mark in desk.editor.extraSelections()}


def test_every_word_has_the_colour_of_its_level(desk, qtbot):
    measure(desk, qtbot)
    found, scale = marks(desk), shades(desk.parts.looks.theme)
    assert set(found) == set(TEXT.split()) - {"😀"}
    assert found["very"] == scale[0]
    assert found["thunder."] == scale[5]
    assert desk.parts.assistant.tool is desk.parts.tools.surprise
    assert desk.editor.text() == TEXT
    assert not desk.parts.workspace.current.modified


def test_startling_and_flat_passages_lead_to_their_places(desk, qtbot):
    measure(desk, qtbot)
    cards = desk.parts.tools.surprise.cards
    assert [card.accessibleDescription() for card in cards] == [FLAT, STARTLING]
    QTest.keyClicks(desk.editor, "So: ")
    QTest.mouseClick(cards[1], Qt.MouseButton.LeftButton)
    assert desk.editor.textCursor().selectedText() == STARTLING


def test_an_edited_word_loses_its_colour_and_the_others_move_along(desk, qtbot):
    measure(desk, qtbot)
    place = TEXT.index("clocks") + 3
    desk.editor.put_caret(place, place)
    QTest.keyClicks(desk.editor, "xx")
    qtbot.waitUntil(lambda: "clocks" not in marks(desk) and "cloxxcks" not in marks(desk))
    assert set(marks(desk)) == set(TEXT.split()) - {"clocks", "😀"}
    assert desk.parts.tools.surprise._again.isVisible()


def test_the_key_and_escape_end_it(desk, qtbot):
    for end in (lambda: switch(desk), lambda: QTest.keyClick(desk.editor, Qt.Key.Key_Escape)):
        measure(desk, qtbot)
        assert desk.parts.commands["surprise"].isChecked()
        end()
        assert not marks(desk)
        assert desk.parts.assistant.tool is None
        assert not desk.parts.commands["surprise"].isChecked()


def test_switching_off_stops_the_measuring(desk):
    switch(desk)
    switch(desk)
    assert not desk.parts.client.requests
    assert not desk.parts.jobs.running


def test_what_was_measured_before_a_stop_stays(desk, qtbot):
    switch(desk)
    desk.parts.client.say(Surprises(bits_of(TEXT)[:3]))
    desk.parts.jobs.stop()
    qtbot.waitUntil(lambda: len(marks(desk)) == 3)
    assert desk.parts.tools.surprise._summary.text() == "Measured in part: 3 words."


def test_a_selection_is_measured_alone(desk):
    desk.editor.select_span(TEXT.index(STARTLING), TEXT.index(STARTLING) + len(STARTLING))
    switch(desk)
    assert desk.parts.client.requests[0].text == STARTLING[:-1]  # 😀 counts two units
    assert desk.parts.surprise.on


def test_only_what_is_in_view_is_marked(open_window, qtbot):
    text = "\n".join(f"line{number} of many" for number in range(5000))
    desk = open_window(text, client=ScriptedClient(), complete=False)
    desk.editor = desk.parts.workspace.current.editor
    switch(desk)
    words, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        words.append((start, start + len(word), 3.0))
        start += len(word)
    desk.parts.client.finish(Surprises(words))
    qtbot.waitUntil(lambda: "line0" in marks(desk))
    assert len(desk.editor.extraSelections()) < 300
    desk.editor.scroll_to_top(text.index("line4000"))
    qtbot.waitUntil(lambda: "line4000" in marks(desk), timeout=3_000)  # not as many milliseconds as lines
    assert "line0" not in marks(desk)


@pytest.mark.qt_log_ignore("does not support raise", extend=True)  # offscreen
def test_the_pointer_shows_bits_and_what_they_mean(desk, qtbot):
    measure(desk, qtbot)
    place = desk.editor.rect_of(TEXT.index("vote") + 2).center()
    QApplication.sendEvent(
        desk.editor.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, desk.editor.viewport().mapToGlobal(place))
    )
    qtbot.waitUntil(lambda: "15.0 bits, startling" in QToolTip.text())


def test_no_text_is_said(open_window):
    desk = open_window("", client=ScriptedClient())
    desk.editor = desk.parts.workspace.current.editor
    switch(desk)
    assert "no text to measure" in desk.parts.messages.sentence
    assert not desk.parts.commands["surprise"].isChecked()


def test_levels_grow_with_bits():
    assert [level(bits) for bits in (0, 3, 5, 9, 12, 20)] == list(range(6))


def test_bits_in_words():
    assert describe(1.0) == "1.0 bits, no surprise at all: the model gave this word about one chance in 2"
    assert describe(10.0) == "10.0 bits, fresh: the model gave this word about one chance in 1,000"
    assert "50 %" not in describe(0.2)
    assert describe(0.0).endswith("100 %")


def contrast(one, other):
    def light(colour):
        parts = [value / 12.92 if value <= 0.04 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_stays_readable_on_every_shade(theme):
    assert all(contrast(QColor(theme.ink), shade) >= 4.5 for shade in shades(theme))

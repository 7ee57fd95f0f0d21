"""What the writer sees and does, key by key; text comes when a test says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QSlider, QSpinBox

from engine.events import ContextUsed, ModelLoaded, Notice, Progress, Speed
from gui.settings import load_settings
from tests.gui.driving import end_of, press

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_what_the_engine_says_is_shown(open_window, qtbot):
    window = open_window("It rained all day.")
    end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    job = window.parts.jobs._job
    say = window.parts.jobs._on_event
    for event in (
        ModelLoaded("story-en", "CPU, bfloat16 (AMX)", "bfloat16", 1.0),
        ContextUsed(1200, 4096),
        Speed(100, 41.6),
        Notice("Two paragraphs were left out."),
    ):
        say(job, event)
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "4 words")
    shown = {name: window.parts.status.text_of(name) for name in ("words", "model", "device", "speed", "context")}
    assert shown == {
        "words": "4 words",
        "model": "story-en",
        "device": "CPU, bfloat16 (AMX)",
        "speed": "42 tokens/s",
        "context": "last read 1,200 / 4,096",
    }
    assert window.parts.messages.sentence == "Two paragraphs were left out."


def test_a_sentence_about_what_goes_on_goes_with_the_job_and_the_others_stay(desk):
    for standing, error in (("", ""), ("", "No such file."), ("Two words were left out.", "")):
        desk.parts.messages.hide()
        if error:
            desk.parts.messages.warn(error)
        press(desk, Qt.Key.Key_Return, CTRL)
        desk.engine.say(Notice("Translating from English into German.", passing=True))
        seen = desk.parts.messages.also if error else desk.parts.messages.sentence
        assert seen == "Translating from English into German."
        desk.engine.finish(*([Notice(standing)] if standing else []))
        assert desk.parts.messages.sentence == (error or standing)
        assert desk.parts.messages.also == ""


def test_the_model_shown_is_that_of_the_job_also_when_it_was_loaded_before(open_window):
    window = open_window("It rained.")
    end_of(window)
    jobs = window.parts.jobs
    for mode, model in ((0, "story-en"), (1, "translate")):
        window.parts.tabs.setCurrentIndex(mode)
        press(window, Qt.Key.Key_Return, CTRL)
        jobs._on_event(jobs._job, ModelLoaded(model, "CPU, float32", "float32", 1.0))
        jobs.stop()
    window.parts.tabs.setCurrentIndex(0)
    press(window, Qt.Key.Key_Return, CTRL)
    assert window.parts.status.text_of("model") == "story-en"


def test_long_jobs_show_how_far_they_are_and_can_be_stopped(open_window, qtbot):
    window = open_window("Long text.")
    window.parts.tabs.setCurrentIndex(1)
    press(window, Qt.Key.Key_Return, CTRL)
    bar, say = window.parts.job_bar, window.parts.jobs._on_event
    say(window.parts.jobs._job, Progress(3, 0, "steps"))
    assert bar.words == ""
    qtbot.waitUntil(lambda: not bar._delay.isActive())
    say(window.parts.jobs._job, Progress(5, 10, "sentences"))
    assert bar.words == "5 / 10 sentences"
    next(b for b in bar.findChildren(QAbstractButton) if b.text() == "Stop").click()
    assert not window.parts.jobs.running
    assert bar.words == ""


def test_focus_mode_leaves_the_text_alone(open_window):
    window = open_window("Text")
    parts = window.parts
    press(window, Qt.Key.Key_F8)
    assert not any(part.isVisible() for part in (parts.documents, parts.tabs, parts.status, window.menuBar()))
    assert parts.workspace.current.editor.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert all(part.isVisible() for part in (parts.documents, parts.tabs, parts.status, window.menuBar()))


@pytest.mark.parametrize(("size", "shown"), [((1280, 800), (1, 1)), ((900, 600), (0, 1)), ((640, 480), (0, 0))])
def test_panels_give_way_in_small_windows(open_window, qtbot, size, shown):
    window = open_window("Text")
    window.resize(*size)
    parts = window.parts
    assert (parts.documents.isVisible(), parts.tabs.isVisible()) == shown
    assert window.size().toTuple() == size
    qtbot.waitUntil(lambda: parts.workspace.current.editor.viewport().width() >= 250)


def test_a_panel_that_gave_way_can_be_called(open_window):
    window = open_window("Text")
    window.resize(640, 480)
    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    assert window.parts.tabs.isVisible()


def test_the_buttons_of_a_result_are_whole_where_all_panels_are_called_in_a_small_window(open_window, qtbot):
    window = open_window()
    window.resize(800, 600)
    window.parts.panes.show_pane("documents", True)
    window.parts.result.show_text("German")
    buttons = window.parts.result.findChildren(QPushButton)
    assert len(buttons) == 4
    qtbot.waitUntil(lambda: all(each.width() >= each.sizeHint().width() for each in buttons))
    assert window.width() == 800


def test_the_outline_follows_the_text_and_leads_into_it(open_window, qtbot):
    window = open_window("# One\ntext\n## Two\n" + "more\n" * 100 + "# Three")
    outline = window.parts.documents
    qtbot.waitUntil(lambda: [heading.title for heading in outline.outline] == ["One", "Two", "Three"])
    outline.heading_chosen.emit(outline.outline[2].line)
    assert window.parts.workspace.current.editor.textCursor().block().text() == "# Three"
    QTest.keyClicks(window.parts.workspace.current.editor, "# Zero")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [heading.title for heading in outline.outline][2:] == ["Zero", "Three"])


def test_words_are_counted_in_the_text_and_in_the_selection(open_window, qtbot):
    window = open_window("one two three 灯塔")
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "5 words")
    window.parts.workspace.current.editor.put_caret(0, 7)
    assert window.parts.status.text_of("words") == "2 of 5 words"
    end_of(window)
    QTest.keyClicks(window.parts.workspace.current.editor, " four")
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "6 words")


def test_the_window_remembers_how_it_was_left(open_window, tmp_path, qapp):
    window = open_window("", mode="translate", points=16.0)
    window.parts.write.controls._sliders[0].setValue(-40)
    window.parts.translate._target.setCurrentIndex(window.parts.translate._target.findData("fr"))
    press(window, Qt.Key.Key_Plus, CTRL)
    window.resize(1000, 700)
    window.parts.tabs.setCurrentIndex(2)
    assert window.close()
    settings, _ = load_settings(tmp_path / "settings.json")
    assert (settings.mode, settings.points, settings.write.surprise) == ("summarise", 17.0, -40)
    assert settings.target_language == "fr"
    again = open_window("", **{name: getattr(settings, name) for name in ("geometry", "mode", "points", "write")})
    assert again.parts.write.request("x").params.temperature < 0.9
    assert again.parts.tabs.currentIndex() == 2


def test_the_first_start_is_explained_in_one_line_once(open_window):
    window = open_window()
    window.greet()
    assert "Ctrl+Enter" in window.parts.messages.sentence
    window.parts.messages.hide()
    window.greet()
    assert window.parts.messages.sentence == ""


def test_the_explanation_goes_once_it_was_followed(open_window):
    window = open_window("It rained.")
    window.greet()
    end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    assert "Esc stops it" in window.parts.messages.sentence
    press(window, Qt.Key.Key_Escape)
    assert window.parts.messages.sentence == ""


def test_a_notice_does_not_push_an_error_aside(open_window):
    messages = open_window().parts.messages
    messages.warn("The disk is full.")
    messages.note("Saved elsewhere.")
    assert messages.sentence == "The disk is full."
    assert messages.also == "Saved elsewhere."
    messages.warn("It is still full.")
    assert messages.also == ""


def test_every_field_and_button_has_a_name_that_is_read_out(open_window):
    window = open_window("Text")
    window.parts.result.show_text("x")
    window.parts.find_bar.open(window.parts.workspace.current.editor, replacing=True)
    kinds = (QAbstractButton, QComboBox, QSlider, QSpinBox, QPlainTextEdit, QLineEdit)
    nameless = [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if not widget.isHidden()
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QComboBox | QSpinBox | QLineEdit)
    ]
    assert nameless == []


def test_f6_goes_round_the_panes_and_back_to_the_text(open_window):
    window = open_window("Text")
    editor = window.parts.workspace.current.editor
    seen = []
    for _ in range(3):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        focused = window.focusWidget()
        seen.append([part for part in (window.parts.tabs, window.parts.documents) if part.isAncestorOf(focused)])
    assert seen == [[window.parts.tabs], [window.parts.documents], []]
    assert window.focusWidget() is editor


def test_tab_goes_through_the_whole_assistant(open_window):
    window = open_window("Text")
    fields = [
        field
        for kind in (QAbstractButton, QComboBox, QSlider, QSpinBox)
        for field in window.parts.write.findChildren(kind)
        if field.isVisible() and field.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    window.parts.write.controls._model.setFocus()
    reached = set()
    for _ in range(60):
        reached.add(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget() is window.parts.workspace.current.editor:
            break
    assert set(fields[:1]) <= reached | set(fields)
    assert window.parts.write.button in reached

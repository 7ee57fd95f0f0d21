"""The model that the status bar names, in a window whose engine says what a test tells it to say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from engine.events import ContextUsed, ModelLoaded, Speed, TextChunk, VariantFinished
from engine.modes import Mode, SummaryStyle
from engine.text.documents import Document
from gui.mode_panels import MODES
from tests.engine.tiny_models import tiny_causal
from tests.gui.scripted_engine import ScriptedClient

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(open_window):
    """A window with a sentence, the caret at its end."""
    client = ScriptedClient()
    window = open_window("It rained all day.", client=client, complete_pause=1, style=SummaryStyle.HEADLINE.value)
    window.engine = client
    window.editor = window.parts.workspace.current.editor
    window.editor.put_caret(18, 18)
    return window


def turn_to(desk, mode):
    desk.parts.tabs.setCurrentIndex(MODES.index(mode))


def run(desk, model, key=Qt.Key.Key_Return, modifiers=CTRL):
    """Start a job by its key, and let the engine say with which model."""
    QTest.keyClick(desk.editor, key, modifiers)
    desk.engine.say(ModelLoaded(model, "CPU, float32", "float32", 0.0), Speed(10, 40.0), ContextUsed(12, 512))


def said(desk):
    return desk.parts.status.text_of("model")


def test_each_mode_names_its_own_model(desk):
    turn_to(desk, Mode.TRANSLATE)
    assert said(desk) == "translate", "also before anything is loaded"
    run(desk, "my-translator")
    desk.engine.finish()
    assert said(desk) == "my-translator"
    assert desk.parts.status.text_of("speed") == "40 tokens/s"
    turn_to(desk, Mode.SUMMARISE)
    assert said(desk) == "summary-en"
    assert desk.parts.status.text_of("speed") == "", "that was the translator's"
    turn_to(desk, Mode.TRANSLATE)
    assert said(desk) == "my-translator"


def test_key_sentences_are_chosen_without_a_model(desk):
    turn_to(desk, Mode.SUMMARISE)
    assert said(desk) == "summary-en"
    box = desk.parts.summarise._style
    box.setCurrentIndex(box.findData(SummaryStyle.KEY_SENTENCES.value))
    assert said(desk) == ""


def test_a_chosen_model_is_named_at_once(desk):
    desk.parts.write.controls.choose_model("story-zh")
    assert said(desk) == "story-zh"


def test_what_is_loaded_for_another_mode_is_not_named(desk):
    desk.parts.jobs.warm(Mode.WRITE, "")
    turn_to(desk, Mode.TRANSLATE)
    desk.engine.load()
    assert said(desk) == "translate"
    turn_to(desk, Mode.WRITE)
    assert said(desk) == "tiny", "now it is"


def test_automatic_follows_the_language_of_the_text_in_view(desk, qtbot):
    desk.parts.workspace.add(Document("从前有一个老人。"), None)
    editor = desk.parts.workspace.current.editor
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_End, CTRL)
    qtbot.waitUntil(lambda: said(desk) == "story-zh")
    hint = desk.parts.write.controls.findChildren(QLabel)
    assert any(each.text().startswith("For this text story-zh") for each in hint if each.isVisible())
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    desk.engine.say(ModelLoaded("story-zh", "CPU, float32", "float32", 0.0))
    desk.engine.finish()
    assert said(desk) == "story-zh"
    desk.parts.workspace.show_document(desk.parts.workspace.documents[0])
    assert said(desk) == "story-en", "what was loaded for the other text will not go on with this one"
    assert any(each.text().startswith("For this text story-en") for each in hint if each.isVisible())
    QTest.keyClick(desk.editor, Qt.Key.Key_A, CTRL)
    typed = QInputMethodEvent()
    typed.setCommitString("春天来了")
    QApplication.sendEvent(desk.editor, typed)
    qtbot.waitUntil(lambda: said(desk) == "story-zh")


def test_an_engine_that_died_is_not_called_ready_while_a_job_waits_for_it(desk):
    def where():
        return desk.parts.status.text_of("device")

    desk.engine.engine_died.emit("The engine stopped.")
    assert where() == "engine stopped"
    desk.engine.engine_ready.emit("")
    assert where() == "engine ready"
    QTest.keyClick(desk.editor, Qt.Key.Key_Return, CTRL)
    assert where() == "loading the model"
    QTest.keyClick(desk.editor, Qt.Key.Key_Escape)
    assert where() == "engine ready"
    run(desk, "story-en")
    assert where() == "CPU, float32"
    desk.engine.engine_died.emit("The engine stopped.")
    assert where() == "engine stopped"


def test_ghost_text_takes_no_name_from_the_mode(desk, qtbot):
    turn_to(desk, Mode.TRANSLATE)
    QTest.keyClicks(desk.editor, " I")
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    desk.engine.load()
    assert [request.mode for request in desk.engine.requests] == [Mode.COMPLETE]
    desk.engine.finish(ModelLoaded("story-en", "CPU, float32", "float32", 0.0))
    assert said(desk) == "translate"


def test_a_tool_names_its_model_while_it_works(desk):
    run(desk, "vary-en", Qt.Key.Key_R, CTRL | SHIFT)
    assert said(desk) == "vary-en"
    desk.engine.finish()
    assert said(desk) == "story-en"


def test_a_model_chosen_while_another_writes_lets_it_finish_and_writes_the_next(desk, tmp_path, qtbot):
    folder = tiny_causal(tmp_path / "my-novels", "llama")
    run(desk, "story-en")
    desk.engine.say(TextChunk(" The river", 0))
    desk.wiring.use_model(Mode.WRITE, str(folder))
    assert desk.parts.jobs.running
    assert said(desk) == "story-en"
    desk.engine.finish(TextChunk(" rose.", 0), VariantFinished(0, "end", 4, 1))
    qtbot.waitUntil(lambda: "The river rose." in desk.editor.toPlainText())
    assert said(desk) == "my-novels"
    QTest.keyClick(desk.editor, Qt.Key.Key_R, CTRL)
    desk.engine.load()
    assert [request.model for request in desk.engine.requests] == [str(folder)]
    desk.engine.say(ModelLoaded("my-novels", "CPU, float32", "float32", 0.0))
    desk.engine.finish(TextChunk(" The sun came.", 0), VariantFinished(0, "end", 4, 2))
    qtbot.waitUntil(lambda: "The sun came." in desk.editor.toPlainText())
    words = " ".join(shown.text() for shown in desk.parts.write.findChildren(QLabel))
    assert "story-en" in words
    assert "my-novels" in words

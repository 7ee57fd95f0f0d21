"""The commands that make text, in whichever mode is in view."""

import pytest
from PySide6.QtCore import Qt

from engine.modes import Mode
from engine.store.runs import Author
from tests.gui.driving import end_of, press
from tests.gui.scripted_engine import ScriptedClient

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("mode", "words"), [(0, "nothing before the caret"), (1, "no text to translate"), (2, "no text to summarise")]
)
@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_one_sentence(open_window, mode, words, text):
    window = open_window(text)
    window.parts.tabs.setCurrentIndex(mode)
    press(window, Qt.Key.Key_Return, CTRL)
    assert words in window.parts.messages.sentence
    assert not window.parts.jobs.running


def test_continuing_brings_write_mode_into_view_and_accepts_what_was_written(open_window):
    window = open_window("It rained.")
    end_of(window)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.writing.on_text(0, " All day")
    window.parts.jobs.stop()
    window.parts.show_mode(Mode.TRANSLATE)
    window.parts.commands["continue"].trigger()
    assert window.parts.mode is Mode.WRITE
    assert window.parts.jobs.running
    assert {run.author for run in window.parts.workspace.current.model_text.runs} == {Author.HUMAN, Author.ACCEPTED}


def test_another_of_a_translation_is_the_same_request_again(open_window):
    window = open_window("It rained.", client=ScriptedClient(), complete=False)
    window.parts.show_mode(Mode.TRANSLATE)
    press(window, Qt.Key.Key_Return, CTRL)
    (first,) = window.parts.client.requests
    window.parts.jobs.stop()
    window.parts.commands["another"].trigger()
    assert window.parts.client.requests == [first]

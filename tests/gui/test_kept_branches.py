import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.store.generation_records import generations_of
from engine.store.journal import Journal
from tests.gui.driving import current, press
from tests.gui.journalled import after_a_close, after_a_kill, databases, texts
from tests.gui.scripted_engine import ScriptedClient
from tests.gui.variants_in_view import ALT, CONTROL, SHIFT, begun, branch, continued, shown, write


@pytest.fixture
def story(open_window):
    return begun(open_window)


def test_branches_survive_closing_and_a_kill(story, open_window, monkeypatch):
    branch(story, 9, " an island.", seed=40)
    again = after_a_kill(story, monkeypatch, open_window)
    assert shown(again) == ([" upon a time.", " upon an island."], 1)
    assert again.parts.write.cards.depths == [0, 1]
    press(again, Qt.Key.Key_Left, ALT)
    assert texts(again) == [("Untitled", "Once upon a time.")]
    again.close()
    last = after_a_close(open_window)
    assert shown(last) == ([" upon a time.", " upon an island."], 0)
    last.close()
    journal = Journal.load(databases()[0])
    (kept,) = generations_of(journal)
    assert [(each.parent, each.offset, each.seed, each.model) for each in kept.wordings] == [
        (-1, 0, 7, "story-en"),
        (0, 5, 40, "story-en"),
    ]
    assert kept.wordings[1].request.text == "Once upon"
    journal.close()


def test_a_kill_while_a_branch_streams_in_keeps_both(story, open_window, monkeypatch):
    current(story).editor.put_caret(9, 9)
    press(story, Qt.Key.Key_Return, ALT | SHIFT)
    for text in (" an", " is"):
        story.parts.writing.on_text(0, text)
    again = after_a_kill(story, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "Once upon an is")]
    assert shown(again) == ([" upon a time.", " upon an is"], 1)
    press(again, Qt.Key.Key_Left, ALT)
    assert texts(again) == [("Untitled", "Once upon a time.")]


def test_a_kill_while_the_first_text_streams_in_keeps_its_record(open_window, monkeypatch):
    window = open_window(client=ScriptedClient(), complete=False)
    QTest.keyClicks(current(window).editor, "Once")
    press(window, Qt.Key.Key_Return, CONTROL)
    for text in (" upon", " a"):
        window.parts.writing.on_text(0, text)
    again = after_a_kill(window, monkeypatch, open_window)
    assert shown(again) == ([" upon a"], 0)
    assert again.parts.writing.variants.request.text == "Once"


def test_undo_of_a_branch_survives_a_restart(story, open_window, monkeypatch):
    branch(story, 9, " an island.")
    again = after_a_kill(story, monkeypatch, open_window)
    editor = current(again).editor
    editor.undo_step()
    assert editor.text() == "Once upon a time."
    assert shown(again)[1] == 0
    editor.redo_step()
    assert editor.text() == "Once upon an island."
    assert shown(again)[1] == 1


def test_a_branch_is_written_again_from_its_record(story, open_window, monkeypatch):
    branch(story, 9, " an island.", seed=40)
    again = after_a_kill(story, monkeypatch, open_window, client=ScriptedClient())
    again.parts.commands["regenerate"].trigger()
    (request,) = again.parts.client.requests
    assert (request.text, request.params.seed, request.variants) == ("Once upon", 40, 1)
    write(again, " an island.", seed=40)
    assert shown(again) == ([" upon a time.", " upon an island.", " upon an island."], 2)
    assert "word for word" in again.parts.messages.sentence


def test_an_older_text_is_branched_too_also_after_a_restart(story, open_window, monkeypatch):
    continued(story)
    again = after_a_kill(story, monkeypatch, open_window, client=ScriptedClient(), complete=False)
    branch(again, 9, " an island.")
    assert texts(again) == [("Untitled", "Once upon an island. A king slept.")]
    assert shown(again) == ([" upon a time.", " upon an island."], 1)
    last = after_a_kill(again, monkeypatch, open_window)
    assert shown(last) == ([" upon a time.", " upon an island."], 1)

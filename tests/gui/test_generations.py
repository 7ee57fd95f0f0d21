import json
import sqlite3

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from engine.events import ModelLoaded, VariantFinished
from engine.store.generation_records import generations_of
from engine.store.journal import Journal
from engine.text.documents import Document
from gui.dialogs.variants import VariantsDialog
from tests.gui.answering import in_next_and_close
from tests.gui.driving import current, press
from tests.gui.journalled import after_a_close, after_a_kill, databases, texts
from tests.gui.scripted_engine import ScriptedClient
from tests.gui.variants_in_view import shown

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def story(open_window):
    """A window in which two variants were written with the seeds 7 and 8, the second of them in the text."""
    window = open_window(client=ScriptedClient(), variants=2)
    QTest.keyClicks(current(window).editor, "Once")
    press(window, Qt.Key.Key_Return, CONTROL)
    window.parts.writing.on_text(0, " upon")
    window.parts.writing.on_text(1, " there")
    for number in (0, 1):
        window.parts.writing.on_event(VariantFinished(number, "stop", 1, 7 + number))
    window.parts.writing.on_event(ModelLoaded("story-en", "cpu", "bfloat16", 0.1))
    window.parts.jobs.stop()
    press(window, Qt.Key.Key_Right, ALT)
    assert shown(window) == ([" upon", " there"], 1)
    return window


def test_variants_survive_a_kill_and_are_walked_on(story, open_window, monkeypatch):
    again = after_a_kill(story, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "Once there")]
    assert shown(again) == ([" upon", " there"], 1)
    press(again, Qt.Key.Key_Left, ALT)
    assert texts(again) == [("Untitled", "Once upon")]
    again.close()
    last = after_a_close(open_window)
    assert shown(last) == ([" upon", " there"], 0)


def test_edits_elsewhere_move_the_variant_and_edits_in_it_free_it(story, open_window, monkeypatch):
    current(story).editor.put_caret(0, 0)
    QTest.keyClicks(current(story).editor, "So: ")
    again = after_a_kill(story, monkeypatch, open_window)
    press(again, Qt.Key.Key_Left, ALT)
    assert texts(again) == [("Untitled", "So: Once upon")]
    current(again).editor.put_caret(10, 10)
    QTest.keyClicks(current(again).editor, "X")
    last = after_a_kill(again, monkeypatch, open_window)
    assert shown(last) == ([" upon", " there"], -1)


def test_the_tint_comes_back_unless_it_was_accepted(story, open_window, monkeypatch):
    again = after_a_kill(story, monkeypatch, open_window)
    assert current(again).model_text.ranges == [(4, 10)]
    again.parts.writing.accept()
    last = after_a_kill(again, monkeypatch, open_window)
    assert shown(last) == ([" upon", " there"], 1)
    assert current(last).model_text.ranges == []


def test_the_record_names_request_model_and_seeds(story):
    story.parts.journals.settle()
    story.close()
    journal = Journal.load(databases()[0])
    (kept,) = generations_of(journal)
    assert kept.request.text == "Once"
    assert [(each.model, each.preset) for each in kept.wordings] == 2 * [("story-en", "story")]
    assert [(each.seed, each.row, each.rows) for each in kept.wordings] == [(7, 0, 2), (8, 1, 2)]
    assert {len(each.fingerprint) for each in kept.wordings} == {64}
    assert [version.reason for version in journal.versions()] == ["generation"]
    journal.close()


@pytest.mark.parametrize(("text", "words"), [(" there", "word for word"), (" elsewhere", "Another text")])
def test_a_variant_is_written_again_from_its_record(story, open_window, monkeypatch, text, words):
    again = after_a_kill(story, monkeypatch, open_window, client=ScriptedClient())
    again.parts.commands["regenerate"].trigger()
    (request,) = again.parts.client.requests
    assert (request.text, request.params.seed, request.variants) == ("Once", 7, 2)
    again.parts.writing.on_text(0, " nobody waits for this")
    again.parts.writing.on_text(1, text)
    again.parts.writing.on_event(VariantFinished(1, "stop", 1, 8))
    again.parts.jobs.stop()
    assert shown(again) == ([" upon", " there", text], 2)
    assert words in again.parts.messages.sentence


def test_a_variant_in_a_database_of_an_earlier_version_is_written_again(story, open_window):
    story.close()
    (path,) = databases()
    journal = Journal.load(path)
    records = [(json.dumps(each.to_json()), each.key) for each in generations_of(journal)]
    journal.close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE texts; DROP TABLE pieces; PRAGMA user_version = 2")
    connection.executemany("UPDATE generations SET record = ? WHERE key = ?", records)
    connection.commit()
    connection.close()
    again = after_a_close(open_window, client=ScriptedClient())
    assert shown(again) == ([" upon", " there"], 1)
    again.parts.commands["regenerate"].trigger()
    (request,) = again.parts.client.requests
    assert (request.text, request.params.seed, request.variants) == ("Once", 7, 2)


def test_without_a_variant_nothing_is_written_again(open_window):
    window = open_window()
    window.parts.commands["regenerate"].trigger()
    assert "no variant" in window.parts.messages.sentence


def with_variants(window, act):
    """Open the comparison by its keys and do `act` in it."""
    in_next_and_close(VariantsDialog, act)
    press(window, Qt.Key.Key_V, CONTROL | Qt.KeyboardModifier.ShiftModifier)


def test_two_variants_are_seen_side_by_side_with_their_record(story):
    seen = []

    def act(dialog):
        seen.extend(view.toPlainText() for view in dialog.views)
        seen.append(dialog._record.text())

    with_variants(story, act)
    assert seen[:2] == [" upon", " there"]
    assert "story-en" in seen[2]
    assert "seed 7" in seen[2]


def test_a_variant_that_is_copied_is_the_models_where_it_is_pasted(story):
    def act(dialog):
        next(each for each in dialog.findChildren(QAbstractButton) if each.text() == "C&opy").click()

    with_variants(story, act)
    story.parts.workspace.add(Document("Elsewhere."), None)
    current(story).editor.put_caret(10, 10)
    press(story, Qt.Key.Key_V, CONTROL)
    assert current(story).editor.text() == "Elsewhere. upon"
    assert current(story).model_text.ranges == [(10, 15)]


def test_a_variant_chosen_by_keys_goes_in_at_the_caret_as_one_step(story):
    editor = current(story).editor
    editor.put_caret(0, 0)

    def act(dialog):
        QTest.keyClick(dialog.lists[0], Qt.Key.Key_Down)
        dialog.insert()

    with_variants(story, act)
    assert editor.text() == " thereOnce there"
    assert current(story).model_text.ranges == [(0, 6), (10, 16)]
    editor.undo_step()
    assert editor.text() == "Once there"


def test_without_variants_there_is_nothing_to_compare(open_window):
    window = open_window()
    window.parts.commands["all_variants"].trigger()
    assert "No model wrote anything" in window.parts.messages.sentence

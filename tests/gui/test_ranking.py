"""Variants get their order in the background, and the writer's jobs come first."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Result, TextChunk
from engine.modes import Mode
from tests.gui.scripted_engine import ScriptedClient

CTRL = Qt.KeyboardModifier.ControlModifier
ORDER = Result(
    {
        "order": [2, 0, 1],
        "scores": [0.5, 0.1, 0.9],
        "reasons": ["“One.” reads worst.", "“Two.” reads worst.", "“Three.” reads worst."],
        "method": "likelihood",
        "measured": "not measured",
    }
)


@pytest.fixture
def desk(open_window, qtbot):
    """A window in which three variants have just come."""
    client = ScriptedClient()
    window = open_window("It rained.", client=client, variants=3, complete=False)
    window.editor = window.parts.workspace.current.editor
    window.editor.put_caret(10, 10)
    QTest.keyClick(window.editor, Qt.Key.Key_Return, CTRL)
    client.finish(*(TextChunk(text, number) for number, text in enumerate((" One.", " Two.", " Three."))))
    qtbot.waitUntil(lambda: bool(client.open_jobs))
    client.load()
    return window


def marks(desk):
    return [card._mark.text() for card in desk.parts.write.cards.cards]


def test_the_variants_are_ranked_and_keep_their_places(desk):
    request = desk.parts.client.requests[0]
    assert (request.mode, request.text, request.texts) == (Mode.RANK, "It rained.", (" One.", " Two.", " Three."))
    assert marks(desk) == ["", "", ""]
    desk.parts.client.finish(ORDER)
    assert marks(desk) == ["·  2nd", "·  3rd", "·  most natural"]
    card = desk.parts.write.cards.cards[0]
    assert card.accessibleDescription() == "One."
    assert "“One.” reads worst." in card._mark.toolTip()
    assert "likely" in card._mark.toolTip()


def test_a_job_of_the_writers_goes_first_and_the_ranking_follows(desk, qtbot):
    QTest.keyClick(desk.editor, Qt.Key.Key_R, CTRL)
    assert [request.mode for request in desk.parts.client.requests] == [Mode.WRITE]
    desk.parts.client.finish(TextChunk(" Four."))
    qtbot.waitUntil(lambda: bool(desk.parts.client.requests))
    assert len(desk.parts.client.requests[0].texts) == 4


def test_ranking_a_set_that_is_gone_is_forgotten(desk, qtbot):
    desk.editor.put_caret(0, 0)
    desk.parts.workspace.current.editor.document().setModified(False)
    desk.parts.files.close(desk.parts.workspace.current)
    assert not desk.parts.client.requests


def test_one_variant_needs_no_order(open_window, qtbot):
    client = ScriptedClient()
    window = open_window("It rained.", client=client, complete=False)
    window.parts.workspace.current.editor.put_caret(10, 10)
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_Return, CTRL)
    client.finish(TextChunk(" One."))
    qtbot.wait(20)
    assert not client.open_jobs


@pytest.mark.parametrize("chat", [True, False])
def test_what_a_server_wrote_it_ranks_where_it_can(open_window, qtbot, tmp_path, chat):
    client = ScriptedClient()
    server = {"address": "http://studio:8000/v1", "model": "big", "chat": chat}
    path = tmp_path / "one.md"
    settings = {"servers": {"Studio": server}, "leaving": [f"Studio\n{path}"], "variants": 2, "complete": False}
    window = open_window("It rained.", path, client, **settings)
    window.parts.write.controls.choose_model("server:Studio")
    client.open_jobs.clear()
    editor = window.parts.workspace.current.editor
    editor.put_caret(10, 10)
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    client.finish(*(TextChunk(text, number) for number, text in enumerate((" One.", " Two."))))
    qtbot.waitUntil(lambda: bool(client.open_jobs))
    client.load()
    (request,) = client.requests
    assert request.mode is Mode.RANK
    assert (request.server is None) == chat

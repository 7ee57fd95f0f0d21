from PySide6.QtGui import QTextCursor

from engine.events import ModelLoaded
from engine.server import Server
from engine.text.documents import Document
from tests.gui.scripted_engine import ScriptedClient

STUDIO = Server("http://studio:8000/v1", "big-model")
KEPT = {"Studio": {"address": STUDIO.address, "model": STUDIO.model, "chat": True}}


def test_nothing_leaves_a_document_before_the_writer_agreed(open_window, tmp_path):
    client = ScriptedClient()
    window = open_window("It rained.", tmp_path / "one.md", client, servers=dict(KEPT))
    parts = window.parts
    parts.write.controls.choose_model("server:Studio")
    client.open_jobs.clear()
    parts.workspace.current.editor.moveCursor(QTextCursor.MoveOperation.End)
    parts.commands["generate"].trigger()
    assert client.requests == []
    assert "studio:8000" in parts.messages.sentence
    assert "leaves this machine" in parts.messages.sentence
    parts.messages._button.click()
    (request,) = client.requests
    assert (request.server, request.model) == (STUDIO, "")
    client.say(ModelLoaded("big-model", "studio:8000: text leaves this machine", "", 0.1))
    assert parts.status.text_of("device") == "studio:8000: text leaves this machine"
    client.finish()
    client.open_jobs.clear()
    parts.commands["generate"].trigger()
    assert len(client.requests) == 1
    client.finish()
    parts.workspace.add(Document("Another."), tmp_path / "two.md")
    parts.workspace.current.editor.moveCursor(QTextCursor.MoveOperation.End)
    parts.commands["generate"].trigger()
    assert client.requests == []

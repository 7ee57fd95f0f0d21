"""With sockets forbidden in the window and in the engine beside it, all works but what asks the hub or a server."""

import os
import subprocess
import sys
from pathlib import Path

from tests.engine.tiny_models import tiny_causal

ROOT = Path(__file__).resolve().parents[2]
GUARD = """
import os, sys

def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        with open(os.environ["SOCKETS_TRIED"], "a") as file:
            print(event, arguments[-1:], file=file)
        raise PermissionError(f"network call: {event}")

sys.addaudithook(guard)
open(os.environ["GUARDED"], "a").write(" ".join(sys.orig_argv) + "\\n")
"""
WINDOW = """
import sys, time
from pathlib import Path
from gui.app import make_application
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.settings import Settings

application = make_application(["penwright"])
window = MainWindow(application, Settings(complete=False), Path(sys.argv[2]), EngineClient())

def wait(fact):
    end = time.monotonic() + 120
    while not fact():
        assert time.monotonic() < end
        application.processEvents()
        time.sleep(0.01)

window.show()
window.start_engine()
editor = window.parts.workspace.current.editor
editor.insertPlainText("Once upon a time there was a king. He had a daughter.")
window.wiring.use_model(window.parts.mode, sys.argv[1])
before = editor.toPlainText()
window.parts.commands["generate"].trigger()
wait(lambda: not window.parts.jobs.running and editor.toPlainText() != before)
window.parts.commands["manage_models"].trigger()
view = window.shelf.view
for number in range(view.tabs.count()):
    view.tabs.setCurrentIndex(number)
    application.processEvents()
wait(lambda: view._care.chosen is not None)
assert view.finding.list.topLevelItemCount() > 5
view.close()
editor.document().setModified(False)
window.close()
"""


def test_no_socket_is_opened_unasked(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    tried, guarded = tmp_path / "tried", tmp_path / "guarded"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))),
        "SOCKETS_TRIED": str(tried),
        "GUARDED": str(guarded),
    }
    model = tiny_causal(tmp_path / "model", "llama")
    command = [sys.executable, "-c", WINDOW, str(model), str(tmp_path / "settings.json")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "engine.service" in guarded.read_text()  # the engine process stood under the same guard
    assert not tried.exists(), tried.read_text()
    check = [sys.executable, "-c", "import socket; socket.getaddrinfo('localhost', 80)"]
    assert "PermissionError" in subprocess.run(check, env=environment, capture_output=True, text=True).stderr

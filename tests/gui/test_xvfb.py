"""The real window on a real X server: it appears, takes keys, and ends with its process."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from gui.app import make_application
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.settings import Settings

application = make_application(["penwright"])
assert application.platformName() == "xcb", application.platformName()
window = MainWindow(application, Settings(), Path(sys.argv[1]) / "settings.json", EngineClient())
window.show()
assert QTest.qWaitForWindowExposed(window, 20_000)
window.activateWindow()
editor = window.parts.workspace.current.editor
QTest.keyClicks(editor, "It rained.")
QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
if not window.parts.jobs.running:  # without a window manager nothing is ever active
    window.parts.commands["generate"].trigger()
window.parts.writing.on_text(0, " All day.")
QTest.keyClick(editor, Qt.Key.Key_Home)
QTest.keyClicks(editor, "So: ")
window.parts.writing.on_text(0, " And on.")
window.parts.jobs.stop()
assert editor.text() == "So: It rained. All day. And on.", editor.text()
editor.undo_step()
assert editor.text() == "So: It rained.", editor.text()
assert not window.grab().isNull()
editor.document().setModified(False)
assert window.close()
print("fine")
"""


@pytest.mark.xvfb
def test_the_window_works_on_an_x_server(tmp_path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "QT_LOGGING_RULES": ""}
    command = ["xvfb-run", "-a", sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "fine"

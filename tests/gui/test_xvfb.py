"""The real window on a real X server: it appears, takes keys, and ends with its process."""

import os
import shutil
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


DRAG = """
import subprocess
import time
from PySide6.QtGui import QTextCharFormat
from PySide6.QtTest import QTest
from engine.store.edits import Origin
from engine.store.runs import Author
from gui.app import hand_over_clipboard, make_application
from gui.editor import Editor
from gui.model_text import ModelText

application = make_application(["penwright"])
editor = Editor(13.0, lambda _key: False, None)
editor.resize(640, 400)
editor.show()
assert QTest.qWaitForWindowExposed(editor, 20_000)
editor.set_text("Nobody came. It rained.")
marks = ModelText(editor, QTextCharFormat)
editor.write(0, 0, "The king slept. ", Origin.MODEL)
editor.put_caret(0, 16)

def at(position):
    place = editor.viewport().mapToGlobal(editor.rect_of(position).center())
    return str(place.x()), str(place.y())

def found():
    return [editor.text_between(*place) for place in marks.ranges]

drag = ["mousemove", *at(4), "mousedown", "1", "sleep", "0.3", "mousemove", *at(20), "sleep", "0.3"]
command = ["xdotool", *drag, "mousemove", *at(29), "sleep", "0.3", "mouseup", "1"]
dragging = subprocess.Popen(command)
end = time.monotonic() + 20
while time.monotonic() < end and (dragging.poll() is None or not editor.text().startswith("Nobody")):
    application.processEvents()
assert editor.text() == "Nobody came. The king slept. It rained.", editor.text()
assert (found(), len(marks.runs)) == (["The king slept. "], 3), marks.runs
editor.undo_step()
assert editor.text() == "The king slept. Nobody came. It rained.", editor.text()
assert (found(), len(marks.runs)) == (["The king slept. "], 2), marks.runs
hand_over_clipboard()
print("fine")
"""


@pytest.mark.xvfb
@pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")
def test_text_that_is_dragged_by_the_mouse_keeps_its_mark():
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "QT_LOGGING_RULES": ""}
    command = ["xvfb-run", "-a", sys.executable, "-c", DRAG]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "fine"

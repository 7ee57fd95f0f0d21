"""A process that copies from an editor and ends as Penwright does; see test_app.py."""

import sys

from gui.app import hand_over_clipboard, make_application
from gui.editor import Editor

application = make_application(["penwright"])
editor = Editor(13.0, lambda _key: False, None)
editor.setPlainText("a\u00a0b")
editor.selectAll()
editor.copy()
hand_over_clipboard()
sys.stdout.write(application.clipboard().text())

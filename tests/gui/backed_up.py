"""Windows in which files are saved, whose backups are looked at."""

from PySide6.QtTest import QTest

from gui.dialogs.backups import BackupsDialog
from tests.gui.answering import in_next_and_close
from tests.gui.driving import current


def write(window, text):
    """Replace the text of the document in view and save it."""
    current(window).editor.selectAll()
    QTest.keyClicks(current(window).editor, text)
    window.parts.commands["save"].trigger()


def backups(window, path):
    """Return what backups of a file hold, the latest first."""
    assert window.backing_up.settle()
    return [each.path.read_bytes() for each in window.backing_up.backups.of(path)]


def saved_twice(open_window, tmp_path):
    """Open a window on a file that was there before, and save twice."""
    path = tmp_path / "第一章.txt"
    path.write_text("The king slept.", encoding="utf-8")
    window = open_window()
    window.parts.files.open(path)
    write(window, "The old king slept.")
    write(window, "The old queen woke.")
    return window


def with_backups(window, act):
    """Open the backups of the document in view and do `act` there."""
    in_next_and_close(BackupsDialog, act)
    window.parts.commands["backups"].trigger()

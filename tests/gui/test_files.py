import itertools
import os

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QListWidget, QMessageBox

from gui.dialogs.questions import EncodingDialog
from tests.gui.answering import answer, in_next
from tests.gui.driving import current

EXACT = "a\u00a0b\u2028c\u2029d \u200b\ufeff😀中\tend"


def press(window, key, modifiers=Qt.KeyboardModifier.ControlModifier):
    QTest.keyClick(current(window).editor, key, modifiers)


@pytest.mark.parametrize(
    "data",
    [
        EXACT.encode(),
        b"\xef\xbb\xbf" + EXACT.encode(),
        b"one\r\ntwo\r\n",
        b"one\rtwo\r",
        b"mixed\r\nends\nhere\r",
        b"\xff\xfe" + "BOM\r\n中".encode("utf-16-le"),
        b"",
        b"no end",
        ("long " * 30_000 + "\nshort\n").encode(),
    ],
)
def test_a_file_is_saved_as_it_was_but_for_what_is_typed(open_window, tmp_path, data):
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    window = open_window()
    assert window.parts.files.open(path)
    QTest.keyClicks(current(window).editor, "X")
    assert current(window).modified
    press(window, Qt.Key.Key_S)
    assert not current(window).modified
    codec = "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-8"
    mark = next((mark for mark in (b"\xff\xfe", b"\xef\xbb\xbf") if data.startswith(mark)), b"")
    assert path.read_bytes() == mark + "X".encode(codec) + data[len(mark) :]


def test_copying_and_pasting_change_nothing(open_window):
    window = open_window(EXACT)
    press(window, Qt.Key.Key_A)
    press(window, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == EXACT
    press(window, Qt.Key.Key_V)
    assert current(window).editor.text() == EXACT


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "There is no file"), (b"\0\1\2", "not a text file"), ("folder", "is a folder")],
)
def test_what_cannot_be_opened_is_said_in_the_window(open_window, tmp_path, content, words):
    path = tmp_path / "thing"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    window = open_window("My text")
    assert not window.parts.files.open(path)
    assert words in window.parts.messages.sentence
    assert current(window).editor.text() == "My text"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_read_only_folder_is_said_and_the_text_stays(open_window, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    path = folder / "text.txt"
    path.write_text("old")
    window = open_window()
    window.parts.files.open(path)
    folder.chmod(0o500)
    QTest.keyClicks(current(window).editor, "X")
    press(window, Qt.Key.Key_S)
    assert "read-only" in window.parts.messages.sentence
    assert current(window).modified


def test_a_missing_folder_is_said_and_the_text_stays(open_window, tmp_path):
    window = open_window("kept", tmp_path / "gone" / "text.txt")
    QTest.keyClicks(current(window).editor, "X")
    press(window, Qt.Key.Key_S)
    assert "There is no folder" in window.parts.messages.sentence
    assert current(window).modified
    assert current(window).editor.text() == "Xkept"


def test_a_file_in_another_encoding_is_opened_after_a_choice(open_window, tmp_path, qtbot):
    path = tmp_path / "latin.txt"
    path.write_bytes("Grüße aus der Straße, und noch mehr Wörter".encode("windows-1252"))
    window = open_window()

    def choose(dialog):
        assert dialog.encoding == "windows-1252"
        dialog.accept()

    in_next(EncodingDialog, choose)
    assert window.parts.files.open(path)
    assert current(window).editor.text().startswith("Grüße")
    current(window).editor.insertPlainText("中")
    window.parts.commands["save"].trigger()
    assert "save it as UTF-8" in window.parts.messages.sentence
    window.parts.messages._button.click()
    assert path.read_text(encoding="utf-8").startswith("中Grüße")


def test_a_file_that_another_program_changed_is_not_overwritten_unasked(open_window, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    path.write_text("from elsewhere")
    QTest.keyClicks(current(window).editor, "X")
    press(window, Qt.Key.Key_S)
    assert "changed by another program" in window.parts.messages.sentence
    assert path.read_text() == "from elsewhere"
    window.parts.messages._button.click()
    assert path.read_text() == "Xone"


def drop(editor, data):
    """Drag over the text and let go, as a file manager makes Qt see it."""
    place = QPoint(30, 10)
    actions, keys, buttons = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(place, actions, data, buttons, keys)
    QApplication.sendEvent(editor.viewport(), entering)
    assert entering.isAccepted()
    QApplication.sendEvent(editor.viewport(), QDragMoveEvent(place, actions, data, buttons, keys))
    QApplication.sendEvent(editor.viewport(), QDropEvent(QPointF(place), actions, data, buttons, keys))


def test_dropped_files_are_opened_beside_each_other(open_window, tmp_path):
    paths = [tmp_path / "a.txt", tmp_path / "b.md"]
    for path in paths:
        path.write_text(path.stem)
    window = open_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    drop(current(window).editor, data)
    assert window.parts.documents.titles == ["a.txt", "b.md"]
    assert current(window).editor.text() == "b"
    assert window.parts.settings.recent == [str(paths[1]), str(paths[0])]


def test_the_same_file_is_opened_once(open_window, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    window = open_window()
    window.parts.files.open(path)
    window.parts.files.new()
    window.parts.files.open(path)
    assert window.parts.documents.titles == ["a.txt", "Untitled"]
    assert current(window).path == path


def test_overwriting_is_not_done_to_a_document_that_was_closed_meanwhile(open_window, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    window.parts.commands["private"].trigger()
    QTest.keyClicks(current(window).editor, "X")
    path.write_text("from elsewhere")
    press(window, Qt.Key.Key_S)
    answer(QMessageBox.StandardButton.Discard)
    assert window.parts.files.close(current(window))
    window.parts.messages._button.click()
    assert window.parts.messages.sentence == "This document was closed meanwhile."
    assert path.read_text() == "from elsewhere"


def test_closing_asks_about_a_private_text_and_cancel_keeps_the_window(open_window):
    window = open_window()
    QTest.keyClicks(current(window).editor, "unsaved")
    window.parts.commands["private"].trigger()
    answer(QMessageBox.StandardButton.Cancel)
    assert not window.close()
    assert window.isVisible()
    answer(QMessageBox.StandardButton.Discard)
    assert window.close()


def test_saving_a_private_text_on_close_writes_the_file(open_window, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    window = open_window()
    window.parts.files.open(path)
    window.parts.commands["private"].trigger()
    QTest.keyClicks(current(window).editor, "b")
    answer(QMessageBox.StandardButton.Save)
    assert window.close()
    assert path.read_text() == "ba"


def test_save_as_names_a_text_and_keeps_it_in_recent_files(open_window, tmp_path, monkeypatch):
    path = tmp_path / "new.md"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window = open_window()
    QTest.keyClicks(current(window).editor, "# New")
    press(window, Qt.Key.Key_S)
    assert path.read_text() == "# New"
    assert window.windowTitle().startswith("new.md")
    assert window.parts.settings.recent == [str(path)]


def test_a_text_that_grew_stale_never_replaces_an_open_document(open_window, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("a")
    window = open_window()
    window.parts.files.open(path)
    window.parts.files.new()
    QTest.keyClicks(current(window).editor, "b")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    press(window, Qt.Key.Key_S)
    assert "is open here, too" in window.parts.messages.sentence
    assert path.read_text() == "a"


def test_dropped_text_goes_into_the_text(open_window):
    window = open_window()
    data = QMimeData()
    data.setText("dropped\u00a0text")
    drop(current(window).editor, data)
    assert current(window).editor.text() == "dropped\u00a0text"


def test_the_encodings_stand_below_each_other(open_window, tmp_path, qtbot):
    path = tmp_path / "old.txt"
    path.write_bytes(b"K\xf6nig")
    dialog = EncodingDialog(path, ("windows-1252", "iso-8859-1", "gb18030"), open_window())
    with qtbot.waitExposed(dialog):
        dialog.show()
    (rows,) = dialog.findChildren(QListWidget)
    tops = [rows.visualItemRect(rows.item(row)).top() for row in range(3)]
    assert [lower - upper for upper, lower in itertools.pairwise(tops)] == [rows.sizeHintForRow(0)] * 2

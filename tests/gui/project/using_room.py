"""How tests use a project room: its tree, its search and its notes, by keys."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.gui.driving import current

ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def search(window, qtbot, text):
    """Type into the search field as a writer would; return what is listed."""
    QTest.keyClick(current(window).editor, Qt.Key.Key_F, CTRL_SHIFT)
    field = window.room.search.field
    qtbot.waitUntil(field.hasFocus)
    with qtbot.waitSignal(window.room.project.found):
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            field.setText(text)  # as an input method commits it
    return window.room.search.lines


def note(window, text):
    """Open the notes by their key and type."""
    QTest.keyClick(current(window).editor, Qt.Key.Key_K, CTRL_SHIFT)
    assert window.room.notes.field.hasFocus()
    QTest.keyClicks(window.room.notes.field, text)


def rows(window):
    """Return the names in the tree, from above."""
    return window.room.panel.tree.rows


def press(window, path, key, modifiers=ALT_SHIFT):
    """Press a key in the tree, on the row of `path`."""
    tree = window.room.panel.tree
    tree.setFocus()
    tree.show_path(path)
    QTest.keyClick(tree, key, modifiers)


def drag(window, path, target, below):
    """Drag the row of `path` to the upper or lower edge of the row of `target`, or into it."""
    tree = window.room.panel.tree
    tree.show_path(path)
    data = tree.tree.mimeData([tree.currentIndex()])
    rect = tree.visualRect(tree.tree.index_of(target))
    height = {"above": 1, "below": rect.height() - 1, "into": rect.height() // 2}[below]
    place = QPoint(rect.left() + 5, rect.top() + height)
    action, none, button = Qt.DropAction.MoveAction, Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QApplication.sendEvent(tree.viewport(), QDragEnterEvent(place, action, data, button, none))
    QApplication.sendEvent(tree.viewport(), QDragMoveEvent(place, action, data, button, none))
    QApplication.sendEvent(tree.viewport(), QDropEvent(QPointF(place), action, data, button, none))


def name(window, qtbot, text):
    """Type a name into the field that opened in the tree."""
    tree = window.room.panel.tree
    qtbot.waitUntil(lambda: tree.findChild(QLineEdit) is not None)
    field = tree.findChild(QLineEdit)
    field.selectAll()
    if text.isascii():
        QTest.keyClicks(field, text)
    else:
        field.setText(text)  # as an input method commits it
    QTest.keyClick(field, Qt.Key.Key_Return)

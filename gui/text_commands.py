"""What the commands on files and text do: of the document in view, or of the field that has the focus."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from gui.editor import Editor
from gui.parts import Parts


class TextCommands(QObject):
    """Connect the commands of the File and Edit menus."""

    def __init__(self, window: QWidget, parts: Parts) -> None:
        super().__init__(window)
        self._parts = parts
        self._connect_files(window)
        self._connect_editing()

    def _connect_files(self, window: QWidget) -> None:
        parts, connect = self._parts, self._parts.commands.connect
        connect("new", parts.files.new)
        connect("open", parts.files.ask_open)
        connect("save", lambda: parts.files.save(parts.workspace.current))
        connect("save_as", lambda: parts.files.ask_save(parts.workspace.current))
        connect("close", lambda: parts.files.close(parts.workspace.current))
        connect("quit", window.close)

    def _connect_editing(self) -> None:
        parts, connect = self._parts, self._parts.commands.connect
        connect("undo", self._on_undo)
        connect("redo", lambda: self._editor().redo_step())
        for name, method in (("cut", "cut"), ("copy", "copy"), ("paste", "paste"), ("select_all", "selectAll")):
            connect(name, lambda method=method: self._in_field(method))
        connect("find", lambda: parts.find_bar.open(self._editor(), replacing=False))
        connect("replace", lambda: parts.find_bar.open(self._editor(), replacing=True))
        connect("find_next", parts.find_bar.find_next)
        connect("find_previous", parts.find_bar.find_previous)

    def _editor(self) -> Editor:
        """Return the editor that the writer is in, the document's where he is in none."""
        focused = QApplication.focusWidget()
        return focused if isinstance(focused, Editor) else self._parts.workspace.current.editor

    def _in_field(self, method: str) -> None:
        """Do an editing command where the focus is: every text field of Qt has these four."""
        focused = QApplication.focusWidget()
        target = focused if focused is not None and hasattr(focused, method) else self._editor()
        getattr(target, method)()

    @Slot()
    def _on_undo(self) -> None:
        editor = self._editor()
        if editor is self._parts.result.editor:
            self._parts.results.before_undo()
        else:
            self._parts.writing.before_undo(editor)
        editor.undo_step()

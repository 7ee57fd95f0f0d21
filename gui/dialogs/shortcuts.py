"""All keys in one list, each of which can be changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.commands import COMMANDS, MENUS, Commands
from gui.panels.widgets import button, label

_NAME = Qt.ItemDataRole.UserRole
_NATIVE = QKeySequence.SequenceFormat.NativeText


class ShortcutsDialog(QDialog):
    """Show the keys, and give a command other ones; a key that is taken is named with its command."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.resize(560, 620)
        self._commands = commands
        self._keys = {command.name: commands.keys(command.name) for command in COMMANDS}
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Find a command"))
        self._filter.setAccessibleName(self.tr("Find a command"))
        self._list = QTreeWidget()
        self._list.setAccessibleName(self.tr("Commands and their keys"))
        self._list.setHeaderHidden(True)
        self._list.setColumnCount(2)
        self._list.setIndentation(12)
        self._list.setRootIsDecorated(False)
        self._recorder = QKeySequenceEdit()
        self._recorder.setMaximumSequenceLength(1)
        self._recorder.setAccessibleName(self.tr("New key"))
        self._assign = button(self.tr("Use this key"))
        self._clear = button(self.tr("No key"))
        self._usual = button(self.tr("Usual key"))
        self._note = label(self.tr("Choose a command, then press its new key."), "quiet", wraps=True)
        self._fill()
        self._lay_out()
        self._filter.textChanged.connect(self._on_filter)
        self._assign.clicked.connect(self._on_assign)
        self._clear.clicked.connect(self._on_clear)
        self._usual.clicked.connect(self._on_usual)

    def accept(self) -> None:
        """Use the keys from now on."""
        usual = {command.name: list(command.keys) for command in COMMANDS}
        self._commands.set_keys({name: keys for name, keys in self._keys.items() if keys != usual[name]})
        super().accept()

    def choose(self, name: str) -> None:
        """Go to the command called `name`."""
        self._list.setCurrentItem(self._items[name])

    def _fill(self) -> None:
        self._items: dict[str, QTreeWidgetItem] = {}
        groups: dict[str, QTreeWidgetItem] = {}
        for command in COMMANDS:
            if command.menu not in groups:
                group = QTreeWidgetItem([self.tr(MENUS[command.menu]).replace("&", "")])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = self.font()
                font.setBold(True)
                group.setFont(0, font)
                groups[command.menu] = group
                self._list.addTopLevelItem(group)
            item = QTreeWidgetItem([self._commands.title(command.name), ""])
            item.setData(0, _NAME, command.name)
            groups[command.menu].addChild(item)
            self._items[command.name] = item
            self._show_keys(command.name)
        self._list.expandAll()
        self._list.setColumnWidth(0, 300)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self._recorder, self._assign, self._clear, self._usual):
            row.addWidget(widget)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, 1)
        layout.addLayout(row)
        layout.addWidget(self._note)
        layout.addWidget(buttons)

    def _current(self) -> str:
        item = self._list.currentItem()
        return (item.data(0, _NAME) or "") if item else ""

    def _show_keys(self, name: str) -> None:
        keys = ", ".join(QKeySequence(key).toString(_NATIVE) for key in self._keys[name])
        self._items[name].setText(1, keys)

    def _set(self, name: str, keys: list[str]) -> None:
        if not name:
            self._note.setText(self.tr("Choose a command first."))
            return
        for other, held in self._keys.items():
            if other != name and set(held) & set(keys):
                title = self._commands.title(other)
                self._note.setText(self.tr("The command {0} has this key: give it another one first.").format(title))
                return
        self._keys[name] = keys
        self._show_keys(name)
        self._note.setText("")

    @Slot()
    def _on_assign(self) -> None:
        key = self._recorder.keySequence().toString()
        if not key:
            self._note.setText(self.tr("Click into the field and press the new key."))
            return
        self._set(self._current(), [key])
        self._recorder.clear()

    @Slot()
    def _on_clear(self) -> None:
        self._set(self._current(), [])

    @Slot()
    def _on_usual(self) -> None:
        name = self._current()
        self._set(name, next((list(command.keys) for command in COMMANDS if command.name == name), []))

    @Slot(str)
    def _on_filter(self, text: str) -> None:
        for item in self._items.values():
            item.setHidden(text.lower() not in f"{item.text(0)} {item.text(1)}".lower())

"""Several variants side by side, and the text that the writer makes of their sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine.text.mixing import Part, mixed, parts_of
from gui.dialogs.sentence_columns import SentenceColumns, SentenceList
from gui.direction import item_of
from gui.fonts import is_chinese, text_font
from gui.panels.widgets import button, label
from gui.themes import Theme


class MixDialog(QDialog):
    """Let the writer take sentences one after the other; `text` is what they come to, "" where he decides otherwise.

    `sources` are the numbers of the texts that something was taken of.
    """

    def __init__(self, names: Sequence[str], texts: Sequence[str], current: int, theme: Theme, parent: QWidget) -> None:
        """Show `texts` under their names, beginning in the one numbered `current`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Mix variants"))
        self.resize(900, 620)
        self.text = ""
        self.taken: list[Part] = []
        self._language = "zh" if is_chinese("".join(texts)) else "en"
        self._parts = [parts_of(text, number, self._language) for number, text in enumerate(texts)]
        self._names = names
        opening = texts[current]
        self._opening = opening[: len(opening) - len(opening.lstrip())]
        self.columns = SentenceColumns(names, self._parts, theme)
        self.columns.chosen.connect(self.take_or_drop)
        self.mix = SentenceList(self.tr("The mixed text"))
        self.mix.chosen.connect(self.drop)
        self._empty = label(self.tr("Nothing taken yet."), "quiet")
        self._lay_out()
        for keys, slot in (
            ("Alt+Up", lambda: self.move_taken(-1)),
            ("Alt+Down", lambda: self.move_taken(1)),
            ("Ctrl+A", self.take_all),
            ("Ctrl+Return", self.finish),
            ("Ctrl+Enter", self.finish),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        drop = QShortcut(QKeySequence.StandardKey.Delete, self.mix, context=Qt.ShortcutContext.WidgetShortcut)
        drop.activated.connect(self.drop)
        self._show(-1)
        self.columns.go(current)

    @property
    def sources(self) -> tuple[int, ...]:
        """Return the numbers of the texts that something was taken of."""
        return tuple(sorted({part.source for part in self.taken}))

    @Slot(object)
    def take_or_drop(self, part: Part) -> None:
        """Take a part behind the one that is chosen in the mixed text; one that was taken is dropped."""
        if part in self.taken:
            row = self.taken.index(part)
            self.taken.remove(part)
            self._show(row - 1)
        else:
            row = self.mix.currentRow() + 1 if self.taken else 0
            self.taken.insert(row, part)
            self._show(row)

    @Slot()
    def drop(self) -> None:
        """Drop the part that is chosen in the mixed text."""
        if self.taken:
            self.take_or_drop(self.taken[self.mix.currentRow()])

    @Slot()
    def take_all(self) -> None:
        """Take what is not taken yet of the text that the writer is in."""
        for part in self._parts[self.columns.number]:
            if part not in self.taken:
                self.take_or_drop(part)

    def move_taken(self, steps: int) -> None:
        """Move the part that is chosen in the mixed text."""
        row = self.mix.currentRow()
        if row >= 0 and 0 <= row + steps < len(self.taken):
            self.taken.insert(row + steps, self.taken.pop(row))
            self._show(row + steps)

    @Slot()
    def finish(self) -> None:
        """Use the mixed text."""
        if self.taken:
            self.text = mixed(self.taken, self._language, self._opening)
            self.accept()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        keys = self.tr("Space or a click takes a sentence or drops it; Left and Right go to the variant beside.")
        marks = self.tr("Underlined: not in all variants.") if self.columns.alike else ""
        layout.addWidget(label(f"{keys} {marks}".strip(), "quiet", wraps=True))
        layout.addWidget(self.columns, 3)
        layout.addWidget(label(self.tr("The mixed text"), "section"))
        layout.addWidget(self._empty)
        layout.addWidget(self.mix, 2)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        whole = button(self.tr("Take the whole &variant"), self.tr("Ctrl+A; all sentences of the one that you are in"))
        whole.clicked.connect(self.take_all)
        whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the variant stays the one that the writer is in
        self._up = button(self.tr("Move &up"), self.tr("Alt+Up"))
        self._up.clicked.connect(lambda: self.move_taken(-1))
        self._down = button(self.tr("Move &down"), self.tr("Alt+Down"))
        self._down.clicked.connect(lambda: self.move_taken(1))
        self._use = button(self.tr("&Put into the text"), self.tr("Ctrl+Enter; one undo brings back what stands there"))
        self._use.clicked.connect(self.finish)
        close = button(self.tr("&Close"))
        close.clicked.connect(self.reject)
        for each in (whole, self._up, self._down):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self._use)
        row.addWidget(close)
        return row

    def _show(self, current: int) -> None:
        """Show what is taken, with a part of it chosen."""
        self.mix.clear()
        for part in self.taken:
            item = item_of(part.text)
            item.setFont(text_font(self.font().pointSizeF() + 1, chinese=self._language == "zh"))
            item.setToolTip(self._names[part.source])
            self.mix.addItem(item)
        self.mix.setCurrentRow(max(current, 0) if self.taken else -1)
        self.mix.setVisible(bool(self.taken))
        self._empty.setVisible(not self.taken)
        for each in (self._up, self._down, self._use):
            each.setEnabled(bool(self.taken))
        self.columns.show_taken(self.taken)

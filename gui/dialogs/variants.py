"""Everything that models wrote for a document, two wordings side by side with what they differ in."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from engine.store.branches import tree
from engine.store.changes import readable_changes
from engine.store.generations import Generation, Wording
from engine.store.word_diff import Kind
from gui.clipboard import copied_from_model
from gui.diff_view import DiffView
from gui.direction import item_of
from gui.panels.widgets import button, label
from gui.themes import Theme

_SHOWN = 60  # characters before a wording, in its tip
_LISTED = 300  # characters of a wording in a list: more than there is room for


@dataclass(frozen=True, slots=True)
class _Line:
    """One wording of one generation, and how deep a branch it is there."""

    generation: Generation
    wording: Wording
    depth: int


class VariantsDialog(QDialog):
    """List all wordings twice, and show the two that are chosen; `chosen` is the one to put in at the caret."""

    def __init__(self, title: str, generations: list[Generation], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Variants in {0}").format(title))
        self.resize(900, 600)
        self.chosen = ""
        self.to_mix: Generation | None = None  # whose wordings the writer wants to mix
        self._lines = [
            _Line(each, each.wordings[number], depth)
            for each in reversed(generations)
            for number, depth in tree(each.wordings)
            if each.wordings[number].text.strip()
        ]
        self.lists = (self._list(self.tr("Variants")), self._list(self.tr("Compared with")))
        self.views = (DiffView(theme), DiffView(theme))
        self._record = label("", "quiet", wraps=True)
        columns = QHBoxLayout()
        for names, view in zip(self.lists, self.views, strict=True):
            column = QVBoxLayout()
            column.addWidget(label(names.accessibleName(), "section"))
            column.addWidget(names, 2)
            column.addWidget(view, 3)
            columns.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        layout.addWidget(label(self.tr("Underlined: what the other has not."), "quiet"))
        layout.addWidget(self._record)
        layout.addLayout(self._buttons())
        for names in self.lists:
            names.currentRowChanged.connect(self._show)
        self.lists[0].setCurrentRow(0)
        self.lists[1].setCurrentRow(min(1, len(self._lines) - 1))

    def _list(self, name: str) -> QListWidget:
        made = QListWidget()
        made.setObjectName("well")
        made.setAccessibleName(name)
        made.ensurePolished()  # rows are measured when one of them is chosen
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for line in self._lines:
            wording = line.wording
            text = " ".join(wording.text[wording.offset :].split())
            turn = f"{'    ' * (line.depth - 1)}↳ …" if line.depth else ""
            item = item_of(turn + text[:_LISTED])
            item.setToolTip(self.tr("after “…{0}”").format(" ".join(line.generation.request.text.split())[-_SHOWN:]))
            made.addItem(item)
        return made

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy = button(self.tr("C&opy"), self.tr("The variant on the left"))
        copy.clicked.connect(self.copy)
        insert = button(self.tr("&Insert at the caret"), self.tr("The variant on the left; one undo takes it away"))
        insert.clicked.connect(self.insert)
        mix = button(self.tr("&Mix…"), self.tr("Sentences of the variants that were written with the one on the left"))
        mix.clicked.connect(self.mix)
        close = button(self.tr("&Close"))
        close.clicked.connect(self.reject)
        close.setDefault(True)
        row.addWidget(copy)
        row.addWidget(insert)
        row.addWidget(mix)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _line(self, side: int) -> _Line:
        return self._lines[max(0, self.lists[side].currentRow())]

    @Slot()
    def copy(self) -> None:
        """Copy the variant on the left, as a model's text."""
        QGuiApplication.clipboard().setMimeData(copied_from_model(self._line(0).wording.text))

    @Slot()
    def insert(self) -> None:
        """Choose the variant on the left."""
        self.chosen = self._line(0).wording.text
        self.accept()

    @Slot()
    def mix(self) -> None:
        """Ask to mix the variant on the left with those that were written with it."""
        self.to_mix = self._line(0).generation
        self.accept()

    @Slot()
    def _show(self) -> None:
        left, right = self._line(0), self._line(1)
        texts = left.wording.text, right.wording.text
        for view, text, other in zip(self.views, texts, reversed(texts), strict=True):
            view.show_pieces(
                [piece for piece in readable_changes(other, text) if piece.kind is not Kind.REMOVED], whole=True
            )
        wording = left.wording
        parts = (
            wording.model,
            wording.preset and self.tr("preset {0}").format(wording.preset),
            self.tr("seed {0}").format(wording.seed) if wording.seed >= 0 else "",
            wording.fingerprint and self.tr("model files {0}").format(wording.fingerprint[:12]),
            self.tr("mixed of others") if wording.sources else "",
            self.tr("a branch") if wording.parent >= 0 else "",
        )
        said = "  ·  ".join(part for part in parts if part)
        self._record.setText(self.tr("The one on the left: {0}").format(said) if said else "")

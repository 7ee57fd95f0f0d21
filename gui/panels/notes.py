"""The fields for what a story must not forget: memory, author's note, lorebook."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.panels.fields import Foldable, NoteField, titled
from gui.panels.widgets import column
from gui.settings import Notes


class NotesFields(Foldable):
    """Three fields that fold away; they open by themselves for a document that has notes."""

    edited = Signal()  # by the writer

    def __init__(self) -> None:
        content = QWidget()
        super().__init__(self.tr("Story notes"), content, is_open=False)
        self._memory = NoteField(self.tr("Memory"), self.tr("What the model should always know: who, where, when."), "")
        self._note = NoteField(
            self.tr("Author's note"), self.tr("A hint for what comes next: tense, mood, style."), "", lines=2
        )
        self._lore = NoteField(
            self.tr("Lorebook"), self.tr("One fact a line: names: what is known.\nAnna, Ann: a doctor from Bremen"), ""
        )
        layout = column(content)
        for field in (self._memory, self._note, self._lore):
            layout.addWidget(titled(field.accessibleName(), field))
            field.textChanged.connect(self._on_edited)
        self._showing = False

    @property
    def notes(self) -> Notes:
        """Return what stands in the fields."""
        return Notes(self._memory.toPlainText(), self._note.toPlainText(), self._lore.toPlainText())

    def show_notes(self, notes: Notes) -> None:
        """Show the notes of another document."""
        self._showing = True
        for field, text in ((self._memory, notes.memory), (self._note, notes.note), (self._lore, notes.lore)):
            if field.toPlainText() != text:
                field.setPlainText(text)
        self._showing = False
        if not notes.empty:
            self.unfold()

    @Slot()
    def _on_edited(self) -> None:
        if not self._showing:
            self.edited.emit()

"""What the window says and asks about kept texts: what came back, where it lies, what shall be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError, StorageError
from engine.store.library import Card
from engine.store.recovery import Recovered
from engine.store.standing import Standing
from engine.text.documents import read_document
from gui.dialogs.authors import show_statement, statement
from gui.dialogs.compare import Choice, CompareDialog
from gui.dialogs.kept_texts import KeptTextsDialog
from gui.dialogs.questions import ask_to_forget
from gui.dialogs.timeline import TimelineDialog
from gui.document_journal import DocumentJournal
from gui.model_tint import ModelTint
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.restoring import bring_back


class Keeping(QObject):
    """Connect the journals with the writer: sentences in the message bar, dialogs, the commands of the File menu."""

    def __init__(self, window: QWidget, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        parts.commands["private"].setCheckable(True)
        ModelTint(parts.workspace, parts.commands, parts.settings)
        connect = parts.commands.connect
        connect("compare_file", lambda: self.compare(parts.workspace.current))
        connect("timeline", lambda: self.show_timeline(parts.workspace.current))
        connect("authors", lambda: self.show_authors(parts.workspace.current))
        connect("private", self._on_private)
        connect("forget", self._on_forget)
        connect("kept_texts", self._on_kept_texts)
        window.installEventFilter(self)
        parts.files.put_away.connect(self._on_put_away)
        parts.journals.restored.connect(self._on_restored)
        parts.journals.recovered.connect(self._on_recovered)
        parts.journals.locked.connect(self._on_locked)
        parts.journals.state_changed.connect(self._show_private)
        parts.workspace.current_changed.connect(self._show_private)

    def reopen_unsaved(self) -> None:
        """Open the documents that hold unsaved text from the last time."""
        for card in self._parts.journals.unsaved():
            self.reopen(card)
        changed = [each for each in self._parts.workspace.documents if each.path and each.modified]
        if len(changed) > 1:
            sentence = self.tr("{0} documents hold changes that are not saved yet: they are back.")
            self._parts.messages.warn(sentence.format(len(changed)))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look at the files when the writer comes back from another window."""
        if event.type() == QEvent.Type.WindowActivate:
            self.look_at_files()
        return False

    def look_at_files(self) -> None:
        """Take in what other programs did to the files of unchanged texts; ask where the text here changed, too."""
        missing = [opened for opened in self._parts.workspace.documents if opened.note_missing()]
        if missing:
            self._say_missing(missing)
        for opened in self._parts.workspace.documents:
            if not opened.changed_on_disk or opened.path is None:
                continue
            try:
                document = read_document(opened.path, self._parts.journals.encoding_of(opened.path))
            except EngineError as error:
                self._parts.messages.warn(str(error))
                continue
            if document.digest == opened.digest:
                opened.note_same_file()
            elif opened.modified:
                sentence = self.tr("{0} was changed by another program, and here, too.").format(opened.title)
                if self._parts.messages.sentence != sentence:
                    compare = self._parts.files.while_open([opened], self.compare)
                    self._parts.messages.warn(sentence, self.tr("Compare…"), compare)
            else:
                opened.take_file(document)
                sentence = self.tr("{0} was changed by another program and is shown as it is now; one undo goes back.")
                self._parts.messages.note(sentence.format(opened.title))

    def _say_missing(self, missing: Sequence[OpenDocument]) -> None:
        for opened in missing:
            kept = self._parts.journals.of(opened)
            if kept is not None:
                kept.put_card(unsaved=True)
        if len(missing) == 1:
            sentence = self.tr("{0} is no longer there; its text is, and can be saved again.").format(missing[0].path)
        else:
            sentence = self.tr("{0} files are no longer there; their texts are, and can be saved again: {1}.")
            sentence = sentence.format(len(missing), ", ".join(opened.title for opened in missing))
        self._parts.messages.warn(
            sentence, self.tr("Save again"), self._parts.files.while_open(missing, self._parts.files.save)
        )

    @Slot(object)
    def reopen(self, card: Card) -> None:
        """Open a document that was closed, from its file or from its journal."""
        if card.path and Path(card.path).exists():
            self._parts.files.open(Path(card.path))
        else:
            self._parts.journals.reopen(card)

    def compare(self, opened: OpenDocument) -> None:
        """Show a document beside its file, and do what the writer decides."""
        messages = self._parts.messages
        if opened.path is None:
            messages.note(self.tr("This text has no file yet: save it first."))
            return
        try:
            document = read_document(opened.path, self._parts.journals.encoding_of(opened.path))
        except EngineError as error:
            messages.warn(str(error))
            return
        theme = self._parts.looks.theme
        dialog = CompareDialog(opened.title, document.text, opened.editor.text(), theme, self._window)
        dialog.exec()
        if dialog.choice is Choice.MINE:
            self._parts.files.overwrite(opened)
        elif dialog.choice is Choice.FILE:
            opened.take_file(document)

    def show_timeline(self, opened: OpenDocument) -> None:
        """Show the history of a document, and bring back what the writer chooses."""
        messages = self._parts.messages
        now = opened.editor.text()
        try:
            kept = self._with_history(opened)
            if kept is None:
                return
            dialog = TimelineDialog(opened.title, kept, now, self._parts.looks.theme, self._window)
            dialog.exec()
        except StorageError as error:
            messages.warn(str(error))
            return
        if dialog.chosen and opened.editor.text() != now:
            messages.warn(self.tr("The text was changed meanwhile, so nothing was brought back: try again."))
        elif dialog.chosen:
            bring_back(opened.editor, dialog.chosen)
            messages.note(self.tr("The earlier text is back; one undo takes it away again."))

    def show_authors(self, opened: OpenDocument) -> None:
        """Say whose the text is, as far as its history tells."""
        try:
            kept = self._with_history(opened)
            if kept is None:
                return
            (first,) = kept.ask(lambda: kept.journal.edits(1, 1))
        except StorageError as error:
            self._parts.messages.warn(str(error))
            return
        words = statement(opened.title, opened.model_text.shares(), first.at)
        if show_statement(self._window, words):
            name = self.tr("{0} (who wrote what).txt").format(Path(opened.title).stem)
            self._parts.files.save_text(words + "\n", name)

    def _with_history(self, opened: OpenDocument) -> DocumentJournal | None:
        """Return the journal of a document, or say that there is nothing in it. Raises StorageError."""
        kept = self._parts.journals.of(opened)
        if kept is not None and kept.ask(lambda: kept.journal.last):
            return kept
        self._parts.messages.note(self.tr("Nothing was changed in this text yet, so it has no history."))
        return None

    @Slot()
    def _on_private(self) -> None:
        private = self._parts.commands["private"].isChecked()
        self._parts.journals.set_private(self._parts.workspace.current, private)
        if private:
            self._parts.messages.note(
                self.tr("The history and the backups of this document are deleted when you close it.")
            )

    @Slot()
    def _on_forget(self) -> None:
        opened = self._parts.workspace.current
        if ask_to_forget(self._window, opened.title, unsaved=False):
            self._parts.journals.forget(opened)
            self._parts.messages.note(self.tr("The history of {0} is forgotten.").format(opened.title))

    @Slot()
    def _on_kept_texts(self) -> None:
        journals = self._parts.journals
        journals.settle()
        dialog = KeptTextsDialog(journals.library, journals.open_here, self._window)
        dialog.reopen_asked.connect(self.reopen)
        dialog.forgotten.connect(journals.forgotten)
        dialog.exec()

    @Slot(str, str)
    def _on_put_away(self, title: str, identity: str) -> None:
        self._parts.messages.warn(
            self.tr("{0} was closed with changes that are not saved. They are kept.").format(title),
            self.tr("Open again"),
            lambda: self.reopen(self._parts.journals.card(identity)),
        )

    @Slot(object, object)
    def _on_restored(self, opened: OpenDocument, stands: Standing) -> None:
        if not opened.digest:
            self._say_missing([opened])
            return
        sentence = self.tr("{0} holds changes that are not saved yet: they are back.")
        if stands is Standing.APART:
            sentence = self.tr("{0} was changed by another program while it held changes here: yours are shown.")
        compare = self._parts.files.while_open([opened], self.compare)
        self._parts.messages.warn(sentence.format(opened.title), self.tr("Compare…"), compare)

    @Slot(object, object, Path)
    def _on_recovered(self, opened: OpenDocument, found: Recovered | None, aside: Path) -> None:
        if found is None:
            outcome = self.tr("Nothing of it can be read, so the text is that of the file.")
        else:
            outcome = self.tr("Its text could be recovered up to edit {0}.").format(f"{found.edits:,}")
        sentence = self.tr("The history of {0} was damaged. {1} The damaged history is kept as {2}.")
        self._parts.messages.warn(sentence.format(opened.title, outcome, aside))

    @Slot(object)
    def _on_locked(self, opened: OpenDocument) -> None:
        sentence = self.tr("{0} is open in another window of Penwright: it can be read here, but not changed.")
        self._parts.messages.warn(sentence.format(opened.path))

    @Slot()
    def _show_private(self) -> None:
        current = self._parts.workspace.current
        self._parts.commands["private"].setChecked(self._parts.journals.is_private(current))

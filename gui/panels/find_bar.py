"""Find and replace in the text in view."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QTextEdit, QToolButton, QWidget

from engine.errors import InputError
from gui.editor import Editor
from gui.edits import span
from gui.finding import Search
from gui.panels.widgets import button, label, plain_button
from gui.raw_text import PlainText, to_document

_HIGHLIGHTS = 1000


class FindBar(QFrame):
    """Search as the writer types; replace one match or, in one undo step, all of them."""

    closed = Signal()

    def __init__(self, found_colour: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._editor: Editor | None = None
        self._colour = found_colour
        self._matches: list[tuple[int, int]] = []
        self._find = QLineEdit()
        self._find.setPlaceholderText(self.tr("Find"))
        self._find.setAccessibleName(self.tr("Find"))
        self._find.setClearButtonEnabled(True)
        self._replacement = QLineEdit()
        self._replacement.setPlaceholderText(self.tr("Replace by"))
        self._replacement.setAccessibleName(self.tr("Replace by"))
        self._case = _toggle("Aa", self.tr("Match case"))
        self._words = _toggle("“w”", self.tr("Whole words"))
        self._regex = _toggle(".*", self.tr("Regular expression"))
        self._count = label("", "quiet")
        self._replacing: list[QWidget] = [self._replacement]
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self.search)
        self._find.textChanged.connect(self._search_and_go)
        for toggle in (self._case, self._words, self._regex):
            toggle.toggled.connect(self._search_and_go)
        self.hide()

    @property
    def count_text(self) -> str:
        """Return what is said of the number of matches."""
        return self._count.text()

    def open(self, editor: Editor, *, replacing: bool) -> None:
        """Show the bar for `editor`, with its selected words as what to find."""
        self.attach(editor)
        for widget in self._replacing:
            widget.setVisible(replacing)
        selected = editor.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self._find.setText(selected)
        self.show()
        self._find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find.selectAll()
        self.search()

    def attach(self, editor: Editor) -> None:
        """Search in `editor` from now on."""
        if editor is self._editor:
            return
        self._detach()
        self._editor = editor
        editor.edited.connect(self._timer.start)
        editor.destroyed.connect(self._on_destroyed)
        if self.isVisible():
            self.search()

    def set_colour(self, found: QColor) -> None:
        """Show matches on `found`."""
        self._colour = found
        self._highlight()

    @Slot()
    def close_bar(self) -> None:
        """Hide the bar and go back to the text."""
        self.hide()
        self._matches = []
        self._highlight()
        if self._editor is not None:
            self._editor.setFocus()
        self.closed.emit()

    @Slot()
    def search(self) -> None:
        """Find all matches anew."""
        if self._editor is None or self.isHidden():
            return
        try:
            self._matches = [(start, end) for start, end, _ in self._found()]
        except InputError as error:
            self._matches = []
            self._say(str(error))
        else:
            self._say_count()
        self._highlight()

    @Slot()
    def find_next(self) -> None:
        """Select the match after the selection, around the end."""
        self._step(1)

    @Slot()
    def find_previous(self) -> None:
        """Select the match before the selection, around the beginning."""
        self._step(-1)

    @Slot()
    def replace_one(self) -> None:
        """Replace the selected match and go to the next; without one, go to the next only."""
        if self._editor is None:
            return
        here = _selected(self._editor)
        try:
            texts = {(start, end): text for start, end, text in self._found()}
        except InputError as error:
            self._say(str(error))
            return
        if here in texts:
            end = self._editor.write(*here, texts[here])
            self._editor.put_caret(end, end)
            self.search()
        self.find_next()

    @Slot()
    def replace_all(self) -> None:
        """Replace every match as one undo step."""
        if self._editor is None:
            return
        try:
            found = self._found()
        except InputError as error:
            self._say(str(error))
            return
        cursor = span(self._editor.document(), 0, 0)
        cursor.beginEditBlock()
        for start, end, text in reversed(found):
            place = span(self._editor.document(), start, end)
            place.insertText(to_document(text))
        cursor.endEditBlock()
        self.search()
        self._say(self.tr("{0} replaced").format(f"{len(found):,}"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with Enter and Shift+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._replacement.hasFocus():
                self.replace_one()
            else:
                self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return
        super().keyPressEvent(event)

    def _found(self) -> list[tuple[int, int, str]]:
        """Return every match as (start, end, replacement), in positions. Raises InputError as Search does."""
        assert self._editor is not None
        search = Search(
            self._find.text(),
            case=self._case.isChecked(),
            words=self._words.isChecked(),
            regex=self._regex.isChecked(),
        )
        plain = PlainText(self._editor.document().toRawText())
        template = self._replacement.text()
        return [
            (plain.position(match.start()), plain.position(match.end()), search.replacement(match, template))
            for match in search.matches(plain.text)
        ]

    def _step(self, steps: int) -> None:
        if self._editor is None or not self._matches:
            return
        start, end = _selected(self._editor)
        if steps > 0:
            number = next((n for n, match in enumerate(self._matches) if match[0] >= end and match != (start, end)), 0)
        else:
            before = [n for n, match in enumerate(self._matches) if match[1] <= start]
            number = before[-1] if before else len(self._matches) - 1
        self._select(number)

    def _select(self, number: int) -> None:
        assert self._editor is not None
        self._editor.setTextCursor(span(self._editor.document(), *self._matches[number]))
        self._editor.ensureCursorVisible()
        self._say_count()

    @Slot()
    def _search_and_go(self) -> None:
        self.search()
        if self._editor is None or not self._matches:
            return
        start = self._editor.textCursor().selectionStart()
        self._select(next((n for n, match in enumerate(self._matches) if match[0] >= start), 0))

    def _say_count(self) -> None:
        if not self._find.text():
            self._say("")
            return
        here = _selected(self._editor) if self._editor else (0, 0)
        total = f"{len(self._matches):,}"
        if here in self._matches:
            self._say(self.tr("{0} of {1}").format(f"{self._matches.index(here) + 1:,}", total))
        else:
            self._say(self.tr("{0} found").format(total) if self._matches else self.tr("not found"))

    def _say(self, text: str) -> None:
        self._count.setText(text)
        self._count.setToolTip(text)
        self._count.setAccessibleName(text)

    def _highlight(self) -> None:
        if self._editor is None:
            return
        look = QTextCharFormat()
        look.setBackground(self._colour)
        marks = []
        for start, end in self._matches[:_HIGHLIGHTS]:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = span(self._editor.document(), start, end)  # pyright: ignore
            mark.format = look  # pyright: ignore
            marks.append(mark)
        self._editor.set_marks("found", marks)

    def _detach(self) -> None:
        if self._editor is not None:
            self._editor.set_marks("found", [])
            self._editor.edited.disconnect(self._timer.start)
            self._editor.destroyed.disconnect(self._on_destroyed)
            self._editor = None

    @Slot()
    def _on_destroyed(self) -> None:
        self._editor = None
        self._matches = []

    def _lay_out(self) -> None:
        close = plain_button("✕", self.tr("Close the search"))
        close.clicked.connect(self.close_bar)
        previous, following = plain_button("↑", self.tr("Previous match")), plain_button("↓", self.tr("Next match"))
        previous.clicked.connect(self.find_previous)
        following.clicked.connect(self.find_next)
        first = QHBoxLayout()
        for widget in (self._case, self._words, self._regex, previous, following, self._count):
            first.addWidget(widget)
        first.addStretch(1)
        first.addWidget(close)
        one, every = button(self.tr("Replace")), button(self.tr("Replace all"))
        one.clicked.connect(self.replace_one)
        every.clicked.connect(self.replace_all)
        self._replacing += [one, every]
        second = QHBoxLayout()
        second.addWidget(one)
        second.addWidget(every)
        second.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 6, 8, 6)
        grid.setVerticalSpacing(5)
        grid.addWidget(self._find, 0, 0)
        grid.addLayout(first, 0, 1)
        grid.addWidget(self._replacement, 1, 0)
        grid.addLayout(second, 1, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)


def _toggle(text: str, name: str) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setCheckable(True)
    made.setToolTip(name)
    made.setAccessibleName(name)
    return made


def _selected(editor: Editor) -> tuple[int, int]:
    cursor = editor.textCursor()
    return cursor.selectionStart(), cursor.selectionEnd()

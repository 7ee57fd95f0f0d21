"""Find and replace in the text in view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from engine.errors import InputError
from gui.editor import Editor
from gui.finder import Finder
from gui.finding import Search
from gui.panels.widgets import button, label, plain_button
from gui.timers import after

_LONG = 300_000  # characters
_PAUSE = 350  # milliseconds


class FindBar(QFrame):
    """Search as the writer types; replace one match or, in one undo step, all of them."""

    def __init__(self, found_colour: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._finder = Finder(found_colour, self)
        self._finder.outdated.connect(self.search)
        self._find = _line(self.tr("Find"))
        self._replacement = _line(self.tr("Replace by"))
        self._case = _toggle("Aa", self.tr("Match case"))
        self._words = _toggle(self.tr("Word"), self.tr("Whole words"))
        self._regex = _toggle(".*", self.tr("Regular expression"))
        self._count = label("", "quiet")
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._replacing: list[QWidget] = [self._replacement]
        self._lay_out()
        self._soon = after(self, _PAUSE, self._search_and_go)
        self._find.textChanged.connect(self._on_typed)
        for toggle in (self._case, self._words, self._regex):
            toggle.toggled.connect(self._search_and_go)
        self.hide()

    @property
    def count_text(self) -> str:
        """Return what is said of the number of matches."""
        return self._count.text()

    def open(self, editor: Editor, *, replacing: bool) -> None:
        """Show the bar for `editor`, with its selected words as what to find."""
        self._finder.attach(editor)
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
        self._finder.attach(editor)
        self.search()

    def set_colour(self, found: QColor) -> None:
        """Show matches on `found`."""
        self._finder.set_colour(found)

    @Slot()
    def close_bar(self) -> None:
        """Hide the bar and go back to the text."""
        self._soon.stop()
        self.hide()
        self._finder.clear()
        if self._finder.editor is not None:
            self._finder.editor.setFocus()

    @Slot()
    def search(self) -> None:
        """Find all matches anew."""
        if not self.isHidden() and self._try(lambda: self._finder.search(self._search())):
            self._say_count()

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
        if self._try(lambda: self._finder.replace_selected(self._search(), self._replacement.text())):
            self.search()
            self.find_next()

    @Slot()
    def replace_all(self) -> None:
        """Replace every match as one undo step."""
        replaced: list[int] = []
        if self._try(lambda: replaced.append(self._finder.replace_all(self._search(), self._replacement.text()))):
            self.search()
            self._say(self.tr("{0} replaced").format(f"{replaced[0]:,}"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with Enter and Shift+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._replacement.hasFocus():
                self.replace_one()
            else:
                self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return
        super().keyPressEvent(event)

    def _search(self) -> Search:
        return Search(
            self._find.text(),
            case=self._case.isChecked(),
            words=self._words.isChecked(),
            regex=self._regex.isChecked(),
        )

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something with the pattern; say what is wrong with it if it is no pattern."""
        try:
            act()
        except InputError as error:
            self._say(str(error))
            return False
        return True

    def _step(self, steps: int) -> None:
        if self._soon.isActive():
            self._soon.stop()
            self._search_and_go()
            return
        self._finder.step(steps)
        self._say_count()

    @Slot()
    def _on_typed(self) -> None:
        """Search at once, but in a long text wait for the rest of the word, so that no key waits."""
        editor = self._finder.editor
        if editor is not None and editor.document().characterCount() > _LONG:
            self._say("…")
            self._soon.start()
        else:
            self._search_and_go()

    @Slot()
    def _search_and_go(self) -> None:
        self.search()
        if self._finder.matches:
            self._finder.go()
            self._say_count()

    def _say_count(self) -> None:
        matches, here = self._finder.matches, self._finder.selected
        total = f"{len(matches):,}"
        if not self._find.text():
            self._say("")
        elif here in matches:
            self._say(self.tr("{0} of {1}").format(f"{matches.index(here) + 1:,}", total))
        else:
            self._say(self.tr("{0} found").format(total) if matches else self.tr("not found"))

    def _say(self, text: str) -> None:
        self._count.setText(text)
        self._count.setToolTip(text)
        self._count.setAccessibleName(text)

    def _lay_out(self) -> None:
        close = plain_button("✕", self.tr("Close the search"))
        close.clicked.connect(self.close_bar)
        previous, following = plain_button("↑", self.tr("Previous match")), plain_button("↓", self.tr("Next match"))
        previous.clicked.connect(self.find_previous)
        following.clicked.connect(self.find_next)
        first = QHBoxLayout()
        for widget in (self._case, self._words, self._regex, previous, following):
            first.addWidget(widget)
        first.addWidget(self._count, 1)
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


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    made.setClearButtonEnabled(True)
    return made


def _toggle(text: str, name: str) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setCheckable(True)
    made.setToolTip(name)
    made.setAccessibleName(name)
    return made

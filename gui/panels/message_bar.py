"""One sentence for the writer inside the window, instead of a box in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from gui.panels.widgets import label, plain_button
from gui.timers import after

_QUIET_SECONDS = 12
_BESIDE = 600  # pixels


class MessageBar(QFrame):
    """Show the latest sentence: errors until they are closed, notices for a while."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._label = label(wraps=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setMinimumWidth(80)
        self._also = label(wraps=True)
        self._also.hide()
        self._button = QPushButton()
        self._others = QPushButton(self.tr("Other ways"))
        self._others.setMenu(QMenu(self._others))
        for each in (self._button, self._others):
            each.hide()
        self._close = plain_button("✕", self.tr("Close this message"))
        buttons = QHBoxLayout()
        buttons.addWidget(self._button)
        buttons.addWidget(self._others)
        buttons.addStretch(1)
        self._content = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._label)
        words.addWidget(self._also)
        self._content.addLayout(words, 1)
        self._content.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 7, 8, 7)
        layout.addLayout(self._content, 1)
        layout.addWidget(self._close)
        self._act: Callable[[], object] | None = None
        self._timer = after(self, 1000 * _QUIET_SECONDS, self.hide)
        self._also_timer = after(self, 1000 * _QUIET_SECONDS, self._also.hide)
        self._close.clicked.connect(self.hide)
        self._button.clicked.connect(self._on_button)
        self.hide()

    @property
    def sentence(self) -> str:
        """Return what is shown, "" when nothing is."""
        return "" if self.isHidden() else self._label.text()

    @property
    def also(self) -> str:
        """Return the notice that is shown below an error, "" when none is."""
        return "" if self.isHidden() or self._also.isHidden() else self._also.text()

    def warn(self, sentence: str, button: str = "", act: Callable[[], object] | None = None) -> None:
        """Show something that went wrong until it is closed, with a remedy where there is one."""
        self._show(sentence, warning=True, button=button, act=act)
        self._timer.stop()

    def offer(self, sentence: str, remedies: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Show what went wrong and what may help, as (words, act): the first as a button, the others in a menu."""
        (words, act), *others = remedies
        self.warn(sentence, words, act)
        self._others.setVisible(bool(others))
        for words, act in others:
            self._others.menu().addAction(words, lambda act=act: self._do(act))
        self._arrange()

    def note(self, sentence: str, *, stays: bool = False) -> None:
        """Show something worth knowing, for a while unless it `stays`: below an error where one is in view."""
        timer = self._timer
        if not self.isHidden() and self.property("warning"):
            timer = self._also_timer
            self._also.setText(sentence)
            self._also.show()
        else:
            self._show(sentence, warning=False, button="", act=None)
        if stays:
            timer.stop()
        else:
            timer.start()

    def withdraw(self, sentence: str) -> None:
        """Take back `sentence`, if it is still in view."""
        if sentence and self.sentence == sentence:
            self.hide()
        elif sentence and self.also == sentence:
            self._also.hide()

    def _show(self, sentence: str, *, warning: bool, button: str, act: Callable[[], object] | None) -> None:
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self._act = act
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._others.menu().clear()
        self._others.hide()
        self._also.hide()
        self.setProperty("warning", warning)
        self.style().unpolish(self)
        self.style().polish(self)
        for each in (self._label, self._also):
            each.setStyleSheet("")  # takes the colour of the new state
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the sentence where there is no room for two beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        below = self.width() < _BESIDE and not self._others.isHidden()
        self._content.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)

    @Slot()
    def _on_button(self) -> None:
        act, self._act = self._act, None
        if act is not None:
            self._do(act)

    def _do(self, act: Callable[[], object]) -> None:
        self.hide()
        act()

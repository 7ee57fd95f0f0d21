"""The Dialogue panel: who answers, what was said, and the question to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from engine.catalog import ModelEntry
from engine.modes import Mode, Request
from engine.store.exchange import Exchange
from gui.commands import Commands
from gui.drafts import draft_of
from gui.fonts import text_font
from gui.jobs import Jobs
from gui.panels.controls import GenerationControls
from gui.panels.fields import Foldable, NoteField, titled
from gui.panels.generate_button import GenerateButton
from gui.panels.mode_panel import ModePanel
from gui.panels.widgets import button, column, label
from gui.servers import find_server
from gui.settings import Settings


class DialoguePanel(ModePanel):
    """Gather what a question needs, and show the conversation."""

    insert_asked = Signal(int)
    clear_asked = Signal()

    def __init__(self, settings: Settings, models: list[ModelEntry], commands: Commands, jobs: Jobs) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Dialogue"))
        self._settings = settings
        self.controls = GenerationControls(Mode.DIALOGUE, settings.dialogue, models)
        self.voice = QLineEdit(settings.voice)
        self.voice.setPlaceholderText(self.tr("An attentive reader"))
        self.voice.setAccessibleName(self.tr("Who answers"))
        self.voice.setToolTip(self.tr("The name of a character, who then answers in the first person"))
        self.voice.textChanged.connect(self._on_voice)
        self.cards: list[ExchangeCard] = []
        self._thread = QWidget()
        self._thread_layout = column(self._thread)
        self.question = NoteField(self.tr("Question"), self.tr("Ask about the text, or talk to a character."), "")
        self.button = GenerateButton(self.tr("Ask"), commands, jobs)
        self.clear = button(self.tr("Begin anew"), self.tr("Forget what was said about this text"), "link")
        self.clear.clicked.connect(self.clear_asked)
        how = Foldable(self.tr("Model and settings"), self.controls, is_open=not self.controls.choice)
        who = titled(self.tr("Who answers"), self.voice)
        self.fill(who, how, self._thread, self.question, self.button, self.clear)
        self.show_thread([], finished=True)

    def request(self, text: str, thread: Sequence[Exchange]) -> Request:
        """Return the question about `text` after what was said. Raises SettingsError for settings that exclude."""
        return Request(
            mode=Mode.DIALOGUE,
            text=text,
            params=self.controls.params(),
            model=self.controls.model,
            server=find_server(self._settings, self.controls.choice),
            draft=draft_of(self._settings, Mode.DIALOGUE, self.controls.choice),
            instruction=self.question.toPlainText().strip(),
            voice=self.voice.text().strip(),
            texts=tuple(turn for each in thread for turn in (each.question, each.answer)),
        )

    def show_thread(self, thread: Sequence[Exchange], *, finished: bool) -> None:
        """Show what was said; the last answer is still being written unless `finished`."""
        while len(self.cards) > len(thread):
            card = self.cards.pop()
            self._thread_layout.removeWidget(card)
            card.deleteLater()
        while len(self.cards) < len(thread):
            self._add_card(len(self.cards))
        for number, (card, exchange) in enumerate(zip(self.cards, thread, strict=True), start=1):
            card.show_exchange(exchange, finished=finished or number < len(thread))
        self._thread.setVisible(bool(thread))
        self.clear.setVisible(bool(thread) and finished)
        if thread:
            self.bring_end(self.cards[-1])

    def _add_card(self, number: int) -> None:
        card = ExchangeCard()
        card.insert.clicked.connect(lambda: self.insert_asked.emit(number))
        self.cards.append(card)
        self._thread_layout.addWidget(card)

    @Slot(str)
    def _on_voice(self, name: str) -> None:
        self._settings.voice = name


class ExchangeCard(QFrame):
    """A question and its answer, which can be put into the text."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._question, self.answer = label("", "quiet", wraps=True), label("", wraps=True)
        self._voice = label("", "section")
        self.answer.setFont(text_font(self.font().pointSizeF() + 1))
        for each in (self._question, self.answer):
            each.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.insert = button(self.tr("Insert"), self.tr("Put this answer at the caret"), "link")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.insert)
        layout = column(self, 4)
        layout.setContentsMargins(11, 8, 11, 8)
        for each in (self._question, self._voice, self.answer):
            layout.addWidget(each)
        layout.addLayout(foot)

    def show_exchange(self, exchange: Exchange, *, finished: bool) -> None:
        """Show what was asked and answered."""
        self._question.setText(exchange.question)
        self._voice.setText(exchange.voice)
        self._voice.setVisible(bool(exchange.voice))
        self.answer.setText(exchange.answer or self.tr("writing…"))
        self.insert.setVisible(finished)

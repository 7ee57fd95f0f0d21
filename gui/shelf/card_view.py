"""What is known of a model: a few facts in a line each, and its card."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from engine.amounts import size_words
from engine.card import read_card
from engine.errors import ModelError
from engine.events import ModelDetails
from engine.fit import Fit
from engine.languages import language_name
from engine.library import Origin, Shelved
from engine.loss import loss_sentence
from gui.panels.widgets import column, label
from gui.training.warning_frame import WarningFrame

_LONGEST_CARD = 40_000  # characters; Qt takes a minute for some texts ten times as long


class CardView(QWidget):
    """Show a model's title, facts and card; a fault comes first."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "title", wraps=True)
        self._facts = label("", "quiet", wraps=True)
        self._fit = label("", "fit", wraps=True)
        self._otherwise = label("", "quiet", wraps=True)
        self.warning = WarningFrame()
        self._card = _Card()
        self._card.setObjectName("well")
        self._card.setAccessibleName(self.tr("The model's card"))
        self._card.setOpenLinks(False)  # nothing is opened, or fetched, by a click into somebody's text
        layout = column(self)
        for widget in (self._title, self._fit, self._otherwise, self._facts, self.warning):
            layout.addWidget(widget)
        layout.addWidget(self._card, 1)
        self._rest = QWidget()  # the room of a card that is not there
        layout.addWidget(self._rest, 1)
        self.clear()

    @property
    def words(self) -> str:
        """Return all that is shown."""
        parts = (
            self._title.text(),
            self._fit.text(),
            self._otherwise.text(),
            self._facts.text(),
            self.warning.sentence,
            self._card.toPlainText(),
        )
        return "\n".join(part for part in parts if part)

    def clear(self, sentence: str = "") -> None:
        """Show nothing but `sentence`."""
        self._show("", [], "", sentence)

    def show_fit(self, fit: tuple[Fit, str] | None, otherwise: str = "") -> None:
        """Show how the model in view fits the machine, and how fast it will be; nothing where that is unknown.

        `otherwise` is a line on the other formats in which it can be held.
        """
        self._otherwise.setText(otherwise)
        self._otherwise.setVisible(bool(otherwise))
        self._fit.setText("" if fit is None else f"{fit[0].sentence} {fit[1]}".strip())
        self._fit.setVisible(fit is not None)
        self._fit.setProperty("verdict", fit[0].verdict.value if fit else "")
        self._fit.style().unpolish(self._fit)
        self._fit.style().polish(self._fit)

    def show_model(self, model: Shelved) -> None:
        """Show an installed model."""
        entry = model.entry
        if model.origin is Origin.SERVER:
            self._show(entry.title, [entry.strength], "", "")
            return
        score = self.tr("Score: {0}").format(entry.score) if entry.score else ""
        loss = loss_sentence(entry.folder)
        facts = [entry.strength, score, loss, self._licence(entry.licence), str(entry.folder)]
        try:
            card = read_card(entry.folder)
        except ModelError:
            card = None  # which `fault` says
        self._show(entry.title, [] if model.fault else facts, model.fault, card.body if card else "")

    def show_details(self, details: ModelDetails) -> None:
        """Show a model of the hub."""
        total = size_words(sum(size for _, size in details.files))
        gated = self.tr("Its terms have to be accepted on the hub first.") if details.gated else ""
        pickled = self.tr("Its weights are pickled and are converted once here, by a process without network.")
        size = self.tr("{0} to download, in {1} files").format(total, len(details.files)) if details.files else ""
        languages = ", ".join(map(language_name, details.languages))
        facts = [size, self._licence(details.licence), languages, gated, pickled if details.pickled else ""]
        self._show(details.repo, facts, details.problem, details.card)

    def _licence(self, licence: str) -> str:
        return self.tr("Licence: {0}").format(licence) if licence else self.tr("No licence is named.")

    def _show(self, title: str, facts: list[str], fault: str, card: str) -> None:
        self._title.setText(title)
        self._facts.setText("\n".join(fact for fact in facts if fact))
        for widget in (self._title, self._facts):
            widget.setVisible(bool(widget.text()))
        self.show_fit(None)
        self.warning.show_sentence(fault)
        document = self._card.document()
        document.setMarkdown(card[:_LONGEST_CARD], QTextDocument.MarkdownFeature.MarkdownNoHTML)
        self._card.setTextCursor(QTextCursor(document))  # the view follows the cursor, to the beginning
        self._card.setVisible(bool(card))
        self._rest.setVisible(not card)


class _Card(QTextBrowser):
    """Somebody's text, of which no picture and no link is followed."""

    def loadResource(self, _kind: int, _url: QUrl | str) -> None:
        """Load nothing, neither from this machine nor from another."""

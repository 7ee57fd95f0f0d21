"""The line of a model's details that says which smaller model guesses ahead for it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.library import Shelved
from gui.drafts import DRAFTING, candidates
from gui.panels.widgets import choice, label, once_at
from gui.settings import Settings


class DraftRow(QWidget):
    """Let the writer choose a draft model for the model in view; none is chosen by itself."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._model = ""
        name = label(self.tr("&Draft model"))
        self.box = choice(self.tr("Draft model"))
        self._hint = label("", "quiet", wraps=True)
        name.setBuddy(self.box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(name)
        layout.addWidget(self.box, 1)
        layout.addWidget(self._hint, 2)
        self.box.activated.connect(self._on_chosen)

    def show_model(self, model: Shelved | None, others: list[Shelved]) -> None:
        """Offer the models among `others` that can guess for `model`; hide where none could help."""
        helped = model is not None and not model.fault and any(model.entry.serves(mode) for mode in DRAFTING)
        self.setVisible(helped)
        self.box.clear()
        self.box.addItem(self.tr("None"), "")
        if model is None or not helped:
            return
        self._model = model.name
        found = candidates(model, others)
        for other in found:
            self.box.addItem(other.entry.title, other.name)
        once_at(self.box, self._settings.drafts.get(model.name, ""))
        self.box.setEnabled(bool(found))
        self._hint.setText(
            self.tr("Guesses ahead, which may write faster. It is loaded as well.")
            if found
            else self.tr("No smaller model here has the same vocabulary.")
        )

    @Slot(int)
    def _on_chosen(self, _number: int) -> None:
        name = self.box.currentData()
        if name:
            self._settings.drafts[self._model] = name
        else:
            self._settings.drafts.pop(self._model, None)

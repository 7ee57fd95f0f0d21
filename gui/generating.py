"""What the commands do that make text: they generate, continue and ask for another, in the mode in view."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from engine.modes import INSTRUCTED, Mode
from gui.consent import Consent
from gui.parts import Parts
from gui.rewriting import Rewriting
from gui.writing import Writing


class Generating(QObject):
    """Have the mode in view make text, where it has a model for it and the text may go there."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self.consent = Consent(parts)
        connect = parts.commands.connect
        connect("generate", self.generate)
        connect("continue", self._on_continue)
        connect("another", self.another)
        connect("regenerate", parts.writing.regenerate)
        connect("previous_variant", lambda: self._walked().walk(-1))
        connect("next_variant", lambda: self._walked().walk(1))
        connect("accept", lambda: self._walked().accept())

    @Slot()
    def generate(self) -> None:
        """Do what the mode in view does."""
        parts = self._parts
        if not (self._can_follow() and self.consent.may_go(self.generate)):
            return
        match parts.mode:
            case Mode.WRITE:
                parts.writing.generate()
            case Mode.TRANSLATE:
                parts.results.translate(parts.translate)
            case Mode.SUMMARISE:
                parts.results.summarise(parts.summarise)
            case Mode.REWRITE:
                parts.rewriting.rewrite()
            case Mode.DIALOGUE:
                parts.conversing.ask()

    @Slot()
    def another(self) -> None:
        """Ask for another variant in the mode in view, or else for the same again."""
        if self._parts.mode is Mode.WRITE:
            if self.consent.may_go(self.another):
                self._parts.writing.another()
        elif self._parts.mode is Mode.REWRITE:
            if self._can_follow() and self.consent.may_go(self.another):
                self._parts.rewriting.another()
        else:
            self.generate()

    @Slot()
    def _on_continue(self) -> None:
        self._parts.show_mode(Mode.WRITE)
        if self.consent.may_go(self._on_continue):
            self._parts.writing.continue_on()

    def _can_follow(self) -> bool:
        """Tell whether there is a model for the mode in view; where it needs one that follows instructions, say so."""
        parts = self._parts
        if parts.mode not in INSTRUCTED or parts.panel.controls.served:
            return True
        parts.messages.warn(
            self.tr("No model here follows instructions, which this needs: get one by Models > Manage models…"),
            self.tr("Manage models…"),
            parts.commands["manage_models"].trigger,
        )
        return False

    def _walked(self) -> Writing | Rewriting:
        """Return whose variants the keys for variants walk and accept."""
        return self._parts.rewriting if self._parts.mode is Mode.REWRITE else self._parts.writing

"""The cards of a set of variants, kept in step with it while text streams in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from gui.panels.variant_cards import VariantCards
from gui.timers import after
from gui.variants import VariantSet
from gui.workspace import Workspace

_PAUSE = 120  # milliseconds


class VariantsShown(QObject):
    """Show the variants of one set in `cards` while its document is in view, or else of none."""

    settled = Signal(object)  # VariantSet, whenever it changed and nothing streams in

    def __init__(self, cards: VariantCards, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._cards = cards
        self._workspace = workspace
        workspace.current_changed.connect(self.show)
        self._set: VariantSet | None = None
        self._due = after(self, _PAUSE, self.show)

    def follow(self, variants: VariantSet | None) -> None:
        """Show `variants` from now on."""
        self._set = variants
        if variants is not None:
            variants.changed.connect(self._on_changed)
        self.show()

    @Slot()
    def show(self) -> None:
        """Show the set as it is now; on another document its cards would be said to stand in that text."""
        if self._set is None or self._set.editor is not self._workspace.current.editor:
            self._cards.show_variants([], -1)
        else:
            self._cards.show_variants(self._set.variants, self._set.current)

    @Slot()
    def _on_changed(self) -> None:
        # Cards are laid out anew for every change of their text, which at every frame would cost more than the text.
        if not (self._set and self._set.streaming):
            self.show()
            if self._set is not None:
                self.settled.emit(self._set)
        elif not self._due.isActive():
            self._due.start()

"""Pick the most natural: the order of a continuation's variants, asked for once all of them are there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.events import Event, Result
from engine.modes import Mode, Request
from gui.background import Background
from gui.variants import VariantSet

_REACH = 4_000  # characters of the text before; what lies further back hardly counts


class Ranking(QObject):
    """Have the variants of one set at a time ranked in the background; they keep their places."""

    def __init__(self, background: Background) -> None:
        super().__init__(background)
        self._background = background
        self._set: VariantSet | None = None
        self._numbers: list[int] = []

    def rank(self, variants: VariantSet) -> None:
        """Ask for the order of the variants that have come, if there is a choice."""
        self._set = variants
        self._numbers = [number for number, variant in enumerate(variants.variants) if variant.text.strip()]
        if len(self._numbers) < 2:
            return
        asked = variants.request
        texts = tuple(variants.variants[number].text for number in self._numbers)
        # One that chats scores no texts; what one that continues them wrote has been there already.
        server = asked.server if asked.server is not None and not asked.server.chat else None
        text = asked.text[-_REACH:]
        self._background.ask(Request(Mode.RANK, text, model=asked.model, server=server, texts=texts), self)

    def forget(self) -> None:
        """Rank no more: the variants are gone."""
        self._set = None
        self._background.withdraw(Mode.RANK)

    def on_text(self, variant: int, text: str) -> None:
        """Take no text: a ranking brings none."""

    def on_event(self, event: Event) -> None:
        """Take the order."""
        if not isinstance(event, Result) or self._set is None:
            return
        values = event.values
        order = [self._numbers[place] for place in values["order"]]
        reasons = [values["reasons"][place] for place in values["order"]]
        by = self.tr("Ordered by {0} ({1}).").format(self._method(values["method"]), values["measured"])
        self._set.rank(order, [self.tr("Least natural: {0}\n{1}").format(reason, by) for reason in reasons])

    def _method(self, name: str) -> str:
        names = {
            "discriminator": self.tr("a judge that was trained on people's texts and models' texts"),
            "typicality": self.tr("how usual its words are"),
            "likelihood": self.tr("how likely the model finds it"),
        }
        return names.get(name, name)

    def on_end(self) -> None:
        """Do nothing: the order has come."""

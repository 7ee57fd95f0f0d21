"""The text of one answer as it grows: what may be shown, and whether a stop string was met."""

from __future__ import annotations

from collections.abc import Sequence

from engine.detokenizer import Detokenizer
from engine.phrases import Phrases


class TextStream:
    """Turn ids into text that may be shown, up to the first of `stops`, which is never part of it."""

    def __init__(self, detokenizer: Detokenizer, stops: Phrases) -> None:
        self._detokenizer = detokenizer
        self._stops = stops
        self._held = ""
        self.tokens = 0
        self.stopped = False

    def add(self, ids: Sequence[int]) -> str:
        """Return the text that `ids` settle; hold back what may be the beginning of a stop string."""
        self.tokens += len(ids)
        text = self._until_stop(self._held + self._detokenizer.add(ids))
        safe = len(text) if self.stopped else len(text) - self._stops.held(text)
        self._held = text[safe:]
        return text[:safe]

    def finish(self) -> str:
        """Return what was held back, now that nothing follows."""
        text = self._until_stop(self._held + self._detokenizer.finish())
        self._held = ""
        return text

    def _until_stop(self, text: str) -> str:
        start = self._stops.find(text)
        self.stopped = self.stopped or start is not None
        return text[:start]

"""Stretches of a document that keep their place while the document is edited around them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class TrackedRange:
    """Positions `[start, end)` in UTF-16 units; `touched` once an edit reached inside, `growing` while text comes."""

    start: int
    end: int
    touched: bool = False
    growing: bool = False

    def adjust(self, position: int, removed: int, added: int) -> None:
        """Follow an edit that replaced `removed` units at `position` by `added` ones.

        What is typed at either edge stays outside.
        """
        delta = added - removed
        if position + removed <= self.start:
            self.start += delta
            self.end += delta
        elif position < self.end:
            self.touched = True
            self.end = self.end + delta if position + removed <= self.end else position + added
            self.start = min(self.start, position)

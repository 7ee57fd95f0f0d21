"""Which words of a line belong to which of its translation."""

from __future__ import annotations

from dataclasses import dataclass, field

Link = tuple[int, int, int, int, float]  # [start, end) in the source, [start, end) in the translation, weight
Place = tuple[int, int]

_CLEAR = 0.25  # weight from which on a word is shown beside the heaviest


@dataclass
class WordLinks:
    """The links of one line and its translation; offsets are code points."""

    links: list[Link] = field(default_factory=list)

    def of_target(self, offset: int) -> tuple[list[Place], list[Place]]:
        """Return the source words that the target word at `offset` comes from, and that word."""
        here = [link for link in self.links if link[2] <= offset < link[3]]
        return _sources(_clear(here)), _targets(here)

    def of_source(self, offset: int) -> tuple[list[Place], list[Place]]:
        """Return the source word at `offset`, and the target words that come from it."""
        here = [link for link in self.links if link[0] <= offset < link[1]]
        whole = {place: _clear([link for link in self.links if link[2:4] == place]) for place in _targets(here)}
        return _sources(here), _targets([link for link in here if link in whole[link[2:4]]])


def _clear(links: list[Link]) -> list[Link]:
    heaviest = max((link[4] for link in links), default=0.0)
    return [link for link in links if link[4] >= min(_CLEAR, heaviest)]


def _sources(links: list[Link]) -> list[Place]:
    return sorted({link[:2] for link in links})


def _targets(links: list[Link]) -> list[Place]:
    return sorted({link[2:4] for link in links})

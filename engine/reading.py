"""The text before the caret as ids, of which only what is new is encoded."""

from __future__ import annotations

from engine.tokenizer import TextTokenizer

_BLOCK = 4000  # characters; the window sends text from a multiple of it, so that blocks stay what they were
_SLACK = 200  # characters by which a block may be longer to end before a space


class Reading:
    """Encode a growing text in blocks and remember those of the last one."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[list[int]]:
        """Return the ids of `text`, block by block."""
        blocks = _blocks(text)
        self._known = {block: self._known.get(block) or self._tokenizer.encode(block) for block in blocks}
        return [self._known[block] for block in blocks]


def window(blocks: list[list[int]], limit: int) -> list[int]:
    """Return the last ids of the last three `blocks`, at most `limit` and, where there are as many, at least half.

    The beginning moves by half the limit at once: until then a model has read all but the newest ids.
    """
    ids = [token for block in blocks[-3:] for token in block]
    half = max(1, limit // 2)
    return ids[max(0, -(-(len(ids) - limit) // half)) * half :]


def _blocks(text: str) -> list[str]:
    places = [0]
    for place in range(_BLOCK, len(text), _BLOCK):
        space = text.find(" ", place, place + _SLACK)
        places.append(place if space < 0 else space)
    return [text[start:end] for start, end in zip(places, [*places[1:], len(text)], strict=True) if start < end]

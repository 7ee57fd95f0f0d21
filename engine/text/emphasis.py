"""Find the words of a translation that were emphasised in its source. Torch-free."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+(?:['’-][^\W{_HAN}]+)*")
_LETTER = re.compile(rf"[^\W{_HAN}]")


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Marks `before` and `after` the words `inner`, which begin at `start` of the plain sentence."""

    before: str
    inner: str
    after: str
    start: int

    def is_glued(self, plain: str) -> bool:
        """Tell whether the words begin or end within a longer word of `plain`."""
        return is_glued(plain, self.start, self.start + len(self.inner))


def is_glued(plain: str, start: int, end: int) -> bool:
    """Tell whether `plain[start:end]` begins or ends within a word."""
    edges = ((start - 1, start), (end - 1, end))
    return any(left >= 0 and right < len(plain) and _letters(plain[left], plain[right]) for left, right in edges)


def put_marks(plain: str, answer: str, emphases: list[Emphasis], answers: list[str]) -> str | None:
    """Return `answer`, the translation of `plain`, with the marks of `emphases`; `answers` translate their words.

    The place is where those words, or the source's own, or most of them, stand; where none do,
    it is as far into the sentence as it was in the source. None where two places overlap.
    """
    places = [
        (*_place(plain, answer, emphasis, translated), emphasis)
        for emphasis, translated in zip(emphases, answers, strict=True)
    ]
    marked = ""
    position = 0
    for start, end, emphasis in sorted(places, key=lambda place: place[:2]):
        if start < position:
            return None
        marked += answer[position:start] + emphasis.before + answer[start:end] + emphasis.after
        position = end
    return marked + answer[position:]


def _place(plain: str, answer: str, emphasis: Emphasis, translated: str) -> tuple[int, int]:
    depth = emphasis.start / len(plain)
    for words in (translated, emphasis.inner):
        found = _nearest(answer, words, depth)
        if found:
            return found
    tokens = [token for token in _WORD.finditer(answer) if not token[0].isdigit()]  # stand-ins look like numbers
    if not tokens:
        return 0, len(answer)
    return _longest_run(tokens, translated) or _same_depth(tokens, len(_WORD.findall(plain)), emphasis.inner, depth)


def _nearest(answer: str, words: str, depth: float) -> tuple[int, int] | None:
    """Return the occurrence of `words` in `answer` that is nearest to `depth` (0 to 1)."""
    spans = [match.span() for match in re.finditer(re.escape(words), answer, re.IGNORECASE)]
    whole = [span for span in spans if not _is_glued(answer, *span)]
    return min(whole, key=lambda span: abs(span[0] / len(answer) - depth), default=None)


def _longest_run(tokens: list[re.Match[str]], translated: str) -> tuple[int, int] | None:
    """Return the longest run of words that all occur in `translated`."""
    known = {word.casefold() for word in _WORD.findall(translated)}
    best: tuple[int, int] | None = None
    first = 0
    for place, token in enumerate(tokens):
        if token[0].casefold() not in known:
            first = place + 1
        elif best is None or token.end() - tokens[first].start() > best[1] - best[0]:
            best = tokens[first].start(), token.end()
    enough = 2 if any(re.match(f"[{_HAN}]", word) for word in known) and len(known) > 1 else 1
    return best if best and best[1] - best[0] >= enough else None


def _same_depth(tokens: list[re.Match[str]], plain_words: int, inner: str, depth: float) -> tuple[int, int]:
    """Return as large a share of the words, as far into the sentence, as in the source."""
    count = max(1, round(len(_WORD.findall(inner)) * len(tokens) / max(1, plain_words)))
    first = max(0, min(round(depth * len(tokens)), len(tokens) - count))
    return tokens[first].start(), tokens[min(first + count, len(tokens)) - 1].end()


def _is_glued(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` begins or ends within a word."""
    edges = ((start - 1, start), (end - 1, end))
    return any(left >= 0 and right < len(text) and _letters(text[left], text[right]) for left, right in edges)


def _letters(left: str, right: str) -> bool:
    return bool(_LETTER.match(left) and _LETTER.match(right))

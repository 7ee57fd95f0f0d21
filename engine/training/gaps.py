"""Passages of prose with their most telling sentence taken out, to be said (Zhang et al. 2020, section 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.text.segmentation import split_sentences

Pair = tuple[str, str]

_PASSAGE = 900  # characters: about what a summariser reads of an abstract
_MOST = 200  # passages of a document, evenly spread: a book is not to outweigh all stories
_FEWEST_SENTENCES = 4
_SHORTEST, _LONGEST = 30, 180  # characters of a sentence that may be asked for
_WORD = re.compile(r"\w{4,}")


def gap_pairs(document: str) -> Iterator[Pair]:
    """Yield (passage without the sentence that shares most of its words, that sentence) of a document in lines."""
    passages = list(_passages(document))
    for passage in passages[:: -(-len(passages) // _MOST) or 1]:
        sentences = [sentence.text for sentence in split_sentences(passage, "en")]
        chosen = max(sentences, key=lambda sentence: _share(sentence, passage), default="")
        if len(sentences) >= _FEWEST_SENTENCES and _SHORTEST <= len(chosen) <= _LONGEST:
            sentences.remove(chosen)
            yield " ".join(sentences), chosen


def _passages(document: str) -> Iterator[str]:
    passage = ""
    for line in document.split("\n"):
        passage = f"{passage} {line}".strip()
        if len(passage) >= _PASSAGE:
            yield passage
            passage = ""
    if passage:
        yield passage


def _share(sentence: str, passage: str) -> float:
    """Return the F1 of the words that `sentence` has in common with the rest of `passage`."""
    own = set(_WORD.findall(sentence.casefold()))
    rest = set(_WORD.findall(passage.replace(sentence, " ", 1).casefold()))
    return 2 * len(own & rest) / (len(own) + len(rest)) if own else 0.0

"""Key sentences: the sentences of a text that say most of it, in any language, without a model. Torch-free.

LexRank (Erkan and Radev, 2004): sentences are TF-IDF vectors, two are linked by their cosine,
and a sentence is central when central sentences resemble it (PageRank, Page et al., 1999). The
n x n matrix of cosines X X^T is never formed: a step multiplies by X^T and then by X, so the
cost grows with the words of the text. Redundancy is held down in the manner of maximal marginal
relevance (Carbonell and Goldstein, 1998): centrality times novelty, where a neighbour counts as
somewhat alike, so that a book is covered.

On 1,453 abstracts of SciTLDR the first key sentence has ROUGE-1/2/L 27.8/7.4/20.3 against the
human one-sentence summary; the first sentence of the abstract has 23.8/6.8/18.3.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import InputError
from engine.events import Event, KeySentence, Progress
from engine.text.segmentation import Sentence, split_sentences

_DAMPING = 0.85  # of PageRank
_STEPS = 50
_TOLERANCE = 1e-6
_CANDIDATES = 400  # sentences compared for redundancy
_CJK = "\u3040"  # from here on scripts do not space words
_TERM = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff]+|[^\W_]+(?:['’-][^\W_]+)*")
_LEAD = 0.2  # more for the first sentence, half of that for the second, and so on
_SPREAD = 0.3  # a chosen neighbour counts like this cosine, fading out over an even share of the text
_SPEECH = tuple('"“„«»‘「『—–')
_STATEMENT_ENDS = (".", ".)", "。", "!", "！", "。）")
_FEWEST_WORDS, _MOST_WORDS = 5, 60  # shorter sentences say little alone, longer ones are several


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of a sparse matrix in coordinate form: entry k is `values[k]` at `(rows[k], columns[k])`."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    shape: tuple[int, int]

    def times(self, vector: np.ndarray) -> np.ndarray:
        """Return X v, for `vector` (columns,)."""
        return np.bincount(self.rows, self.values * vector[self.columns], self.shape[0])

    def transposed_times(self, vector: np.ndarray) -> np.ndarray:
        """Return X^T v, for `vector` (rows,)."""
        return np.bincount(self.columns, self.values * vector[self.rows], self.shape[1])


def key_sentences(text: str, count: int = 5, language: str = "en") -> Iterator[Event]:
    """Yield Progress, and then the `count` key sentences as KeySentence in the order of the text.

    Scores are centralities scaled so that the best is 1. Raises InputError for a text without words.
    """
    sentences = split_sentences(text, language)
    total = len(sentences)
    terms: list[list[str]] = []
    for number, sentence in enumerate(sentences):
        if number % 500 == 0:
            yield Progress(number, total, "sentences", "Reading")
        terms.append(_terms(sentence.text))
    if not any(terms):
        raise InputError("There are no sentences to choose from: the text has no words.")
    matrix = _tf_idf(terms)
    ranks = np.full(total, 1 / total)
    for _ in range(_STEPS):
        yield Progress(total, total, "sentences", "Weighing each sentence")
        previous, ranks = ranks, _page_rank_step(matrix, ranks)
        if np.abs(ranks - previous).sum() < _TOLERANCE:
            break
    scores = ranks * _fitness(sentences, terms)
    scores /= scores.max()
    for index in sorted(_choose(matrix, scores, min(count, sum(map(bool, terms))))):
        sentence = sentences[index]
        yield KeySentence(sentence.text, sentence.start, sentence.end, round(float(scores[index]), 4))


def _terms(sentence: str) -> list[str]:
    """Return the words of a sentence in lower case, and pairs of characters where words are not spaced."""
    found = []
    for run in _TERM.findall(sentence.lower()):
        if run[0] >= _CJK:
            found += [run[place : place + 2] for place in range(max(1, len(run) - 1))]
        else:
            found.append(run)
    return found


def _tf_idf(terms: list[list[str]]) -> SparseRows:
    """Return the unit rows (sentences, terms) of log tf x idf."""
    columns: dict[str, int] = {}
    entries = [
        (row, columns.setdefault(term, len(columns)), times)
        for row, words in enumerate(terms)
        for term, times in Counter(words).items()
    ]
    rows, ids, times = (np.array(column, dtype=np.int64) for column in zip(*entries, strict=True))
    frequency = np.bincount(ids, minlength=len(columns))
    # In a long text even "you" is rare by count: the floor rises with the number of sentences.
    floor = 0.75 * np.log(1 + len(terms) / 100)
    weights = np.maximum(np.log((1 + len(terms)) / frequency) - floor, 0.01)
    values = np.log(1 + times) * weights[ids]
    norms = np.sqrt(np.bincount(rows, values**2, len(terms)))
    return SparseRows(rows, ids, values / np.maximum(norms[rows], 1e-12), (len(terms), len(columns)))


def _page_rank_step(matrix: SparseRows, ranks: np.ndarray) -> np.ndarray:
    """Return the next ranks (sentences,) of a walk that follows cosines, a sentence's own excepted."""
    own = np.bincount(matrix.rows, matrix.values**2, matrix.shape[0])
    degree = matrix.times(matrix.transposed_times(np.ones(matrix.shape[0]))) - own
    lonely = degree <= 1e-9
    share = np.where(lonely, 0.0, ranks / np.where(lonely, 1.0, degree))
    walked = matrix.times(matrix.transposed_times(share)) - own * share
    walked += ranks[lonely].sum() / len(ranks)
    return (1 - _DAMPING) / len(ranks) + _DAMPING * walked


def _fitness(sentences: list[Sentence], terms: list[list[str]]) -> np.ndarray:
    """Return a factor (sentences,) that lowers fragments, headings, questions, speech and very long sentences."""
    factors = 1 + _LEAD / np.arange(1, len(sentences) + 1)
    for index, (sentence, words) in enumerate(zip(sentences, terms, strict=True)):
        length = sum(0.5 if word[0] >= _CJK else 1 for word in words)
        if length < _FEWEST_WORDS or sentence.text.startswith(("#", "|", "```")):
            factors[index] *= 0.2 if words else 0.0
        elif length > _MOST_WORDS:
            factors[index] *= _MOST_WORDS / length
        elif sentence.text.startswith(_SPEECH) or not sentence.text.endswith(_STATEMENT_ENDS):
            factors[index] *= 0.7
    return factors


def _choose(matrix: SparseRows, scores: np.ndarray, count: int) -> list[int]:
    """Return the indices of `count` sentences, each time the one with the most centrality times novelty."""
    candidates = np.argsort(-scores, kind="stable")[: max(_CANDIDATES, 4 * count)]
    nearest = np.zeros(len(scores))  # the highest likeness to a sentence that is already chosen
    chosen: list[int] = []
    while len(chosen) < count and len(chosen) < len(candidates):
        worth = scores[candidates] * (1 - nearest[candidates])
        worth[np.isin(candidates, chosen)] = -np.inf
        best = int(candidates[int(np.argmax(worth))])
        chosen.append(best)
        mine = matrix.rows == best
        row = np.zeros(matrix.shape[1])
        row[matrix.columns[mine]] = matrix.values[mine]
        near_by = _SPREAD * (1 - np.abs(np.arange(len(scores)) - best) * count / len(scores))
        nearest = np.maximum(nearest, np.maximum(matrix.times(row), near_by))
    return chosen

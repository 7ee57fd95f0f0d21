"""Which words of a source the words of its translation come from, by the attention of the model.

A word belongs to what the model looked at in the step that wrote it (Bahdanau et al. 2015). Of a
Transformer all heads of all decoder layers are averaged, which found 89 % of known links where the
best single layer found 88: docs/results/alignment.md.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from engine.errors import InputError, ModelError
from engine.events import Alignment, Event, Progress
from engine.models.base import Decoder
from engine.models.loaded import LoadedModel
from engine.models.marian import MarianDecoder
from engine.models.pretrained import PretrainedSeq2Seq
from engine.models.seq2seq import RecurrentSeq2SeqDecoder
from engine.text.segmentation import split_sentences
from engine.translation_pair import TranslationPair

Span = tuple[int, int]
Link = tuple[int, int, int, int, float]

_FAINT = 0.1  # weights below say nothing
_CHINESE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def align(model: LoadedModel, text: str, other: str, source: str, target: str) -> Iterator[Event]:
    """Yield an Alignment for each sentence of `text` and its counterpart in `other`, a translation of it.

    `source` and `target` are codes. Lines stand for lines; sentences within a line for each other where
    there are as many. Raises ModelError for a model without attention, InputError where one of the
    texts is empty.
    """
    if not text.strip() or not other.strip():
        raise InputError("Words can be aligned where there is a text and its translation: one of them is empty.")
    asked = TranslationPair(model, source, target)
    pairs = list(_sentence_pairs(text, other, source, target))
    for done, ((start, end), (other_start, other_end)) in enumerate(pairs, start=1):
        links = sentence_links(model, asked, text[start:end], other[other_start:other_end])
        yield Alignment([(a + start, b + start, c + other_start, d + other_start, w) for a, b, c, d, w in links])
        yield Progress(done, len(pairs), "sentences")


def sentence_links(model: LoadedModel, asked: TranslationPair, text: str, other: str) -> list[Link]:
    """Return (start, end in `text`, start, end in `other`, weight) of the words that belong together.

    The weights of a word in `other` add up to 1 before the faint ones are left out. A sentence longer
    than the model reads has none.
    """
    ids, spans = asked.source_spans(text)
    written, written_spans = model.tokenizer.spans(other)
    decoder = model.decoder
    if not written or len(ids) > _source_length(decoder) or len(written) >= decoder.context_length:
        return []
    read = torch.tensor(ids, device=decoder.device)
    begun = read.new_tensor(asked.beginning)
    weights = _attention(decoder, read, begun, read.new_tensor(written))
    rows, columns = words(other, written_spans), words(text, [_within(span, len(text)) for span in spans])
    merged = merge(weights, [places for _, places in rows], [places for _, places in columns])
    return [
        (*columns[column][0], *rows[row][0], round(weight, 4))
        for row, shares in enumerate(merged.tolist())
        for column, weight in enumerate(shares)
        if weight >= _FAINT
    ]


def merge(weights: Tensor, rows: Sequence[Sequence[int]], columns: Sequence[Sequence[int]]) -> Tensor:
    """Return the weights (T, S) of tokens as those of words: summed over a source word, then a mean of the target's.

    `rows` and `columns` name the tokens of each word. Each row then adds up to 1: what looked at no word is left out.
    """
    if not rows or not columns:
        return weights.new_zeros(len(rows), len(columns))
    by_source = torch.stack([weights[:, list(places)].sum(dim=1) for places in columns], dim=1)
    merged = torch.stack([by_source[list(places)].mean(dim=0) for places in rows])
    return merged / merged.sum(dim=1, keepdim=True).clamp_min(1e-9)


def words(text: str, spans: Sequence[Span]) -> list[tuple[Span, list[int]]]:
    """Return the words of `text` as (span, the tokens it is made of), from the spans of all tokens.

    Tokens that touch make one word where letters or digits meet; a Chinese token is a word by itself,
    and so is a mark. Tokens without text belong to none.
    """
    found: list[tuple[Span, list[int]]] = []
    for place, (start, end) in enumerate(spans):
        start, end = _stripped(text, start, end)
        if start == end:
            continue
        if found and _continues(text, found[-1][0], start):
            (first, last), places = found[-1]
            found[-1] = (first, max(last, end)), [*places, place]
        else:
            found.append(((start, end), [place]))
    return found


def _continues(text: str, word: Span, start: int) -> bool:
    if start < word[1]:  # bytes of one character
        return True
    around = text[start - 1 : start + 1]
    return start == word[1] and around.isalnum() and not _CHINESE.search(around)


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return (
        (start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())) if piece.strip() else (0, 0)
    )


def _within(span: Span, length: int) -> Span:
    return span if span[1] <= length else (0, 0)  # of the prompt's end


def _attention(decoder: Decoder, source: Tensor, begun: Tensor, written: Tensor) -> Tensor:
    """Return how much each of `written` (T,), which follows `begun`, belongs to each of `source` (S,): (T, S)."""
    weights = None
    if isinstance(decoder, RecurrentSeq2SeqDecoder):
        weights = decoder.attention(source, written)
    elif isinstance(decoder, MarianDecoder | PretrainedSeq2Seq):
        weights = decoder.cross_attention(source, torch.cat((begun, written[:-1]))).mean(dim=(0, 1))
        weights = weights[len(begun) - 1 :]
    if weights is None:
        raise ModelError("This model has no attention that could align words: choose a translator that has.")
    return weights


def _source_length(decoder: Decoder) -> int:
    return getattr(decoder, "source_length", decoder.context_length)


def _sentence_pairs(text: str, other: str, source: str, target: str) -> Iterator[tuple[Span, Span]]:
    for line, other_line in itertools.zip_longest(_lines(text), _lines(other), fillvalue=(0, 0)):
        sentences = _sentences(text, line, source)
        others = _sentences(other, other_line, target)
        if len(sentences) == len(others):
            yield from zip(sentences, others, strict=True)
        elif sentences and others:
            yield (sentences[0][0], sentences[-1][1]), (others[0][0], others[-1][1])


def _lines(text: str) -> list[Span]:
    """Return where the lines stand that are not blank."""
    return [match.span() for match in re.finditer(r"[^\n]+", text) if match[0].strip()]


def _sentences(text: str, line: Span, language: str) -> list[Span]:
    found = split_sentences(text[line[0] : line[1]], language)
    return [(line[0] + sentence.start, line[0] + sentence.end) for sentence in found]

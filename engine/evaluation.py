"""Scores: perplexity and bits per byte of a text, BLEU and chrF of a translation, ROUGE of a summary."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import sacrebleu
import torch
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer
from torch import Tensor

from engine.errors import InputError, ModelError
from engine.events import Progress
from engine.models.base import Decoder, DecoderState, ScoringDecoder, Seq2SeqDecoder
from engine.models.loaded import LoadedModel

_CHUNK = 256  # ids read at a time: bounds the memory that logits take
_ROUGE = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True, slots=True)
class TextScore:
    """How well a model predicts a text: `nll` is nats over `tokens` predicted tokens.

    `unpredicted` counts ids at the start that nothing stands before (0 or 1); `size` is the
    text's UTF-8 bytes.
    """

    nll: float
    tokens: int
    unpredicted: int
    size: int
    vocab_size: int

    @property
    def perplexity(self) -> float:
        """exp(mean nats per predicted token)."""
        return math.exp(self.nll / self.tokens)

    @property
    def bits_per_byte(self) -> float:
        """Bits that the model spends on the text per byte; an unpredicted id costs log2(V).

        Comparable between vocabularies, unlike perplexity.
        """
        return (self.nll + self.unpredicted * math.log(self.vocab_size)) / math.log(2) / self.size


def score_text(model: LoadedModel, text: str, stride: int | None = None) -> Generator[Progress, None, TextScore]:
    """Score `text` of any length with a sliding window: each predicts its last `stride` tokens.

    `stride` is half the model's context by default; smaller is slower and closer to what the
    model can do. Raises ModelError for a model that cannot score text alone, InputError for
    a text too short, ValueError for a stride outside [1, context).
    """
    decoder = model.decoder
    if isinstance(decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {model.id} only turns one text into another: choose one that writes.")
    ids = [*decoder.start_ids, *model.tokenizer.encode(text)]
    if len(ids) < 2:
        raise InputError("The text is too short to be scored: give at least two words.")
    nll, predicted = 0.0, 0
    for nats in token_nats(decoder, ids, stride):
        nll += nats.sum().item()
        predicted += len(nats)
        yield Progress(predicted, len(ids), "tokens")
    return TextScore(nll, predicted, 0 if decoder.start_ids else 1, len(text.encode()), decoder.vocab_size)


def token_nats(decoder: Decoder, ids: list[int], stride: int | None = None) -> Iterator[Tensor]:
    """Yield the nats of every one of `ids` but the first, given those before it, a part (n,) float64 at a time.

    A part may be empty. Windows slide by `stride`, half the context by default. Raises ValueError for
    a stride outside [1, context).
    """
    for begin, first, end in _windows(len(ids), decoder.context_length, stride or decoder.context_length // 2):
        yield from _window_nats(decoder, torch.tensor(ids[begin:end], device=decoder.device), end - first)


def perplexity(model: LoadedModel, text: str, stride: int | None = None) -> float:
    """Return exp(mean nats per token) of `text`; see `score_text`."""
    return _result(score_text(model, text, stride)).perplexity


def bits_per_byte(model: LoadedModel, text: str, stride: int | None = None) -> float:
    """Return the bits that `model` spends on `text` per UTF-8 byte; see `score_text`."""
    return _result(score_text(model, text, stride)).bits_per_byte


def bleu(hypotheses: list[str], references: list[str], tokenize: str = "13a") -> float:
    """Return corpus BLEU in 0..100 (Papineni et al. 2002, by sacrebleu).

    `tokenize` is sacrebleu's name of a tokenizer, "zh" for Chinese. Raises ValueError for
    an unknown one or for lists of different lengths.
    """
    _check_pairs(hypotheses, references)
    if tokenize not in sacrebleu.BLEU.TOKENIZERS:
        raise ValueError(f"unknown tokenizer {tokenize!r}, known are {', '.join(sacrebleu.BLEU.TOKENIZERS)}")
    return sacrebleu.corpus_bleu(hypotheses, [references], tokenize=tokenize).score


def chrf(hypotheses: list[str], references: list[str]) -> float:
    """Return corpus chrF2 in 0..100 (Popović 2015, by sacrebleu). Raises ValueError as `bleu` does."""
    _check_pairs(hypotheses, references)
    return sacrebleu.corpus_chrf(hypotheses, [references]).score


def rouge(hypotheses: list[str], references: list[str], *, by_signs: bool = False) -> dict[str, float]:
    """Return mean F1 in 0..100 for rouge1, rouge2 and rougeL, stemmed (Lin 2004, by rouge-score).

    Words are runs of Latin letters and digits; `by_signs` takes every letter of any script, for Chinese.
    Raises ValueError for lists of different lengths.
    """
    _check_pairs(hypotheses, references)
    scorer = RougeScorer(_ROUGE, use_stemmer=True, tokenizer=_Signs() if by_signs else None)
    scores = [scorer.score(reference, text) for text, reference in zip(hypotheses, references, strict=True)]
    return {name: 100 * sum(score[name].fmeasure for score in scores) / len(scores) for name in _ROUGE}


class _Signs(Tokenizer):
    """Split a text into its letters and digits."""

    def tokenize(self, text: str) -> list[str]:
        """Return them in order, in lower case."""
        return [sign for sign in text.lower() if sign.isalnum()]


def _windows(length: int, context: int, stride: int) -> Iterator[tuple[int, int, int]]:
    """Yield (begin, first, end): a window reads [begin, end) and predicts [first, end)."""
    if not 1 <= stride < context:
        raise ValueError(f"stride must be in [1, {context}), not {stride}")
    first = 1
    while first < length:
        end = min(length, max(context, first + stride))
        yield max(0, end - context), first, end
        first = end


def _window_nats(decoder: Decoder, ids: Tensor, count: int) -> Iterator[Tensor]:
    """Yield the nats of the last `count` of ids (T,), each given those before it, chunk by chunk."""
    state = decoder.new_state(1)
    unscored = ids.shape[0] - 1 - count
    for start in range(0, ids.shape[0] - 1, _CHUNK):
        end = min(start + _CHUNK, ids.shape[0] - 1)
        logits, state = _logits(decoder, ids[None, start:end], state)
        skipped = min(max(0, unscored - start), end - start)
        yield _nats(logits[0, skipped:], ids[start + 1 + skipped : end + 1])


def _nats(logits: Tensor, targets: Tensor) -> Tensor:
    return torch.nn.functional.cross_entropy(logits, targets, reduction="none").double().cpu()


def _logits(decoder: Decoder, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
    """Return logits (1, T, V) after every one of ids (1, T), and the state."""
    if isinstance(decoder, ScoringDecoder):
        return decoder.all_logits(ids, state)
    steps = []
    for position in range(ids.shape[1]):
        logits, state = decoder.step(ids[:, position], state)
        steps.append(logits)
    return torch.stack(steps, dim=1), state


def _result(scoring: Generator[Progress, None, TextScore]) -> TextScore:
    while True:
        try:
            next(scoring)
        except StopIteration as end:
            return end.value


def _check_pairs(hypotheses: list[str], references: list[str]) -> None:
    if not hypotheses or len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} texts against {len(references)} references")

"""Beam search for any decoder, in batches, showing text as soon as no hypothesis can change it.

Equal to transformers' `generate(num_beams=...)` token for token: candidates are the best
(1 + number of end ids) * beams continuations; only the best `beams` of them may complete a
hypothesis; scores are sums of log probabilities divided by length ** length_penalty. The length of what an
encoder-decoder writes counts the ids it was made to begin with, such as the tag of a language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np
import torch
from torch import Tensor

from engine.models.base import Seq2SeqDecoder
from engine.params import SamplingParams
from engine.penalties import TokenRules, has_penalties, penalised
from engine.search.rows import Rows
from engine.search.steps import Ending, Search, Step
from engine.truncation import largest, log_softmax_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A continuation of hypothesis `row` by `token`; `score` is the sum of its log probabilities."""

    score: float
    row: int
    token: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A complete text: its ids without the end id, why it ended, and its score divided by length."""

    score: float
    ids: tuple[int, ...]
    reason: str


@dataclass(slots=True)
class Beam:
    """The hypotheses of one text; `shown` ids of it are out already."""

    number: int
    beams: int
    params: SamplingParams
    live: list[Candidate] = field(default_factory=list)
    complete: list[Hypothesis] = field(default_factory=list)
    shown: int = 0

    def add(self, hypothesis: Hypothesis) -> None:
        """Keep the best `beams` complete hypotheses, in order."""
        self.complete = sorted([*self.complete, hypothesis], key=lambda one: -one.score)[: self.beams]

    def over(self, length: int) -> bool:
        """Tell whether nothing better can follow after `length` ids."""
        if not self.live:
            return True
        if len(self.complete) < self.beams:
            return False
        best = self.live[0].score / length**self.params.length_penalty
        return self.params.early_stopping or best <= self.complete[-1].score


def beam_search(rows: Rows, params: SamplingParams, limit: int, rules: TokenRules, best: int = 1) -> Search:
    """Write up to `limit` ids into the text of each row; yield the `best` hypotheses of each.

    Hypothesis i of text t has the number t * best + i. The best is shown as far as it is settled,
    the others when they are complete; a text is closed when all its numbers are.
    """
    start = rows.history.length
    forced = start - 1 if isinstance(rows.decoder, Seq2SeqDecoder) else 0  # after the start id; they count
    texts = [Beam(number, max(params.beams, best), params) for number in rows.numbers]
    scores = [0.0] * len(texts)
    for written in range(1, limit + 1):
        length = forced + written
        for text, candidates in zip(texts, _candidates(rows, scores, texts, params, rules), strict=True):
            _extend(text, candidates, rows, start, length, last=written == limit)
        done = [text for text in texts if text.over(length)]
        texts = [text for text in texts if not text.over(length)]
        _follow(rows, texts)
        closed = (yield _step(rows, start, texts, done, best)) or ()
        going = [text for text in texts if not closed or not _numbers(text, best) <= set(closed)]
        if not going:
            return
        if len(going) < len(texts):
            kept = [text.number for text in going]
            rows.select([row for row, number in enumerate(rows.numbers) if number in kept])
            texts = going
        scores = [candidate.score for text in texts for candidate in text.live]
        rows.read()


@torch.inference_mode()
def _candidates(
    rows: Rows, scores: Sequence[float], texts: Sequence[Beam], params: SamplingParams, rules: TokenRules
) -> list[list[Candidate]]:
    """Return the best continuations of each text, the likeliest first."""
    wanted = max(2, 1 + len(rows.decoder.end_ids)) * texts[0].beams
    each = min(wanted, rows.logits.shape[1])  # of a row
    if has_penalties(params, rules):
        log_probs = penalised(rows.logits.log_softmax(dim=1), rows.history.ids, params, rules)
        values, tokens = largest(log_probs, each)
    else:
        values, tokens = largest(rows.logits, each)
        values = log_softmax_of(values, rows.logits)
    added = np.array(scores, np.float32)[:, None]
    totals = (values.cpu().numpy() + added).reshape(len(texts), -1)
    choices = tokens.cpu().numpy().reshape(len(texts), -1)
    best = np.argsort(-totals, axis=1, kind="stable")[:, :wanted]
    group = len(rows.numbers) // len(texts)
    parents = best // each + group * np.arange(len(texts))[:, None]
    parts = (np.take_along_axis(totals, best, 1), parents, np.take_along_axis(choices, best, 1))
    found = zip(*(part.tolist() for part in parts), strict=True)
    return [[Candidate(*one) for one in zip(*text, strict=True)] for text in found]


def _extend(text: Beam, candidates: Sequence[Candidate], rows: Rows, start: int, length: int, *, last: bool) -> None:
    """Complete hypotheses, of `length`, where `candidates` end, and keep the best others as live ones."""
    text.live = []
    for rank, candidate in enumerate(candidates):
        ended = candidate.token in rows.decoder.end_ids
        if not ended and not last:
            if len(text.live) < text.beams:
                text.live.append(candidate)
        elif rank < text.beams:
            ids = (*rows.history.row(candidate.row, start), *(() if ended else (candidate.token,)))
            score = candidate.score / length**text.params.length_penalty
            text.add(Hypothesis(score, ids, "end" if ended else "length"))


def _follow(rows: Rows, texts: Sequence[Beam]) -> None:
    """Make the live hypotheses of `texts` the rows, to be read later; without any, leave the rows alone."""
    live = [(candidate, text.number) for text in texts for candidate in text.live]
    if live:
        rows.follow([one.row for one, _ in live], [number for _, number in live], [one.token for one, _ in live])


def _step(rows: Rows, start: int, texts: Sequence[Beam], done: Sequence[Beam], best: int) -> Step:
    ids: list[tuple[int, tuple[int, ...]]] = []
    endings: list[Ending] = []
    for text in done:
        for rank, hypothesis in enumerate(text.complete[:best]):
            number = text.number * best + rank
            ids.append((number, hypothesis.ids[0 if rank else text.shown :]))
            endings.append(Ending(number, hypothesis.reason, hypothesis.score))
    first = 0
    for text in texts:
        rows_of_text = rows.history.ids[first : first + len(text.live), start + text.shown :]
        first += len(text.live)
        settled = _settled(text, rows_of_text)
        if settled:
            ids.append((text.number * best, settled))
            text.shown += len(settled)
    return Step(tuple(ids), tuple(endings))


def _settled(text: Beam, unseen: Tensor) -> tuple[int, ...]:
    """Return the ids with which every hypothesis that may still win goes on: `unseen` (beams, L) and the best."""
    hypotheses: list[Sequence[int]] = unseen.tolist()
    if text.complete:
        hypotheses.append(text.complete[0].ids[text.shown :])
    agreed = takewhile(lambda ids: len(set(ids)) == 1, zip(*hypotheses, strict=False))
    return tuple(ids[0] for ids in agreed)


def _numbers(text: Beam, best: int) -> set[int]:
    return set(range(text.number * best, text.number * best + best))

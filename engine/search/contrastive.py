"""Contrastive search: likely tokens whose hidden state is not like those before (Su et al. 2022, section 3.3)."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.history import PADDING, TokenHistory
from engine.models.base import DecoderState, HiddenDecoder
from engine.params import SamplingParams
from engine.penalties import TokenRules, penalised
from engine.search.rows import Rows, chunk_length
from engine.search.steps import PromptRead, Search


class Context:
    """Directions (unit length) of the hidden states of all tokens so far: (B, T, H), zero for padding."""

    def __init__(self, hidden: Tensor, real: Tensor) -> None:
        self._room = functional.normalize(hidden, dim=2) * real[:, :, None]
        self._length = hidden.shape[1]

    def likeness(self, hidden: Tensor) -> Tensor:
        """Return the largest cosine (B, k) of each candidate's state, `hidden` (B, k, H), with those so far."""
        seen = self._room[:, : self._length]
        cosines = functional.normalize(hidden, dim=2) @ seen.transpose(1, 2)
        padding = ~seen.any(dim=2)
        return cosines.masked_fill(padding[:, None, :], -1).amax(dim=2)

    def append(self, hidden: Tensor) -> None:
        """Add the state (B, H) of one token per row."""
        if self._length == self._room.shape[1]:
            self._room = torch.cat((self._room, torch.empty_like(self._room)), dim=1)
        self._room[:, self._length] = functional.normalize(hidden, dim=1)
        self._length += 1

    def select(self, rows: Sequence[int]) -> None:
        """Keep `rows` in that order."""
        self._room = self._room[list(rows)]


def read_hidden(
    decoder: HiddenDecoder, prompts: Sequence[Sequence[int]], state: DecoderState
) -> Generator[PromptRead, Collection[int] | None, tuple[Rows, Context]]:
    """Read `prompts` into an empty `state` in chunks; return their rows and their hidden states."""
    history = TokenHistory(prompts, decoder.device)
    real = history.ids != PADDING
    ids = torch.where(real, history.ids, decoder.pad_id)
    mask = None if bool(real.all()) else real
    parts: list[Tensor] = []
    logits = torch.empty(0)
    size = chunk_length(decoder)
    for start in range(0, history.length, size):
        end = min(start + size, history.length)
        part = None if mask is None else mask[:, start:end]
        logits, hidden, state = decoder.hidden(ids[:, start:end], state, part)
        parts.append(hidden)
        yield PromptRead(end, history.length)
    return Rows(decoder, state, history, logits, list(range(len(prompts)))), Context(torch.cat(parts, dim=1), real)


def contrastive_search(rows: Rows, context: Context, params: SamplingParams, limit: int, rules: TokenRules) -> Search:
    """Write up to `limit` ids into each row, each the candidate v among the top k with the largest
    (1 - alpha) * p(v) - alpha * max cosine(hidden of v, hidden of each token before).

    `rows` and `context` come from `read_hidden`. Rows that are complete leave the batch.
    """
    for written in range(1, limit + 1):
        chosen = _advance(rows, context, params, rules)
        step = rows.report(chosen, last=written == limit)
        closed = yield step
        going = rows.going(step, closed)
        if not going:
            return
        if len(going) < len(rows.numbers):
            rows.select(going)
            context.select(going)


@torch.inference_mode()
def _advance(rows: Rows, context: Context, params: SamplingParams, rules: TokenRules) -> list[int]:
    """Write one id into every row; return them."""
    decoder = rows.decoder
    assert isinstance(decoder, HiddenDecoder)
    logits = penalised(rows.logits, rows.history.ids, params, rules)
    probs, tokens = logits.softmax(dim=1).topk(min(params.contrastive_top_k, logits.shape[1]), dim=1)
    batch, candidates = tokens.shape
    every = torch.arange(batch, device=tokens.device)
    rows.state.select(every.repeat_interleave(candidates))
    logits, hidden, rows.state = decoder.hidden(tokens.view(-1, 1), rows.state)
    hidden = hidden[:, -1].view(batch, candidates, -1)
    alpha = params.contrastive_alpha
    best = ((1 - alpha) * probs - alpha * context.likeness(hidden)).argmax(dim=1)
    rows.state.select(every * candidates + best)
    rows.logits = logits[every * candidates + best]
    context.append(hidden[every, best])
    chosen = tokens[every, best]
    rows.history.append(chosen)
    return chosen.tolist()

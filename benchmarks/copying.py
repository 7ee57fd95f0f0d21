"""Tasks that copy from their prompt, on models of random weights: what is written is set, how it is computed is not.

A summary takes sentences out of the text; a rewrite goes through it and replaces, puts in or leaves out a word here
and there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

import torch
from torch import Tensor

from engine.models.base import DecoderState, ParallelDecoder

_SENTENCE = 24  # ids that a summary takes over at a time
_LINK = 2  # ids of its own between two of them
_CHANGED = 12  # of so many ids a rewrite changes one
_MISREAD = 5  # of so many ids a draft model guesses one wrong
_SURE = 1e4  # logits above all others


def answer(kind: str, prompt: list[int], count: int, vocabulary: int) -> list[int]:
    """Return `count` ids of a "summary" or a "rewrite" of `prompt`. Raises ValueError for another kind."""
    if kind == "summary":
        places = [(place * 7919) % max(1, len(prompt) - _SENTENCE) for place in range(count)]
        own = [10 + (place * 31) % (vocabulary - 10) for place in range(_LINK * count)]
        parts = [
            [*own[_LINK * number : _LINK * (number + 1)], *prompt[place : place + _SENTENCE]]
            for number, place in enumerate(places)
        ]
        return [token for part in parts for token in part][:count]
    if kind == "rewrite":
        return list(islice(_rewritten(prompt, vocabulary), count))
    raise ValueError(f"{kind!r} is no task that copies")


def _rewritten(prompt: list[int], vocabulary: int) -> Iterator[int]:
    """Yield `prompt` again and again; every twelfth id is replaced, preceded by another or left out, by turns."""
    changes = cycle((lambda _, other: [other], lambda token, other: [other, token], lambda _, __: []))
    for place, token in enumerate(cycle(prompt)):
        changed = place % _CHANGED == _CHANGED - 1
        yield from next(changes)(token, 10 + (token * 31 + 7) % (vocabulary - 10)) if changed else [token]


def misread(script: list[int]) -> list[int]:
    """Return `script` as a draft model may guess it: every fifth id is another."""
    return [token + 1 if place % _MISREAD == 0 else token for place, token in enumerate(script)]


class Copyist:
    """A decoder whose likeliest id is always the next one of `script`, a prompt and its answer; one row."""

    def __init__(self, decoder: ParallelDecoder, script: list[int]) -> None:
        self._decoder, self._script = decoder, script
        self.vocab_size, self.context_length = decoder.vocab_size, decoder.context_length
        self.device, self.start_ids, self.pad_id = decoder.device, decoder.start_ids, decoder.pad_id
        self.end_ids: frozenset[int] = frozenset()
        self.parallel = True

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state of the decoder."""
        return self._decoder.new_state(rows)

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (1, T); return logits (1, V) after the last one."""
        logits, state = self._decoder.prefill(ids, state, mask)
        return self._set(logits[:, None], state.length)[:, 0], state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id, (1,); return logits (1, V)."""
        logits, state = self._decoder.step(ids, state)
        return self._set(logits[:, None], state.length)[:, 0], state

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (1, T); return logits (1, T, V) after every one of them."""
        logits, state = self._decoder.all_logits(ids, state)
        return self._set(logits, state.length), state

    @torch.inference_mode()
    def _set(self, logits: Tensor, length: int) -> Tensor:
        """Raise the logits (1, T, V) of what the script has after each of the last T of `length` ids."""
        first = length - logits.shape[1] + 1
        for place, token in enumerate(self._script[first : length + 1]):
            logits[0, place, token] = _SURE
        return logits

"""The rows of a search: what the decoder remembers, what was read and written, and the next logits."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.history import PADDING, TokenHistory
from engine.models.base import Decoder, DecoderState
from engine.search.steps import Ending, PromptRead, Step
from engine.threads import timed_step

_CHUNK, _GPU_CHUNK = 256, 2048  # prompt tokens between two chances to stop


@dataclass(slots=True)
class Rows:
    """Hold B rows of a search; `numbers` says which text each row belongs to.

    `logits` (B, V) are those after `history`, all of which `state` has read.
    """

    decoder: Decoder
    state: DecoderState
    history: TokenHistory
    logits: Tensor
    numbers: list[int]

    def select(self, rows: Sequence[int], numbers: Sequence[int] | None = None) -> None:
        """Keep `rows` in that order, a row as often as it occurs; `numbers` renames them."""
        old = self.numbers
        self.numbers = [old[row] for row in rows] if numbers is None else list(numbers)
        if list(rows) != list(range(len(old))):
            index = torch.tensor(rows, device=self.decoder.device)
            self.state.select(index)
            self.history.select(index)
            self.logits = self.logits[index]

    def report(self, tokens: Sequence[int], *, last: bool) -> Step:
        """Return the step in which each row wrote one of `tokens`; after the `last` one all are complete."""
        ends = self.decoder.end_ids
        pairs = list(zip(self.numbers, tokens, strict=True))
        written = tuple((number, (token,)) for number, token in pairs if token not in ends)
        endings = tuple(
            Ending(number, "end" if token in ends else "length") for number, token in pairs if last or token in ends
        )
        return Step(written, endings)

    def going(self, step: Step, closed: Collection[int] | None) -> list[int]:
        """Return the rows that neither `step` nor the consumer has ended."""
        over = {ending.number for ending in step.endings}.union(closed or ())
        return [row for row, number in enumerate(self.numbers) if number not in over]

    def follow(self, rows: Sequence[int], numbers: Sequence[int], ids: Sequence[int]) -> None:
        """Make a row of each of `rows` with one of `ids` added, which `read` reads later."""
        self.numbers = list(numbers)
        if list(rows) != list(range(self.history.ids.shape[0])):
            index = torch.tensor(rows, device=self.decoder.device)
            self.state.select(index)
            self.history.select(index)
        self.history.append(torch.tensor(ids, device=self.decoder.device))
        self.logits = self.logits.new_empty((len(ids), 0))  # those before are of other rows

    def read(self) -> None:
        """Read the last id of every row for new logits."""
        with timed_step(self.decoder.device):
            self.logits, self.state = self.decoder.step(self.history.ids[:, -1], self.state)

    def advance(self, ids: Tensor) -> None:
        """Write one id per row, (B,), and read it."""
        self.history.append(ids)
        self.read()

    def rewind(self, length: int) -> None:
        """Go back to the first `length` ids of the history, the last of which is read again."""
        self.state.rewind(self.state.length - length + 1)
        self.history.rewind(self.history.length - length)
        self.read()


def chunk_length(decoder: Decoder) -> int:
    """Return how many tokens of a prompt `decoder` reads at a time: a GPU waits for launches, not for products."""
    return _CHUNK if decoder.device.type == "cpu" else _GPU_CHUNK


def read_prompts(
    decoder: Decoder, prompts: Sequence[Sequence[int]], state: DecoderState, known: int = 0
) -> Generator[PromptRead, Collection[int] | None, Rows]:
    """Read `prompts` but the first `known` ids, which `state` holds, in chunks; return their rows.

    Shorter prompts are padded on the left. Raises ValueError where there is nothing to read.
    """
    history = TokenHistory(prompts, decoder.device)
    length = history.length
    if min(len(prompt) for prompt in prompts) == 0 or known >= length:
        raise ValueError(f"no token to read after {known} of {length}")
    mask = history.ids != PADDING if any(len(prompt) != length for prompt in prompts) else None
    ids = torch.where(history.ids != PADDING, history.ids, decoder.pad_id)
    logits = torch.empty(0)
    size = chunk_length(decoder)
    for start in range(known, length, size):
        end = min(start + size, length)
        part = None if mask is None else mask[:, start:end]
        logits, state = decoder.prefill(ids[:, start:end], state, part)
        yield PromptRead(end, length)
    return Rows(decoder, state, history, logits, list(range(len(prompts))))

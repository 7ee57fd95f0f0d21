"""Reading ahead: ids that may follow are guessed, read in one pass with the last one, and kept as far as they stand.

It is exact: an id is settled from the logits after all ids before it, and a guess only decides how many of these
are there already. What comes of no draw is compared with the search's own choice, so that texts are the same for
the same seed; what a draft model drew is verified so that their distribution is (`engine.search.verification`).
"""

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor

from engine.models.base import ParallelDecoder
from engine.sampling import Sampler
from engine.search.draft import Draft
from engine.search.lookup import Repeats
from engine.search.rows import Rows
from engine.search.verification import Guess, verified


class Lookahead:
    """Choose and read the ids of a search with one row, several at a time where text or draft model tell them."""

    def __init__(self, rows: Rows, sampler: Sampler, draft: Draft | None = None) -> None:
        decoder = rows.decoder
        self._decoder = decoder if isinstance(decoder, ParallelDecoder) and decoder.parallel else None
        self._sampler = sampler
        self._repeats, self._draft = Repeats(), draft
        self._author: Repeats | Draft = self._repeats  # of the last guesses
        self._ahead: deque[tuple[Guess, Tensor]] = deque()  # read but not chosen yet, and the logits after each
        self._guessed = 0

    def choose(self, rows: Rows) -> Tensor:
        """Return the next id of each row, (B,)."""
        if self._ahead:
            return verified(self._ahead[0][0], rows.logits, rows.history.ids, self._sampler)
        return self._sampler.choose(rows.logits, rows.history.ids)

    def advance(self, rows: Rows, ids: Tensor, room: int) -> None:
        """Write `ids` (B,) and have them read. At most `room` more will be written."""
        if len(rows.numbers) > 1 or self._decoder is None:
            rows.advance(ids)
            return
        if self._ahead and self._ahead[0][0].token == int(ids[0]):
            rows.history.append(ids)
            rows.logits = self._ahead.popleft()[1]
            if not self._ahead:
                self._author.learn(self._guessed, self._guessed)
            return
        self.drop(rows)
        rows.history.append(ids)
        most = min(room - 1, rows.decoder.context_length - rows.state.length - 1)
        guesses = [Guess(token) for token in self._repeats.propose(rows.history, most)]
        if guesses:
            self._author = self._repeats
            self._read(rows, self._decoder, guesses)
        elif self._draft is None:
            rows.read()
        else:
            self._follow(rows, self._decoder, self._draft, most)

    def drop(self, rows: Rows) -> None:
        """Forget what was read but not written."""
        if self._ahead:
            rows.state.rewind(len(self._ahead))
            self._author.learn(self._guessed, self._guessed - len(self._ahead))
            self._ahead.clear()

    def _follow(self, rows: Rows, decoder: ParallelDecoder, draft: Draft, most: int) -> None:
        """Have the draft model guess if that pays, and time what is done either way."""
        pace = draft.pace
        begun = pace.now()
        guesses = draft.propose(rows.history, self._sampler, decoder.vocab_size, most)
        drafted = pace.now()
        if guesses:
            self._author = draft
            self._read(rows, decoder, guesses)
        else:
            rows.read()
        if decoder.device.type == "cuda":
            torch.cuda.synchronize(decoder.device)
        if guesses:
            pace.note_round(drafted - begun, pace.now() - drafted, len(guesses))
        else:
            pace.note_step(pace.now() - drafted)

    def _read(self, rows: Rows, decoder: ParallelDecoder, guesses: list[Guess]) -> None:
        last = rows.history.ids[:, -1:]
        ids = torch.cat((last, torch.tensor([[guess.token for guess in guesses]], device=last.device)), dim=1)
        logits, rows.state = decoder.all_logits(ids, rows.state)
        rows.logits = logits[:, 0]
        self._guessed = len(guesses)
        self._ahead.extend((guess, logits[:, place]) for place, guess in enumerate(guesses, start=1))

"""Guesses by a smaller model, which reads along and writes a few ids ahead (Leviathan et al. 2023)."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.cache import common_length
from engine.history import TokenHistory
from engine.models.loaded import LoadedModel
from engine.sampling import Sampler, drawn
from engine.search.pace import Pace
from engine.search.rows import Rows, chunk_length
from engine.search.verification import Guess


class Draft:
    """Guess what follows one row, with the settings of its search; `pace` decides how far, and whether at all."""

    def __init__(self, model: LoadedModel, pace: Pace, rows: Rows) -> None:
        """`rows` are those of `model` after reading the prompt."""
        self.pace = pace
        self._model, self._decoder = model, model.decoder
        self._state = rows.state
        self._base = rows.history.length  # ids that are the search's own, and below what was guessed after them
        self._guessed: list[int] = []

    def propose(self, history: TokenHistory, sampler: Sampler, width: int, most: int) -> list[Guess]:
        """Return up to `most` guesses of what follows `history`, one row, for a vocabulary of `width` ids."""
        count = min(self.pace.length(), most, self._decoder.context_length - history.length)
        if count < 1:
            return []
        logits = self._catch_up(history)
        self._base = history.length
        guesses: list[Guess] = []
        while True:
            excluding = sampler.excluding(logits.device)
            proposal = sampler.probabilities(_fitted(logits, width), history.ids, excluding)
            token = drawn(proposal, sampler.uniform(logits.device))
            guesses.append(Guess(int(token), proposal, excluding))
            if len(guesses) == count or guesses[-1].token in self._decoder.end_ids:
                break
            history.append(token)  # for the penalties; the search takes it back
            logits, self._state = self._decoder.step(token, self._state)
        history.rewind(len(guesses) - 1)
        self._guessed = [guess.token for guess in guesses]
        return guesses

    def learn(self, guessed: int, right: int) -> None:
        """Take note that the first `right` of the last `guessed` ids stood."""
        self.pace.note_right(guessed, right)

    def keep(self, history: TokenHistory) -> None:
        """Keep what was read of `history` for the next request."""
        self._forget(history, history.length)
        self._model.prefixes.keep(history.row(0)[: self._state.length], self._state)

    def _catch_up(self, history: TokenHistory) -> Tensor:
        """Read what the search wrote meanwhile; return the logits (1, V) after it."""
        self._forget(history, history.length - 1)  # the last id is read for its logits
        missing = history.ids[:, self._state.length :]
        logits = torch.empty(0)
        for part in missing.split(chunk_length(self._decoder), dim=1):
            logits, self._state = self._decoder.prefill(part, self._state)
        return logits

    def _forget(self, history: TokenHistory, most: int) -> None:
        """Take back what the search did not write, and whatever goes beyond `most` ids."""
        right = common_length(self._guessed, history.ids[0, self._base :].tolist())
        self._state.rewind(max(0, self._state.length - min(self._base + right, most)))


def _fitted(logits: Tensor, width: int) -> Tensor:
    """Return `logits` (1, V) for `width` ids: models of a family round their vocabularies up to different sizes."""
    size = logits.shape[1]
    return logits[:, :width] if size >= width else functional.pad(logits, (0, width - size), value=-torch.inf)

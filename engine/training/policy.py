"""A recurrent language model seen as a policy: what it would write, and how likely each of its choices was."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.recurrent import RecurrentLM
from engine.models.recurrent_state import Cells
from engine.training.weighted_loss import weighted_cross_entropy

_BLOCK = 256  # rows whose probabilities are held at a time: they fit the cache


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`start_id` stands before every text; `end_id` ends one, and `pad_id` follows it. None: texts of one length."""

    start_id: int
    end_id: int | None = None
    pad_id: int = 0


class Policy:
    """Hold a model whose weights others may train; `dtype` is that of products with the vocabulary."""

    def __init__(self, model: RecurrentLM, alphabet: Alphabet, dtype: torch.dtype = torch.float32) -> None:
        self.model = model
        self.alphabet = alphabet
        self.dtype = dtype

    def inputs(self, ids: Tensor) -> Tensor:
        """Return what is read to say `ids` (B, T): the start, then all but the last."""
        start = ids.new_full((len(ids), 1), self.alphabet.start_id)
        return torch.cat((start, ids[:, :-1]), dim=1)

    def mask(self, ids: Tensor) -> Tensor:
        """Return (B, T) bool: False after the end of each text."""
        if self.alphabet.end_id is None:
            return torch.ones_like(ids, dtype=torch.bool)
        ended = (ids == self.alphabet.end_id).cumsum(dim=1)
        return (ended == 0) | ((ids == self.alphabet.end_id) & (ended == 1))

    def loss(self, ids: Tensor, rewards: Tensor | None = None) -> Tensor:
        """Return the sum of -`rewards` ln p over `ids`, both (B, T), in nats, with gradient.

        Without rewards each word counts 1. What follows the end of a text counts nothing.
        """
        hidden, _ = self.model.hidden(self.inputs(ids))
        mask = self.mask(ids)
        weights = mask[mask].float() if rewards is None else rewards[mask]
        weight, bias = self.model.head()
        return weighted_cross_entropy(hidden[mask], weight, bias, ids[mask], weights, self.dtype)

    @torch.no_grad()
    def log_probabilities(self, ids: Tensor) -> Tensor:
        """Return ln p (B, T) of each of `ids` in float32; 0 after the end of a text."""
        hidden, _ = self.model.hidden(self.inputs(ids))
        logits = torch.nn.functional.linear(hidden, *self.model.head())
        chosen = logits.gather(2, ids[..., None])[..., 0] - logits.logsumexp(dim=2)
        return chosen * self.mask(ids)

    @torch.inference_mode()
    def sample(self, rows: int, length: int, generator: torch.Generator, temperature: float = 1.0) -> Tensor:
        """Return `rows` texts (rows, length) drawn token by token."""
        draw = Sampler(self, temperature, generator)
        ids = torch.full((rows, length + 1), self.alphabet.start_id)
        state = None
        for place in range(length):
            ids[:, place + 1], state = draw.next(ids[:, place], state, first=place == 0)
        return ids[:, 1:]


class Sampler:
    """Draw next ids by the inverse of the cumulative distribution, found in two levels.

    A sum over groups of words finds the group, a sum within it the word: the vocabulary is passed
    over once instead of once per step of a cumulative sum.
    """

    def __init__(self, policy: Policy, temperature: float, generator: torch.Generator) -> None:
        weight, bias = policy.model.head()
        size, dtype = len(bias), policy.dtype
        self._alphabet = policy.alphabet
        self._model = policy.model
        self._generator = generator
        self._last = size - 1
        self._width = math.isqrt(size - 1) + 1
        missing = -size % self._width
        self._weight = torch.nn.functional.pad(weight / temperature, (0, 0, 0, missing)).to(dtype).t().contiguous()
        self._bias = torch.nn.functional.pad(bias / temperature, (0, missing), value=-torch.inf).to(dtype)

    def next(self, ids: Tensor, state: Cells | None, *, first: bool = False) -> tuple[Tensor, Cells]:
        """Read `ids` (N,) after `state`; return the ids drawn to follow them (N,) and the new state.

        A text that has ended goes on with padding. On the `first` place the start may look like an end.
        """
        hidden, state = self._model.hidden(ids[:, None], state)
        drawn = torch.cat([self._draw(block) for block in hidden[:, 0].to(self._weight.dtype).split(_BLOCK)])
        alphabet = self._alphabet
        if alphabet.end_id is not None and not first:
            over = (ids == alphabet.end_id) | (ids == alphabet.pad_id)
            drawn = drawn.masked_fill(over, alphabet.pad_id)
        return drawn, state

    def _draw(self, hidden: Tensor) -> Tensor:
        rows = len(hidden)
        probabilities = torch.addmm(self._bias, hidden, self._weight).softmax(dim=1).view(rows, -1, self._width)
        groups = probabilities.sum(dim=2, dtype=torch.float32).cumsum(dim=1)
        target = torch.rand(rows, 1, generator=self._generator) * groups[:, -1:]
        group = torch.searchsorted(groups, target, right=True).clamp_(max=groups.shape[1] - 1)
        before = torch.where(group > 0, groups.gather(1, (group - 1).clamp(min=0)), 0.0)
        within = probabilities[torch.arange(rows), group[:, 0]].float().cumsum(dim=1)
        place = torch.searchsorted(within, target - before, right=True).clamp_(max=self._width - 1)
        return (group * self._width + place)[:, 0].clamp_(max=self._last)

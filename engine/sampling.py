"""From logits to the next token: penalties, truncation, temperature, draw, in the documented order."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine import truncation
from engine.params import SamplingParams
from engine.penalties import TokenRules, penalised


class Sampler:
    """Choose the next id of every row: all settings, one generator per row, and mirostat's memory.

    Uniform numbers come from generators on the CPU, so that a seed means the same everywhere.
    """

    def __init__(self, params: SamplingParams, seeds: Sequence[int], rules: TokenRules | None = None) -> None:
        self._params = params
        self._rules = rules or TokenRules()
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self._surprise = torch.full((len(seeds),), 2 * params.mirostat_tau)  # mu, bits

    @torch.inference_mode()
    def choose(self, logits: Tensor, ids: Tensor) -> Tensor:
        """Return the next id of each row (B,) for `logits` (B, V) after `ids` (B, T), a `TokenHistory`'s."""
        logits = penalised(logits, ids, self._params, self._rules)
        if self._params.greedy:
            return truncation.argmax(logits)
        if self._params.mirostat_tau:
            return self._mirostat(logits / self._params.temperature)
        kept, columns = truncated(logits, self._params, self.excluding(logits.device))
        index = draw(kept / self._params.temperature, self.uniform(logits.device))
        return index if columns is None else columns.gather(1, index[:, None])[:, 0]

    @torch.inference_mode()
    def probabilities(self, logits: Tensor, ids: Tensor, excluding: Tensor | None) -> Tensor:
        """Return what the next ids are drawn from, (B, V), for the arguments of `choose`; XTC acts where it is told to.

        Raises ValueError for mirostat, whose choice depends on what was chosen before.
        """
        if self._params.mirostat_tau:
            raise ValueError("mirostat has no distribution of its own")
        logits = penalised(logits, ids, self._params, self._rules)
        if self._params.greedy:
            return torch.zeros_like(logits).scatter_(1, logits.argmax(dim=1, keepdim=True), 1)
        kept, columns = truncated(logits, self._params, excluding)
        found = (kept / self._params.temperature).softmax(dim=1)
        return found if columns is None else torch.zeros_like(logits).scatter_(1, columns, found)

    def select(self, rows: Sequence[int]) -> None:
        """Keep `rows` in that order."""
        self._generators = [self._generators[row] for row in rows]
        self._surprise = self._surprise[list(rows)]

    def uniform(self, device: torch.device) -> Tensor:
        """Return the next number in [0, 1) of every row's generator, (B,)."""
        return torch.cat([torch.rand(1, generator=generator) for generator in self._generators]).to(device)

    def excluding(self, device: torch.device) -> Tensor | None:
        """Draw in which rows XTC acts on the next id, (B,); None where it is off."""
        if not self._params.xtc_probability:
            return None
        return self.uniform(device) < self._params.xtc_probability

    def _mirostat(self, logits: Tensor) -> Tensor:
        limit = self._surprise.to(logits.device)
        index = draw(truncation.surprise_cutoff(logits, limit), self.uniform(logits.device))
        nats = -logits.log_softmax(dim=1).gather(1, index[:, None])[:, 0]
        observed = (nats / torch.log(torch.tensor(2.0))).cpu()
        self._surprise = self._surprise - self._params.mirostat_eta * (observed - self._params.mirostat_tau)
        return index


def truncated(logits: Tensor, params: SamplingParams, excluding: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
    """Leave out what the truncations that are on leave out, in the order that `SamplingParams` documents.

    `excluding` (B,) bool tells in which rows XTC acts, None where it is off. Returns logits
    (B, N), -inf where left out, and the ids of their columns (B, N) if N is not the vocabulary.
    """
    columns = None
    if params.top_n_sigma:
        logits = truncation.top_n_sigma(logits, params.top_n_sigma)
    if params.top_k:
        logits, columns = truncation.top_k(logits, params.top_k)
    if params.typical_p < 1:
        logits = truncation.typical(logits, params.typical_p)
    logits, columns = _likeliest(logits, columns, params)
    if params.epsilon_cutoff:
        logits = truncation.epsilon_cutoff(logits, params.epsilon_cutoff)
    if params.eta_cutoff:
        logits = truncation.eta_cutoff(logits, params.eta_cutoff)
    if excluding is not None:
        logits = truncation.xtc(logits, params.xtc_threshold, excluding)
    return logits, columns


def _likeliest(logits: Tensor, columns: Tensor | None, params: SamplingParams) -> tuple[Tensor, Tensor | None]:
    """Leave out what top-p and min-p leave out, on a few columns of a large vocabulary where they decide it."""
    if params.top_p == 1 and not params.min_p:
        return logits, columns
    few = truncation.likeliest(logits, params.top_p, params.min_p) if columns is None else None
    if few is not None:
        return few
    if params.top_p < 1:
        logits = truncation.top_p(logits, params.top_p)
    if params.min_p:
        logits = truncation.min_p(logits, params.min_p)
    return logits, columns


def draw(logits: Tensor, uniform: Tensor) -> Tensor:
    """Return the column (B,) at which the distribution function of `logits` (B, N) passes `uniform` (B,)."""
    return drawn(logits.softmax(dim=1), uniform)


def drawn(weights: Tensor, uniform: Tensor) -> Tensor:
    """Return the column (B,) at which the running sum of `weights` (B, N) passes its share `uniform` (B,)."""
    cumulated = weights.cumsum(dim=1)
    total = cumulated[:, -1:]
    # Rounding must not push the target to the very end, where columns may have been left out.
    target = torch.minimum(uniform[:, None] * total, torch.nextafter(total, torch.zeros_like(total)))
    return torch.searchsorted(cumulated, target, right=True)[:, 0]

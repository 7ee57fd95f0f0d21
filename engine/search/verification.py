"""Whether a guess stands: speculative sampling (Leviathan et al. 2023, section 2.3; Chen et al. 2023, algorithm 2).

A guess that was drawn from q is kept with probability min(1, p / q), where p is what the search draws from; else
one is drawn from what p has more than q. What is written then has the distribution p, whatever q was.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.sampling import Sampler, drawn


@dataclass(frozen=True, slots=True)
class Guess:
    """An id that may come next, and the distribution `drawn_from` (1, V) that it is a draw of.

    None stands for an id that comes of no draw. `excluding` says whether XTC acts on this place.
    """

    token: int
    drawn_from: Tensor | None = None
    excluding: Tensor | None = None


@torch.inference_mode()
def verified(guess: Guess, logits: Tensor, ids: Tensor, sampler: Sampler) -> Tensor:
    """Return the id (1,) to write after `ids` (1, T), for the search's own `logits` (1, V): the guess or another.

    A guess that comes of no draw stands where the search chooses it by itself, with probability p.
    """
    if guess.drawn_from is None:
        return sampler.choose(logits, ids)
    wanted = sampler.probabilities(logits, ids, guess.excluding)
    share = wanted[0, guess.token] / guess.drawn_from[0, guess.token]
    if bool(sampler.uniform(logits.device) < share):
        return torch.tensor([guess.token], device=logits.device)
    rest = (wanted - guess.drawn_from).clamp_(min=0)
    # Two distributions that differ by rounding alone may leave nothing.
    return drawn(rest if bool(rest.any()) else wanted, sampler.uniform(logits.device))

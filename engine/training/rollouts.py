"""What each word of a text is worth: the mean score of texts that go on from it (Yu et al. 2017, section 2.2)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.models.recurrent_state import Cells
from engine.training.policy import Policy, Sampler

Score = Callable[[Tensor], Tensor]  # texts (N, T) -> (N,)


@torch.inference_mode()
def rollout_rewards(policy: Policy, score: Score, ids: Tensor, rollouts: int, generator: torch.Generator) -> Tensor:
    """Return (B, T): for each word of `ids` (B, T) the mean score of `rollouts` texts that begin up to it.

    The last word's is the score of the text itself. The roll-outs of all places grow side by side,
    one word a step, so that few large products are made instead of many small ones.
    """
    count, length = ids.shape
    texts = ids.repeat(length - 1, rollouts, 1)  # group g goes on after g + 1 words
    draw = Sampler(policy, 1.0, generator)
    states = _states(policy, ids)
    growing = None
    for place in range(1, length):
        growing = _join(growing, states[place - 1], rollouts)
        read = texts[:place, :, place - 1].reshape(-1)
        drawn, growing = draw.next(read, growing)
        texts[:place, :, place] = drawn.view(place, -1)
    scores = score(torch.cat((texts.view(-1, length), ids)))
    means = scores[:-count].view(length - 1, rollouts, count).mean(dim=1)
    return torch.cat((means, scores[-count:][None])).t().contiguous()


def _states(policy: Policy, ids: Tensor) -> list[Cells]:
    """Return the state before each of `ids` (B, T) but the last is read."""
    inputs, state, states = policy.inputs(ids), None, []
    for place in range(ids.shape[1] - 1):
        _, state = policy.model.hidden(inputs[:, place : place + 1], state)
        states.append(state)
    return states


def _join(growing: Cells | None, state: Cells, rollouts: int) -> Cells:
    """Append `rollouts` copies of every row of `state` to what grows."""
    copies = tuple(part.repeat(1, rollouts, 1) for part in state)
    if growing is None:
        return copies
    return tuple(torch.cat(pair, dim=1) for pair in zip(growing, copies, strict=True))

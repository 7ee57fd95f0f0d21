"""Changes to logits that depend on what was written: functions on logits (B, V) and ids (B, T).

Ids are a `TokenHistory`'s: right-aligned, `PADDING` (-1) before shorter rows, no row all padding. `penalised` leaves
its logits as they are; each of the others changes a few of them in place, since another copy of a large vocabulary for
each would take longer than all else they do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy
import torch
from torch import Tensor

from engine.history import PADDING
from engine.params import SamplingParams

DRY_BREAKERS = ("\n", ":", '"', "*")  # the published defaults: a repeated passage does not reach across them
_DRY_LONGEST = 50  # as published, against overflow


@dataclass(frozen=True, slots=True)
class SequenceBias:
    """Sequences of one length: after `prefixes` (N, P) the logits of `tokens` (N,) gain `values` (N,)."""

    prefixes: Tensor
    tokens: Tensor
    values: Tensor


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Settings that are words for the writer, as the ids of one tokenizer."""

    biases: tuple[SequenceBias, ...] = ()
    breakers: frozenset[int] = frozenset()


def has_penalties(params: SamplingParams, rules: TokenRules) -> bool:
    """Tell whether any penalty is on."""
    counted = params.repetition_penalty != 1 or params.presence_penalty or params.frequency_penalty
    return bool(counted or rules.biases or params.no_repeat_ngram or params.dry_multiplier)


def penalised(logits: Tensor, ids: Tensor, params: SamplingParams, rules: TokenRules) -> Tensor:
    """Return `logits` after every penalty that is on, in the order that `SamplingParams` documents."""
    if ids.shape[1] == 0 or not has_penalties(params, rules):
        return logits
    logits = logits.clone()
    window = ids[:, -params.repetition_window :]
    if params.repetition_penalty != 1:
        repetition_penalty(logits, window, params.repetition_penalty)
    if params.presence_penalty or params.frequency_penalty:
        count_penalty(logits, window, params.presence_penalty, params.frequency_penalty)
    for bias in rules.biases:
        sequence_bias(logits, ids, bias)
    if params.no_repeat_ngram:
        no_repeat_ngram(logits, ids, params.no_repeat_ngram)
    if params.dry_multiplier:
        dry(logits, ids[:, -params.dry_window :], params, rules.breakers)
    return logits


def repetition_penalty(logits: Tensor, ids: Tensor, penalty: float) -> None:
    """Divide positive and multiply negative logits of seen ids by `penalty` (Keskar et al. 2019, section 4.1)."""
    seen, _ = _without_padding(ids)
    values = logits.gather(1, seen)
    logits.scatter_(1, seen, torch.where(values < 0, values * penalty, values / penalty))


def count_penalty(logits: Tensor, ids: Tensor, presence: float, frequency: float) -> None:
    """Subtract `presence` from every seen id, and `frequency` for each time it was seen (OpenAI's API reference)."""
    seen, real = _without_padding(ids)
    logits.scatter_(1, seen, logits.gather(1, seen) - presence)
    logits.scatter_add_(1, seen, real.to(logits.dtype) * -frequency)


def sequence_biases(pairs: Iterable[tuple[tuple[int, ...], float]], device: torch.device) -> tuple[SequenceBias, ...]:
    """Group (sequence, bias) pairs by length; raises ValueError for an empty sequence."""
    groups: dict[int, dict[tuple[int, ...], float]] = {}
    for sequence, value in pairs:
        if not sequence:
            raise ValueError("a biased sequence must hold at least one id")
        groups.setdefault(len(sequence), {})[sequence] = value
    return tuple(
        SequenceBias(
            torch.tensor([sequence[:-1] for sequence in group], dtype=torch.int64, device=device),
            torch.tensor([sequence[-1] for sequence in group], device=device),
            torch.tensor(list(group.values()), dtype=torch.float32, device=device),
        )
        for _, group in sorted(groups.items())
    )


def sequence_bias(logits: Tensor, ids: Tensor, bias: SequenceBias) -> None:
    """Add each value to the last id of its sequence where the ids before it have just been written."""
    length = bias.prefixes.shape[1]
    if length > ids.shape[1]:
        return
    matches = (ids[:, None, ids.shape[1] - length :] == bias.prefixes).all(dim=2)
    logits.index_add_(1, bias.tokens, torch.where(matches, bias.values, 0.0))


def no_repeat_ngram(logits: Tensor, ids: Tensor, size: int) -> None:
    """Forbid every id that would complete a run of `size` ids seen before (Paulus et al. 2017, section 2.5)."""
    if ids.shape[1] < size:
        return
    runs = ids.unfold(1, size, 1)  # (B, T - size + 1, size)
    ending = ids[:, None, ids.shape[1] - size + 1 :]
    repeated = (runs[..., :-1] == ending).all(dim=2) & (runs != PADDING).all(dim=2)
    values = torch.where(repeated, -torch.inf, torch.inf).to(logits.dtype)
    logits.scatter_reduce_(1, runs[..., -1].clamp(min=0), values, "amin")


def dry(logits: Tensor, ids: Tensor, params: SamplingParams, breakers: frozenset[int]) -> None:
    """Subtract multiplier * base ** (n - allowed) from ids that would prolong a repeated passage of n ids.

    DRY as p-e-w published it (text-generation-webui, pull request 5677, 2024): n is the longest
    run, of at most 50 ids and without breakers, that ends the text and also stands before an
    earlier occurrence of the id; runs shorter than the allowed length are free.
    """
    for row, tokens in enumerate(ids.cpu().numpy()):
        lengths = repeated_passages(tokens[tokens != PADDING], breakers)
        excess = {
            token: n - params.dry_allowed_length for token, n in lengths.items() if n >= params.dry_allowed_length
        }
        if excess:
            penalties = [params.dry_multiplier * params.dry_base**n for n in excess.values()]
            logits[row, list(excess)] -= torch.tensor(penalties, dtype=logits.dtype, device=logits.device)


def repeated_passages(ids: numpy.ndarray, breakers: frozenset[int]) -> dict[int, int]:
    """Return for each id that once followed what ends `ids` (T,) the length of the longest such ending."""
    if len(ids) < 2 or int(ids[-1]) in breakers:
        return {}
    last = len(ids) - 1
    ends = numpy.flatnonzero(ids[:-1] == ids[-1])  # where the ending's last id occurred before
    lengths: dict[int, int] = {}
    for length in range(1, _DRY_LONGEST + 1):
        for token in set(ids[ends + 1].tolist()) - breakers:
            lengths[token] = length
        before = last - length
        if before < 0 or int(ids[before]) in breakers:
            break
        ends = ends[ends >= length]
        ends = ends[ids[ends - length] == ids[before]]
        if not len(ends):
            break
    return lengths


def _without_padding(ids: Tensor) -> tuple[Tensor, Tensor]:
    """Return ids with padding replaced by the row's last id, and where they are real: both (B, T)."""
    real = ids != PADDING
    return torch.where(real, ids, ids[:, -1:]), real

"""Ways to leave out unlikely tokens: pure functions on logits (B, N) that put -inf where a token falls out.

They hold for any order and any selection of the vocabulary, so that after top-k they run on k
columns instead of all. Every function keeps at least one token of each row.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.compiled import library
from engine.compiled.library import Functions

_FIRST_LOOK = 256  # a nucleus is rarely wider: sorting these few spares sorting the vocabulary
_FEW = 32  # that can be kept in order while all others are looked at
_BLOCK = 64  # columns whose maximum is looked at first


def largest(logits: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the `k` largest of each row (B, k) in descending order, and their columns.

    Each of them lies in one of the `k` blocks with the largest maxima: the others are read only once.
    """
    rows, size = logits.shape
    compiled = _compiled(logits, k)
    if compiled is not None:
        values, columns = logits.new_empty((rows, k)), torch.empty((rows, k), dtype=torch.int64)
        compiled.find_largest(logits.numpy(), values.numpy(), columns.numpy())
        return values, columns
    blocks = size // _BLOCK
    if blocks < 4 * k:
        return torch.topk(logits, min(k, size), dim=1)
    whole = blocks * _BLOCK
    parts = logits[:, :whole].view(rows, blocks, _BLOCK)
    chosen = parts.amax(dim=2).topk(k, dim=1).indices
    found = parts.gather(1, chosen[:, :, None].expand(-1, -1, _BLOCK)).flatten(1)
    found = torch.cat((found, logits[:, whole:]), dim=1)
    columns = (chosen[:, :, None] * _BLOCK + torch.arange(_BLOCK, device=logits.device)).flatten(1)
    rest = torch.arange(whole, size, device=logits.device).expand(rows, -1)
    values, places = found.topk(k, dim=1)
    return values, torch.cat((columns, rest), dim=1).gather(1, places)


def argmax(logits: Tensor) -> Tensor:
    """Return the column of the largest of each row (B,)."""
    return logits.argmax(dim=1) if _compiled(logits, 1) is None else largest(logits, 1)[1][:, 0]


def log_softmax_of(values: Tensor, logits: Tensor) -> Tensor:
    """Return the log probabilities of `values` (B, k), which are used up, the largest of `logits` (B, V)."""
    compiled = _compiled(logits, values.shape[1])
    if compiled is None:
        return values - logits.logsumexp(dim=1, keepdim=True)
    compiled.to_log_softmax(logits.numpy(), values.numpy())
    return values


def likeliest(logits: Tensor, p: float, share: float) -> tuple[Tensor, Tensor] | None:
    """Return what `top_p` and then `min_p` keep, as (B, N) logits and columns for a small N.

    None where it would not be small. `p` of 1 and `share` of 0 are off.
    """
    if logits.shape[1] <= 4 * _FIRST_LOOK:
        return None
    values, columns = largest(logits, _FIRST_LOOK)
    probs = (values - logits.logsumexp(dim=1, keepdim=True)).exp()
    keep = torch.ones_like(values, dtype=torch.bool)
    if p < 1:
        keep &= 1 - (probs.cumsum(dim=1, dtype=_exact(probs)) - probs) > 1 - p
    if share:
        keep &= values >= values[:, :1] + math.log(share)
    keep[:, 0] = True
    if bool(keep[:, -1].any()):  # there may be more
        return None
    return _without(values, ~keep), columns


def _compiled(logits: Tensor, k: int) -> Functions | None:
    """Return the compiled functions where they are in use and can find the `k` largest of `logits` quickly."""
    fitting = logits.device.type == "cpu" and logits.dtype == torch.float32 and logits.is_contiguous()
    if not fitting or k > min(_FEW, logits.shape[1]):
        return None
    return library.in_use()


def _exact(probs: Tensor) -> torch.dtype:
    return torch.float32 if probs.device.type == "mps" else torch.float64  # near 1, float32 merges rare tokens


def top_n_sigma(logits: Tensor, n: float) -> Tensor:
    """Keep logits within `n` standard deviations of the largest (Tang et al. 2024, "Top-nσ", algorithm 1).

    Logits that are -inf already do not count towards the deviation.
    """
    finite = logits.isfinite()
    count = finite.sum(dim=1, keepdim=True)
    mean = torch.where(finite, logits, 0.0).sum(dim=1, keepdim=True) / count
    variance = torch.where(finite, (logits - mean) ** 2, 0.0).sum(dim=1, keepdim=True) / count
    return _without(logits, logits < logits.amax(dim=1, keepdim=True) - n * variance.sqrt())


def top_k(logits: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the `k` largest logits (B, k) in descending order, and their columns (Fan et al. 2018)."""
    return largest(logits, k)


def typical(logits: Tensor, mass: float) -> Tensor:
    """Keep the tokens whose surprise is nearest to the entropy, up to `mass` (Meister et al. 2022, section 3)."""
    log_probs = logits.log_softmax(dim=1)
    probs = log_probs.exp()
    entropy = -(log_probs * probs).nansum(dim=1, keepdim=True)
    distance, order = (log_probs + entropy).abs().sort(dim=1)
    covered = probs.gather(1, order).cumsum(dim=1)
    last = (covered < mass).sum(dim=1, keepdim=True).clamp_(max=logits.shape[1] - 1)
    return _without(logits, (log_probs + entropy).abs() > distance.gather(1, last))


def top_p(logits: Tensor, p: float) -> Tensor:
    """Keep the likeliest tokens that together hold a mass of `p` (Holtzman et al. 2020, section 3.1)."""
    probs = logits.softmax(dim=1)
    exact = _exact(probs)
    total = probs.sum(dim=1, keepdim=True, dtype=exact)
    likeliest, order = probs.topk(min(_FIRST_LOOK, probs.shape[1]), dim=1)
    if likeliest.shape[1] < probs.shape[1] and bool((likeliest.sum(dim=1) < p).any()):
        likeliest, order = probs.sort(dim=1, descending=True)
    likelier = likeliest.cumsum(dim=1, dtype=exact) - likeliest
    keep = total - likelier > 1 - p
    keep[:, 0] = True
    return _without(logits, torch.ones_like(probs, dtype=torch.bool).scatter(1, order, ~keep))


def min_p(logits: Tensor, share: float) -> Tensor:
    """Keep tokens at least `share` times as likely as the likeliest (Nguyen et al. 2024, section 3)."""
    return _without(logits, logits < logits.amax(dim=1, keepdim=True) + math.log(share))


def epsilon_cutoff(logits: Tensor, epsilon: float) -> Tensor:
    """Keep tokens with a probability of at least `epsilon`, or else the likeliest (Hewitt et al. 2022, section 4)."""
    return _at_least(logits, logits.softmax(dim=1), epsilon)


def eta_cutoff(logits: Tensor, epsilon: float) -> Tensor:
    """Keep tokens as likely as min(ε, √ε · exp(-entropy)), or else the likeliest (Hewitt et al. 2022, section 4)."""
    log_probs = logits.log_softmax(dim=1)
    probs = log_probs.exp()
    entropy = -(log_probs * probs).nansum(dim=1, keepdim=True)
    return _at_least(logits, probs, (math.sqrt(epsilon) * torch.exp(-entropy)).clamp(max=epsilon))


def xtc(logits: Tensor, threshold: float, chosen: Tensor) -> Tensor:
    """Drop all tokens as likely as `threshold` but the least likely of them, in the rows `chosen` (B,) bool.

    Exclude Top Choices as p-e-w published it (text-generation-webui, pull request 6335, 2024).
    """
    probs = logits.softmax(dim=1)
    above = (probs >= threshold) & chosen[:, None]
    least = torch.where(above, probs, torch.inf).argmin(dim=1, keepdim=True)
    return _without(logits, above.scatter(1, least, False))


def surprise_cutoff(logits: Tensor, bits: Tensor) -> Tensor:
    """Keep tokens with a surprise of at most `bits` (B,), or else the likeliest (Basu et al. 2021, mirostat 2)."""
    return _at_least(logits, logits.softmax(dim=1), torch.exp2(-bits)[:, None])


def _at_least(logits: Tensor, probs: Tensor, least: Tensor | float) -> Tensor:
    return _without(logits, (probs < least) & (logits < logits.amax(dim=1, keepdim=True)))


def _without(logits: Tensor, dropped: Tensor) -> Tensor:
    return logits.masked_fill(dropped, -torch.inf)

"""Measure a model in training: loss on what was held out, and a score of what it writes."""

from __future__ import annotations

import sacrebleu
import torch
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from engine.checkpoint import END_ID, PAD_ID
from engine.training.batches import Batch, Batches
from engine.training.corpus import Pair
from engine.training.objective import Objective
from engine.training.recipe import Recipe

_BATCHES = 64
_SCORED = 64
_LONGEST = 60
_PROMPT = "Once upon a time"


def validation_loss(objective: Objective, batches: Batches, device: torch.device) -> float:
    """Return nats per target token over the first epoch of `batches`, or the first 64 of them."""
    nll, tokens = 0.0, 0
    for plan in batches.epoch(0)[:_BATCHES]:
        one, count = _batch_nll(objective, batches.batch(plan).to(device))
        nll += one
        tokens += count
    return nll / max(1, tokens)


@torch.inference_mode()
def _batch_nll(objective: Objective, batch: Batch) -> tuple[float, int]:
    result = objective.loss(batch, 0)
    return float(result.nll), result.tokens


@torch.inference_mode()
def sample(model: PreTrainedModel, tokenizer: Tokenizer, recipe: Recipe, pairs: list[Pair]) -> tuple[float | None, str]:
    """Return (score, sample). Pairs give the chrF of greedy outputs; plain text a greedy continuation.

    chrF (Popović 2015), because words are not separated in every target language.
    """
    if recipe.model.family == "llama":
        return None, tokenizer.decode(_write(model, [tokenizer.encode(_PROMPT).ids])[0])
    chosen = pairs[:: max(1, len(pairs) // _SCORED)][:_SCORED]
    sources = [[*tokenizer.encode(source).ids[: recipe.batch.longest_source - 1], END_ID] for source, _ in chosen]
    outputs = tokenizer.decode_batch(_write(model, sources))
    score = sacrebleu.corpus_chrf(outputs, [[target for _, target in chosen]]).score
    return score, f"{chosen[0][0]} => {outputs[0]}"


def _write(model: PreTrainedModel, rows: list[list[int]]) -> list[list[int]]:
    longest = min(_LONGEST, int(model.config.max_position_embeddings) // 2)
    width = max(len(row) for row in rows)
    padded = [row + [PAD_ID] * (width - len(row)) for row in rows]
    ids = torch.tensor(padded, device=model.device)
    written = model.generate(  # type: ignore[operator] (a mixin that type checkers lose)
        ids, attention_mask=ids != PAD_ID, max_new_tokens=longest, do_sample=False, num_beams=1, pad_token_id=PAD_ID
    )
    return written.tolist()

"""Measure a model in training: loss on what was held out, and a score of what it writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import sacrebleu
import torch
from tokenizers import Tokenizer
from torch import Tensor

from engine.checkpoint import END_ID
from engine.models.base import Decoder, DecoderState, Seq2SeqDecoder
from engine.params import SamplingParams
from engine.sampling import Sampler
from engine.search.rows import Rows, read_prompts
from engine.search.sample import sample
from engine.training.batches import Batch, Batches
from engine.training.corpus import Pair
from engine.training.objective import BatchLoss, CarryingObjective, Objective
from engine.training.recipe import Recipe

_SCORED = 64
_LONGEST = 60
_PROMPT = 6  # tokens of a held-out text that a sample begins with
_LIKELIEST = SamplingParams(temperature=0)
# What the story preset draws like: the likeliest words alone go round in circles, whatever the model has learnt.
_DRAWN = SamplingParams(temperature=0.8, min_p=0.05, seed=0)


@dataclass(frozen=True, slots=True)
class Measured:
    """Validation `loss` in nats per target token, the family's `parts` per text, a `score` and a `sample`."""

    loss: float
    parts: dict[str, float] = field(default_factory=dict)
    score: float | None = None
    sample: str = ""


def measure(
    objective: Objective,
    batches: Batches,
    tokenizer: Tokenizer,
    recipe: Recipe,
    pairs: list[Pair],
    device: torch.device,
) -> Measured:
    """Return the loss over `batches`, and what the model makes of the held-out `pairs`.

    What the model carries through training, and the random numbers of training, are not touched.
    """
    carried = objective.carried if isinstance(objective, CarryingObjective) else {}
    with torch.random.fork_rng(devices=[]):
        loss, parts = validation_loss(objective, batches, device, recipe.schedule.validation_batches)
        score, text = written_sample(objective.decoder(), tokenizer, recipe, pairs)
    objective.begin_epoch()
    if isinstance(objective, CarryingObjective):
        objective.carried = carried
    return Measured(loss, parts, score, text)


def validation_loss(
    objective: Objective, batches: Batches, device: torch.device, limit: int = 0
) -> tuple[float, dict[str, float]]:
    """Return nats per target token over the first epoch of `batches`, or its first `limit`, and the parts per text."""
    nll, tokens, texts = 0.0, 0, 0
    parts: Counter[str] = Counter()
    objective.begin_epoch()
    for plan in batches.epoch(0)[: limit or None]:
        batch = batches.batch(plan)
        result = _batch_loss(objective, batch.to(device))
        nll += float(result.nll)
        tokens += result.tokens
        texts += batch.targets.shape[0]
        parts.update(result.parts)
    return nll / max(1, tokens), {name: value / max(1, texts) for name, value in parts.items()}


@torch.inference_mode()
def _batch_loss(objective: Objective, batch: Batch) -> BatchLoss:
    return objective.loss(batch, 0)


def written_sample(
    decoder: Decoder, tokenizer: Tokenizer, recipe: Recipe, pairs: list[Pair]
) -> tuple[float | None, str]:
    """Return (score, sample). Pairs give the chrF of greedy outputs; plain text a continuation, drawn with one seed.

    chrF (Popović 2015), because words are not separated in every target language.
    """
    if not pairs:
        return None, ""
    if not isinstance(decoder, Seq2SeqDecoder):
        prompt = [*decoder.start_ids, *tokenizer.encode(pairs[0][1]).ids[:_PROMPT]]
        return None, tokenizer.decode(prompt + _written(decoder, [prompt], decoder.new_state(1), _DRAWN)[0])
    chosen = pairs[:: max(1, len(pairs) // _SCORED)][:_SCORED]
    sources = [[*tokenizer.encode(source).ids[: recipe.batch.longest_source - 1], END_ID] for source, _ in chosen]
    state = decoder.encode(*_padded(sources, decoder))
    outputs = tokenizer.decode_batch(_written(decoder, [list(decoder.start_ids)] * len(sources), state, _LIKELIEST))
    score = sacrebleu.corpus_chrf(outputs, [[target for _, target in chosen]]).score
    return score, f"{chosen[0][0]}\t{outputs[0]}"


def _written(
    decoder: Decoder, prompts: list[list[int]], state: DecoderState, params: SamplingParams
) -> list[list[int]]:
    """Return what the decoder writes after `prompts` with an empty `state`."""
    limit = min(_LONGEST, decoder.context_length // 2)
    texts: list[list[int]] = [[] for _ in prompts]
    for step in sample(_read(decoder, prompts, state), Sampler(params, [params.seed] * len(prompts)), limit):
        for number, ids in step.ids:
            texts[number] += ids
    return texts


def _read(decoder: Decoder, prompts: list[list[int]], state: DecoderState) -> Rows:
    reading = read_prompts(decoder, prompts, state)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value


def _padded(rows: list[list[int]], decoder: Decoder) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(row) for row in rows], device=decoder.device)
    width = int(lengths.max())
    ids = torch.tensor([row + [decoder.pad_id] * (width - len(row)) for row in rows], device=decoder.device)
    return ids, torch.arange(width, device=decoder.device) < lengths[:, None]

"""One sampling pass over 152,000 words with everything on, against transformers' processors."""

from __future__ import annotations

import torch
from transformers.generation import logits_process as processors

from benchmarks.measuring import Samples, Target, cpu_task, report
from engine.params import SamplingParams
from engine.sampling import Sampler

_TARGET = Target(20)


def measure_sampling(rounds: int = 15) -> None:
    """Print how many times as fast ours is."""
    logits, ids = torch.randn(1, 151_936) * 3, torch.randint(0, 151_936, (1, 500))
    settings = {"repetition_penalty": 1.1, "no_repeat_ngram": 4, "top_k": 50, "typical_p": 0.95, "top_p": 0.9}
    params = SamplingParams(**settings, min_p=0.05, epsilon_cutoff=3e-4, eta_cutoff=3e-4, temperature=0.8)
    sampler = Sampler(params, [1])
    chain = [
        processors.RepetitionPenaltyLogitsProcessor(1.1),
        processors.NoRepeatNGramLogitsProcessor(4),
        processors.TopKLogitsWarper(50),
        processors.TypicalLogitsWarper(0.95),
        processors.TopPLogitsWarper(0.9),
        processors.MinPLogitsWarper(0.05),
        processors.EpsilonLogitsWarper(3e-4),
        processors.EtaLogitsWarper(3e-4),
        processors.TemperatureLogitsWarper(0.8),
    ]

    def theirs() -> None:
        scores = logits
        for processor in chain:
            scores = processor(ids, scores)  # pyright: ignore
        torch.multinomial(scores.softmax(dim=1), 1)

    samples = [Samples(), Samples()]
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    for _ in range(rounds):
        for one, run in zip(samples, (theirs, lambda: sampler.choose(logits, ids)), strict=True):
            one.add(*cpu_task(run))
    torch.set_num_threads(before)
    report("a sampling pass, 152k words, eight settings on", samples, _TARGET)

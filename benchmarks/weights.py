"""Measure what fewer bits cost: python -m benchmarks.weights TEXT [--model NAME] [--characters N].

Prints the perplexity of a text (plain or .xz) to a model in every weight format, read as many tokens at a
time as decoding does at most: the formats read long prompts another way.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from pathlib import Path
from typing import Any

import torch

from engine.catalog import find_model
from engine.cli.evaluating import read_text
from engine.device import WEIGHTS, choose_device
from engine.models.base import DecoderState
from engine.models.loaded import LoadedModel, load_model
from engine.modes import Mode

TOKENS = 8  # at a time


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--model", default="story-en", help="id or folder")
    parser.add_argument("--characters", type=int, default=40_000)
    options = parser.parse_args()
    text = read_text(options.text)[: options.characters]
    folder = find_model(options.model, Mode.WRITE).folder
    whole = None
    for weights in WEIGHTS:
        model = value_of(load_model(folder, choose_device("cpu", weights)))
        perplexity, tokens = measure(model, text)
        whole = whole or perplexity
        held = model.decoder.weights  # pyright: ignore[reportAttributeAccessIssue]
        print(
            f"{held:10}  perplexity {perplexity:9.4f}  {perplexity / whole - 1:+8.3%}  ({tokens:,} tokens)", flush=True
        )


def measure(model: LoadedModel, text: str) -> tuple[float, int]:
    """Return perplexity and predicted tokens of `text`, in windows that do not overlap."""
    decoder = model.decoder
    ids = torch.tensor(model.tokenizer.encode(text))
    nats, count = 0.0, 0
    for window in ids.split(decoder.context_length):
        state: DecoderState = decoder.new_state(1)
        for start in range(0, len(window) - 1, TOKENS):
            logits, state = decoder.all_logits(window[None, start : start + TOKENS], state)  # pyright: ignore
            targets = window[start + 1 : start + 1 + TOKENS]
            shares = logits[0, : len(targets)].log_softmax(dim=1)
            nats -= shares.gather(1, targets[:, None]).sum().item()
            count += len(targets)
    return float(torch.tensor(nats / count).exp()), count


def value_of(generator: Generator[Any, None, LoadedModel]) -> LoadedModel:
    """Run `generator` to its end; return what it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


if __name__ == "__main__":
    main()

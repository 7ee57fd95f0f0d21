"""Compare Muon with AdamW, each at three learning rates: validation loss after the same steps of a small translator.

    python -m benchmarks.optimizers DATA [--steps N]

DATA holds `tatoeba/en-de.tsv.xz`. Prints a Markdown table; seconds include measuring and are for orientation only.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from engine.events import Result
from engine.training.trainer import train

RECIPE = """
name = "optimizers"

[tokenizer]
vocab_size = 4000
sample = 3000000

[model]
family = "marian"
hidden = 128
feed_forward = 512
layers = 3
decoder_layers = 2
heads = 4
context = 128

[batch]
tokens = 3000
longest_source = 64
longest_target = 64

[optimizer]
kind = "{kind}"
learning_rate = {rate}
warmup = 50
label_smoothing = 0.1

[schedule]
steps = {steps}
evaluate_every = 100000
checkpoint_every = 100000
validation = 500

[[sources]]
path = "tatoeba/en-de.tsv.xz"
tags = [">>en<<", ">>de<<"]

[card]
title = "Optimizers"
tasks = ["translate"]
"""
RATES = (1e-3, 2e-3, 4e-3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--steps", type=int, default=400)
    options = parser.parse_args()
    print("| optimiser | learning rate | validation loss, nats per token | seconds |")
    print("|---|---|---|---|")
    for kind in ("adamw", "muon"):
        for rate in RATES:
            loss, seconds = measure(kind, rate, options.steps, options.data)
            print(
                f"| {'Muon + AdamW' if kind == 'muon' else 'AdamW'} | {rate:g} | {loss:.3f} | {seconds:.0f} |",
                flush=True,
            )


def measure(kind: str, rate: float, steps: int, data: Path) -> tuple[float, float]:
    """Return the validation loss after `steps` and the wall time of the run."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "optimizers.toml"
        recipe.write_text(RECIPE.format(kind=kind, rate=rate, steps=steps), encoding="utf-8")
        started = time.monotonic()
        events = list(train(recipe, Path(folder) / "run", data))
    result = next(event for event in events if isinstance(event, Result))
    return result.values["validation_loss"], time.monotonic() - started


if __name__ == "__main__":
    main()

"""Where a token's time goes: python -m benchmarks.profile_token [MODEL] [--weights FORMAT] [--tokens N].

Writes with an embedded model (by id) or one in a folder, one thread, and lists the functions by the time spent in each
itself, per token; what a compiled or a torch function does inside counts as its own.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from engine.catalog import find_model
from engine.device import choose_device
from engine.generate import generate
from engine.models.loaded import load_model
from engine.modes import Mode
from engine.presets import load_presets
from tests.engine.tiny_loaded import value_of

_PROMPT = "It was late in the evening when somebody knocked at the door of the old house."


def main() -> None:
    """Write once to warm up and once to be watched; print the listing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="story-en", help="id or folder")
    parser.add_argument("--weights", default="auto")
    parser.add_argument("--tokens", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    entry = find_model(options.model, Mode.WRITE)
    model = value_of(load_model(entry.folder, choose_device("cpu", options.weights)))
    model.decoder.end_ids = frozenset()
    params = replace(load_presets(Mode.WRITE)["story"].params, max_new_tokens=options.tokens, seed=1, stop=())
    prompt = model.tokenizer.encode(_PROMPT)
    generate(model, [prompt], params)
    watch = cProfile.Profile()
    watch.enable()
    generate(model, [prompt], params)
    watch.disable()
    report(watch, options.tokens, model.held)


def report(watch: cProfile.Profile, tokens: int, held: str) -> None:
    """Print the functions that take most, in microseconds per token."""
    found: Any = pstats.Stats(watch)
    whole = found.total_tt
    print(f"{held}: {1e6 * whole / tokens:,.0f} µs a token, watched (which itself costs)")
    rows = sorted(found.stats.items(), key=lambda item: -item[1][2])[:14]
    for (file, _line, function), (_calls, calls, own, _all, _callers) in rows:
        place = "" if file == "~" else f"{Path(file).parent.name}/{Path(file).name}: "
        print(f"{1e6 * own / tokens:8.0f} µs  {own / whole:4.0%}  {calls / tokens:6.1f} calls  {place}{function}")


if __name__ == "__main__":
    main()

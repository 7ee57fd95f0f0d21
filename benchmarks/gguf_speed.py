"""Our decoder for GGUF files beside llama.cpp's own loop: python -m benchmarks.gguf_speed [--shape 0.5b] [--kind q8_0].

As llama-bench does, one token after the other is decoded, one thread, without sampling; ours also hands logits on
as tensors and takes the likeliest. Rounds alternate, and the processor's seconds count: others may keep it busy.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

_PROMPT = 16  # tokens


def main() -> None:
    """Print the tokens a second of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--models", type=Path, default=Path(tempfile.gettempdir()) / "penwright-speed")
    parser.add_argument("--shape", default="0.5b")
    parser.add_argument("--kind", default="q8_0")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    os.cpu_count = lambda: 1  # the decoder takes as many threads as there are cores
    from benchmarks.speed_models import build, build_gguf

    path = build_gguf(build(options.models, options.shape), options.kind)
    pairs = [ours(path, options.steps), llama_loop(path, options.steps)]
    seconds: list[list[float]] = [[], []]
    for _ in range(options.rounds + 1):
        for place, run in enumerate(pairs):
            begun = time.process_time()
            run()
            seconds[place].append((time.process_time() - begun) / options.steps)
    mine, theirs = (median(taken[1:]) for taken in seconds)
    print(f"{options.shape} {options.kind}: ours {1 / mine:.2f}, llama.cpp {1 / theirs:.2f} tokens a second", end="")
    print(f" of one thread; ours is {theirs / mine:.3f} of it")


def ours(path: Path, steps: int) -> Callable[[], None]:
    """Return a round of our decoder's."""
    import torch

    from engine.device import choose_device
    from engine.gguf.decoder import load

    decoder = load(path, choose_device("cpu"))
    state = decoder.new_state(1)
    decoder.prefill(torch.arange(10, 10 + _PROMPT)[None], state)

    def run() -> None:
        token = torch.tensor([10])
        for _ in range(steps):
            logits, _ = decoder.step(token, state)
            token = logits.argmax(dim=1)
        state.rewind(steps)

    return run


def llama_loop(path: Path, steps: int) -> Callable[[], None]:
    """Return a round of llama.cpp's own, as llama-bench has it."""
    import llama_cpp

    model = llama_cpp.llama_model_load_from_file(os.fsencode(path), llama_cpp.llama_model_default_params())
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx, settings.n_threads, settings.n_threads_batch = 512, 1, 1
    context = llama_cpp.llama_init_from_model(model, settings)
    memory = llama_cpp.llama_get_memory(context)

    def decode(ids: list[int]) -> None:
        held: Any = (llama_cpp.llama_token * len(ids))(*ids)
        assert llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(held, len(ids))) == 0

    decode(list(range(10, 10 + _PROMPT)))

    def run() -> None:
        for place in range(steps):
            decode([10 + place])
        llama_cpp.llama_memory_seq_rm(memory, 0, _PROMPT, -1)

    return run


if __name__ == "__main__":
    main()

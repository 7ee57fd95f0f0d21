"""What models were said to need beside what they then took: python -m benchmarks.fit [--context 512] [--steps 64].

Just before each model the machine is measured, in a process of its own; another loads the model, reads a prompt of
random ids and writes. Memory is the most that the process held while it wrote (Linux), without weight files that stay
mapped: the system takes their pages back where it needs them. Speed is the median of a few rounds. With --busy one
thread computes and seconds are the processor's: for a machine that others use.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from engine.amounts import size_words

_CHUNK = 256
_ROUNDS = 5
_WITHIN = 0.3  # what an estimate may be off by
_MODELS = (  # title, where from, weights
    ("story-en, embedded", "story-en", "auto"),
    ("0.5B, random", "0.5b", "bfloat16"),
    ("0.5B, random", "0.5b", "int8"),
    ("0.5B, random", "0.5b", "int4"),
    ("0.5B, random, GGUF q8_0", "0.5b-gguf", "auto"),
    ("translate, embedded Marian", "translate", "auto"),
)


def main() -> None:
    """Print the table, or what one process measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--models", type=Path, default=Path(tempfile.gettempdir()) / "penwright-speed")
    parser.add_argument("--context", type=int, default=512, help="tokens of the prompt")
    parser.add_argument("--steps", type=int, default=64, help="tokens written after it")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--only", default="", help="part of a title")
    parser.add_argument("--busy", action="store_true", help="count the processor's seconds, with one thread")
    parser.add_argument("--speeds", metavar="WEIGHTS", help="measure the machine in this process")
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "WEIGHTS"), help="measure one model in this process")
    options = parser.parse_args()
    if options.speeds:
        print(json.dumps(asdict(machine_speeds(options))))
        return
    if options.one:
        folder, weights = options.one
        print(json.dumps(measured(Path(folder), weights, options)))
        return
    print("| model | weights | memory said | taken | ratio | tokens/s said | reached | ratio |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    ratios: list[float] = []
    for title, source, weights in _MODELS:
        if options.only in title:
            row = in_process(_folder(source, options.models), weights, options)
            memory, speed = row["said_memory"] / row["memory"], row["said_speed"] / row["speed"]
            ratios += [memory, speed]
            print(
                f"| {title} | {row['weights']} | {size_words(row['said_memory'])} | {size_words(row['memory'])} "
                f"| {memory:.2f} | {row['said_speed']:,.0f} | {row['speed']:,.0f} | {speed:.2f} |",
                flush=True,
            )
    off = sum(not 1 - _WITHIN <= ratio <= 1 + _WITHIN for ratio in ratios)
    print(f"\n{len(ratios) - off} of {len(ratios)} estimates are within {_WITHIN:.0%} of what was measured.")


def in_process(folder: Path, weights: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return what the model in `folder` was said to take, and what a process of its own says it took."""
    from engine.fit import need_of, tokens_per_second
    from engine.machine import Speeds
    from engine.model_shape import read_shape
    from engine.models.formats import is_compiled

    speeds = Speeds(**asked("--speeds", weights, options=options))
    taken = asked("--one", str(folder), weights, options=options)
    shape, held = read_shape(folder), taken["weights"]
    tokens, accelerated = options.context + options.steps, options.device != "cpu"
    copied = not is_compiled(held)
    return {
        **taken,
        "said_memory": need_of(shape, held, tokens, accelerated=accelerated, copied=copied).total,
        "said_speed": tokens_per_second(shape, held, speeds, tokens - options.steps // 2, accelerated=accelerated),
    }


def asked(*what: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return the answer of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.fit", *what, "--device", options.device]
    command += ["--context", str(options.context), "--steps", str(options.steps)]
    done = subprocess.run(
        [*command, "--busy"] if options.busy else command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def machine_speeds(options: argparse.Namespace) -> Any:
    """Return what the machine does a second, measured now."""
    from engine.device import choose_device
    from engine.machine import measure
    from tests.engine.tiny_loaded import value_of

    prepare(busy=options.busy)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home  # what the writer's own window has measured stays
        return value_of(measure(choose_device(options.device, options.speeds)))


def measured(folder: Path, weights: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return the format of the model's weights, and what it took in bytes and tokens a second."""
    from engine.device import choose_device
    from engine.models.families import weights_held
    from engine.models.loaded import load_model
    from tests.engine.tiny_loaded import value_of

    prepare(busy=options.busy)
    device = choose_device(options.device, weights)
    decoder = value_of(load_model(folder, device)).decoder
    seconds, memory = seconds_and_bytes(decoder, options.context, options.steps)
    held = weights_held(folder, device) if folder.is_dir() else "bfloat16"  # a GGUF file has but its own
    return {"weights": held, "memory": memory, "speed": 1 / seconds}


def prepare(*, busy: bool) -> None:
    """Have this process be as the engine's is; a `busy` machine's seconds are the processor's."""
    from engine.environment import prepare_environment

    prepare_environment()
    if busy:
        import torch

        torch.set_num_threads(1)
        time.perf_counter = time.process_time


def seconds_and_bytes(decoder: Any, context: int, steps: int) -> tuple[float, int]:
    """Return what a token takes after a prompt (of an encoder-decoder: a source) of `context`, and the memory held."""
    import torch

    from engine.models.base import Seq2SeqDecoder

    ids = torch.arange(context, device=decoder.device)[None] * 7919 % (decoder.vocab_size - 10) + 10
    if isinstance(decoder, Seq2SeqDecoder):
        source = ids[:, : decoder.source_length]
        state = decoder.encode(source, torch.ones_like(source, dtype=torch.bool))
        logits, state = decoder.prefill(torch.tensor([decoder.start_ids], device=decoder.device), state)
    else:
        state = decoder.new_state(1)
        for start in range(0, context, _CHUNK):
            logits, state = decoder.prefill(ids[:, start : start + _CHUNK], state)
    taken, held = [], held_bytes()
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        for place in range(steps):
            logits, state = decoder.step(ids[:, place % context], state)
        logits.sum().item()  # all work is done
        taken.append((time.perf_counter() - begun) / steps)
        held = max(held, held_bytes())
        state.rewind(steps)
    return median(taken), held


def held_bytes() -> int:
    """Return the memory that this process holds and that nobody can take from it."""
    import psutil

    return sum(part.rss for part in psutil.Process().memory_maps() if not part.path.endswith(".safetensors"))


def _folder(source: str, models: Path) -> Path:
    from benchmarks.speed_models import build, build_gguf
    from engine.paths import assets_dir

    if source.endswith("-gguf"):
        return build_gguf(build(models, source.removesuffix("-gguf")), "q8_0")
    embedded = assets_dir() / "models" / source
    return embedded if embedded.is_dir() else build(models, source)


if __name__ == "__main__":
    main()

"""The engines that are compared, each in a process of its own: python -m benchmarks.speed_engines ENGINE MODEL WEIGHTS.

Tasks come as JSON lines, {"prompt": tokens, "new": tokens, "known": tokens, "variants": n, "guess": bool, "seed": n,
"copy": "summary" or "rewrite", "draft": folder}; answers are {"first": seconds until the first token, "token": mean
seconds of each further one}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from engine.environment import prepare_environment

Run = Callable[[list[int], dict[str, Any]], list[float]]  # ids, task -> seconds after which each token was there


def main() -> None:
    """Load what the arguments name, and answer tasks until the input ends."""
    engine, folder, weights, device = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    prepare_environment()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # stray prints of libraries must not be taken for answers
    loaders = {"ours": load_ours, "transformers": load_transformers, "llama.cpp": load_llama_cpp}
    vocabulary, run = loaders[engine](folder, weights, device)
    answers.write(json.dumps({"ready": engine}) + "\n")
    for line in sys.stdin:
        task = json.loads(line)
        times = run(prompt_of(task, vocabulary), task)
        token = (times[-1] - times[0]) / max(1, len(times) - 1)
        answers.write(json.dumps({"first": times[0], "token": token}) + "\n")


def prompt_of(task: dict[str, Any], vocabulary: int) -> list[int]:
    """Return `known` ids that are always the same, then `prompt` ids that no other seed begins with."""
    known = [10 + (place * 7919 + 13) % (vocabulary - 10) for place in range(task.get("known", 0))]
    first = task["seed"] * 15_485_863
    return known + [10 + (first + place * 104_729) % (vocabulary - 10) for place in range(task["prompt"])]


def load_ours(folder: Path, weights: str, device: str) -> tuple[int, Run]:
    """Return our vocabulary and search, whose threads are chosen while it runs."""
    from benchmarks.copying import Copyist, answer, misread
    from engine.device import choose_device
    from engine.generate import generate_tokens
    from engine.models.base import ParallelDecoder
    from engine.models.drafting import Drafting
    from engine.models.loaded import load_model
    from engine.params import SamplingParams
    from engine.search import lookup
    from engine.search.pace import Pace
    from engine.search.steps import Step
    from engine.threads import manage_threads
    from tests.engine.tiny_loaded import value_of

    manage_threads()
    model = value_of(load_model(folder, choose_device(device, weights)))
    model.decoder.end_ids = frozenset()
    last_repeat = lookup.last_repeat
    helper = cache(lambda name: value_of(load_model(Path(name), choose_device(device, weights))))
    paces = defaultdict(Pace)

    def run(ids: list[int], task: dict[str, Any]) -> list[float]:
        # Random weights repeat themselves, which guessing would make too much of.
        lookup.last_repeat = last_repeat if task.get("guess") else lambda _ids: 0
        params = SamplingParams(temperature=0, max_new_tokens=task["new"])
        used = model
        if kind := task.get("copy"):
            assert isinstance(model.decoder, ParallelDecoder)
            script = [*ids, *answer(kind, ids, task["new"], model.decoder.vocab_size)]
            used = replace(model, decoder=Copyist(model.decoder, script))
            if name := task.get("draft"):
                other = helper(name)
                assert isinstance(other.decoder, ParallelDecoder)
                other = replace(other, decoder=Copyist(other.decoder, misread(script)))
                used = replace(used, draft=Drafting(other, paces[name]))
        begun, times = time.perf_counter(), []
        for step in generate_tokens(used, [ids], params, task.get("variants", 1)):
            if isinstance(step, Step):
                times.append(time.perf_counter() - begun)
        return times

    for seed in range(4):  # the number of threads is found meanwhile
        run(prompt_of({"prompt": 32, "seed": 100 + seed}, model.decoder.vocab_size), {"new": 24})
    return model.decoder.vocab_size, run


def load_transformers(folder: Path, weights: str, device: str) -> tuple[int, Run]:
    """Return transformers' vocabulary and `generate` with a streamer, at its best number of threads."""
    import torch
    import transformers

    model: Any = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, weights))
    model.eval().to(device)

    class Streamer:
        def __init__(self) -> None:
            self.times: list[float] = []

        def put(self, _ids: object) -> None:
            self.times.append(time.perf_counter())

        def end(self) -> None:
            """Do nothing: the last token has come."""

    def run(ids: list[int], task: dict[str, Any]) -> list[float]:
        streamer, prompt = Streamer(), torch.tensor([ids] * task.get("variants", 1), device=device)
        begun = time.perf_counter()
        model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=task["new"],
            do_sample=False,
            eos_token_id=None,
            pad_token_id=0,
            streamer=streamer,
        )
        return [moment - begun for moment in streamer.times[1:]]  # the first call shows the prompt

    choose_threads(torch.set_num_threads, lambda: run(list(range(10, 42)), {"new": 12})[-1])
    return model.config.vocab_size, run


def load_llama_cpp(folder: Path, weights: str, device: str) -> tuple[int, Run]:  # noqa: ARG001 - a CPU alone
    """Return llama.cpp's vocabulary and greedy loop on the GGUF file for `weights`, at its best number of threads."""
    import llama_cpp

    path = str(folder / f"{weights}.gguf")

    def loaded(threads: int) -> llama_cpp.Llama:
        return llama_cpp.Llama(path, n_ctx=8400, n_threads=threads, n_threads_batch=threads, verbose=False)

    held = [loaded(1)]

    def run(ids: list[int], task: dict[str, Any]) -> list[float]:
        held[0].reset()
        begun, times = time.perf_counter(), []
        for _ in held[0].generate(ids, temp=0.0, top_k=1, reset=True):
            times.append(time.perf_counter() - begun)
            if len(times) == task["new"]:
                return times
        return times

    def use(threads: int) -> None:
        held[0] = loaded(threads)

    choose_threads(use, lambda: run(list(range(10, 42)), {"new": 12})[-1])
    return held[0].n_vocab(), run


def choose_threads(use: Callable[[int], None], seconds: Callable[[], float]) -> None:
    """Use the number of threads, one or as many as are allowed, with which a short run is faster."""
    found = {}
    for count in sorted({1, int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))}):
        use(count)
        seconds()
        found[count] = min(seconds() for _ in range(3))
    use(min(found, key=lambda count: found[count]))


if __name__ == "__main__":
    main()

"""The translators that are compared, each in a process.

python -m benchmarks.translation_engines ENGINE MODEL WEIGHTS DEVICE.
Tasks come as JSON lines, {"sources": sentences at once, "beams": n, "seed": n}; answers are {"token": seconds for each
token of each sentence, "processor": the same of the processors' time}. All sources have `LENGTH` tokens and all
translations as many.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.speed_engines import choose_threads
from engine.environment import prepare_environment

LENGTH = 32
Run = Callable[[list[list[int]], int], None]  # sources, beams


def main() -> None:
    """Load what the arguments name, and answer tasks until the input ends."""
    engine, folder, weights, device = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    prepare_environment()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # stray prints of libraries must not be taken for answers
    loaders = {"ours": load_ours, "transformers": load_transformers, "CTranslate2": load_ctranslate2}
    vocabulary, run = loaders[engine](folder, weights, device)
    answers.write(json.dumps({"ready": engine}) + "\n")
    for line in sys.stdin:
        task = json.loads(line)
        sources = sources_of(task, vocabulary)
        tokens, begun, busy = LENGTH * len(sources), time.perf_counter(), time.process_time()
        run(sources, task["beams"])
        taken = {"token": time.perf_counter() - begun, "processor": time.process_time() - busy}
        answers.write(json.dumps({name: seconds / tokens for name, seconds in taken.items()}) + "\n")


def sources_of(task: dict[str, Any], vocabulary: int) -> list[list[int]]:
    """Return sources that no other seed has, without the special ids at either end of the vocabulary."""
    first = task["seed"] * 15_485_863
    count = task["sources"] * LENGTH
    ids = [10 + (first + place * 104_729) % (vocabulary - 20) for place in range(count)]
    return [ids[start : start + LENGTH] for start in range(0, count, LENGTH)]


def load_ours(folder: Path, weights: str, device: str) -> tuple[int, Run]:
    """Return our vocabulary and search, whose threads are chosen while it runs."""
    from engine.device import choose_device
    from engine.generate import generate_tokens
    from engine.models.loaded import load_model
    from engine.params import SamplingParams
    from engine.threads import manage_threads
    from tests.engine.tiny_loaded import value_of

    manage_threads()
    model = value_of(load_model(folder, choose_device(device, weights)))
    model.decoder.end_ids = frozenset()

    def run(sources: list[list[int]], beams: int) -> None:
        params = SamplingParams(temperature=0, beams=beams, max_new_tokens=LENGTH)
        for _ in generate_tokens(model, [[]] * len(sources), params, sources=sources):
            pass

    for seed in range(4):  # the number of threads is found meanwhile
        run(sources_of({"sources": 1, "seed": 100 + seed}, model.decoder.vocab_size), 1)
    return model.decoder.vocab_size, run


def load_transformers(folder: Path, weights: str, device: str) -> tuple[int, Run]:
    """Return transformers' vocabulary and `generate`, at its best number of threads."""
    import torch
    import transformers

    model: Any = transformers.MarianMTModel.from_pretrained(folder, dtype=getattr(torch, weights))
    model.eval().to(device)

    def run(sources: list[list[int]], beams: int) -> None:
        ids = torch.tensor(sources, device=device)
        found = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            min_new_tokens=LENGTH,
            max_new_tokens=LENGTH,
            num_beams=beams,
            do_sample=False,
        )
        found.cpu()  # which waits for a GPU

    choose_threads(torch.set_num_threads, lambda: seconds_of(run, model.config.vocab_size))
    return model.config.vocab_size, run


def load_ctranslate2(folder: Path, weights: str, device: str) -> tuple[int, Run]:
    """Return CTranslate2's vocabulary and `translate_batch`, at its best number of threads."""
    import ctranslate2

    converted = str(converted_folder(folder, weights))
    vocabulary = json.loads((folder / "config.json").read_text())["vocab_size"]

    def loaded(threads: int) -> Any:
        return ctranslate2.Translator(
            converted, device=device, compute_type=weights, inter_threads=1, intra_threads=threads
        )

    held = [loaded(1)]

    def run(sources: list[list[int]], beams: int) -> None:
        words = [[f"t{token}" for token in source] for source in sources]
        held[0].translate_batch(
            words, beam_size=beams, max_decoding_length=LENGTH, min_decoding_length=LENGTH, max_batch_size=len(words)
        )

    def use(threads: int) -> None:
        held[0] = loaded(threads)

    choose_threads(use, lambda: seconds_of(run, vocabulary))
    return vocabulary, run


def converted_folder(folder: Path, weights: str) -> Path:
    """Return the model in `folder` as CTranslate2 keeps it; write it unless it is there."""
    import transformers
    from ctranslate2.converters import converter
    from ctranslate2.converters import transformers as loaders

    model: Any = transformers.MarianMTModel.from_pretrained(folder)
    words = {f"t{token}": token for token in range(model.config.vocab_size - 1)} | {"<pad>": model.config.pad_token_id}
    tokenizer = SimpleNamespace(get_vocab=lambda: words, eos_token="t0", unk_token="t1")

    class Converter(converter.Converter):
        def _load(self) -> Any:
            return loaders.MarianMTLoader()(model, tokenizer)

    target = folder / f"ctranslate2-{weights}"
    if not target.is_dir():
        Converter().convert(str(target), quantization=weights)
    return target


def seconds_of(run: Run, vocabulary: int) -> float:
    """Return the seconds that one sentence takes."""
    begun = time.perf_counter()
    run(sources_of({"sources": 1, "seed": 99}, vocabulary), 1)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

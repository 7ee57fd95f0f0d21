"""How fast the engine writes, against peers on the same weights: python -m benchmarks.speed [MODEL...] [--rounds N].

Models are 30m, 0.5b and 1.5b, of random weights, built into --work at the first run. Every engine has a process of
its own and its best number of threads; they take turns, A B A B, and a ratio is that of the medians. Samples
during which others took more than 5 % of the processor's time are dropped; where none is left the row says "noisy"
and is no figure to quote. Peers that are not installed are left out (llama-cpp-python and gguf, from PyPI).
Random weights repeat themselves, so guessing ahead is off but in its own row.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import torch

from benchmarks.speed_models import SHAPES, build, build_gguf
from engine.params import SamplingParams
from engine.sampling import Sampler

FOREIGN = 0.05  # share of all processor time that others may take during a sample
REFERENCE = ("transformers", "bfloat16")
GGUF = {"bfloat16": "bf16", "int8": "q8_0", "int4": "q4_0"}
PEER_TARGETS = {"bfloat16": (0.6, 1.0), "int8": (0.7, 1.3), "int4": (None, 1.1)}  # the same against llama.cpp
TARGETS = {  # decoding: how many times as fast as the reference, for the smallest model and for others
    "bfloat16": (3.0, 1.8),
    "int8": (5.0, 3.0),
    "int4": (None, 3.5),
}
GPU_TARGETS = {"30m": 8.0, "0.5b": 5.0, "7b": 2.0}  # of bfloat16
DECODE = {"prompt": 128, "new": 48}


class Engine:
    """An engine in its process; `ask` answers with what a task took and how much time others took meanwhile."""

    def __init__(
        self, name: str, folder: Path, weights: str, device: str, module: str = "benchmarks.speed_engines"
    ) -> None:
        self.name, self.weights = name, weights
        command = [sys.executable, "-m", module, name, str(folder), weights, device]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._times = psutil.Process(self._process.pid)
        self._answer()

    def ask(self, task: dict[str, Any]) -> tuple[dict[str, float], float]:
        """Return the answer to `task`, and the share of all processor time that others took."""
        assert self._process.stdin is not None
        begun, busy, own = time.perf_counter(), busy_seconds(), self._own()
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        everything = (time.perf_counter() - begun) * (os.cpu_count() or 1)
        return answer, max(0.0, busy_seconds() - busy - (self._own() - own)) / everything

    def memory(self) -> int:
        """Return the bytes the process holds."""
        return self._times.memory_info().rss

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _own(self) -> float:
        times = self._times.cpu_times()
        return times.user + times.system

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} with {self.weights} weights ended: see above.")
        return json.loads(line)


@dataclass
class Samples:
    """Seconds that one engine took for one task, and what others took meanwhile."""

    seconds: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def median(self) -> tuple[float, bool]:
        """Return the median of the quiet samples, or of all where there are none, and whether it is noisy."""
        quiet = [one for one, share in zip(self.seconds, self.foreign, strict=True) if share <= FOREIGN]
        return statistics.median(quiet or self.seconds), not quiet


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=["30m", "0.5b"], choices=list(SHAPES), metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", type=int, default=2000, help="tokens of a long prompt")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "penwright-benchmarks")
    parser.add_argument("--weights", nargs="+", default=list(TARGETS), choices=list(TARGETS), help="formats of ours")
    parser.add_argument("--device", default="cpu", help="where both compute")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, torch {torch.__version__}")
    measure_sampling()
    for name in options.models:
        measure_model(
            build(options.work, name, options.device), options.rounds, options.long, options.device, options.weights
        )


def measure_model(folder: Path, rounds: int, long: int, device: str, formats: Sequence[str]) -> None:
    """Compare every format of ours with the reference and with llama.cpp's."""
    peers = ["llama.cpp"] if device == "cpu" and find_spec("llama_cpp") and find_spec("gguf") else []
    reference = Engine(REFERENCE[0], folder, REFERENCE[1], device)
    for weights in formats:
        small, large = TARGETS[weights]
        ratio = small if folder.name == "30m" else large
        if device != "cpu":
            ratio = GPU_TARGETS.get(folder.name) if weights == "bfloat16" else None
        ours = Engine("ours", folder, weights, device)
        print(f"\n{folder.name}, {weights}: {ours.memory() / 1e6:,.0f} MB held")
        compare("decode after 128, against transformers bf16", [ours, reference], DECODE, "token", rounds, ratio)
        compare(f"decode after {long}", [ours, reference], {"prompt": long, "new": 24}, "token", rounds, None)
        for prompt, most in ((128, None), (long, 1.0 if weights == "bfloat16" else 1.15)):
            task = {"prompt": prompt, "new": 1}
            compare(f"first token of {prompt}", [ours, reference], task, "first", rounds, most and 1 / most)
        measure_own(ours, rounds, long)
        for peer in peers:
            build_gguf(folder, GGUF[weights])
            other = Engine(peer, folder, GGUF[weights], device)
            aim = PEER_TARGETS[weights][folder.name != "30m"]
            compare(f"decode after 128, against {peer} {GGUF[weights]}", [ours, other], DECODE, "token", rounds, aim)
            other.close()
        ours.close()
    reference.close()


def measure_own(engine: Engine, rounds: int, long: int) -> None:
    """Compare the engine with itself: known prompts, variants, guesses."""
    known = {"known": long, "prompt": 20, "new": 1}
    engine.ask(known | {"seed": 0})
    tasks = [{"prompt": long, "new": 1}, known]
    compare_tasks(f"first token of {long} known and 20 new, against none known", engine, tasks, "first", rounds, 15)
    five = DECODE | {"variants": 5}
    compare_tasks("one text, against five variants (time)", engine, [five, DECODE], "token", rounds, None)
    tasks = [DECODE, DECODE | {"guess": True}]
    compare_tasks("guessing ahead where a text repeats itself", engine, tasks, "token", rounds, 1.7)


def compare(
    what: str, engines: Sequence[Engine], task: dict[str, Any], key: str, rounds: int, target: float | None
) -> None:
    """Print how many times as fast the first of `engines` is as the second."""
    ours, other = gather([(engine, task) for engine in engines], key, rounds)
    report(what, [other, ours], target)


def compare_tasks(
    what: str, engine: Engine, tasks: Sequence[dict[str, Any]], key: str, rounds: int, target: float | None
) -> None:
    """Print how many times as fast the second of `tasks` is as the first."""
    report(what, gather([(engine, task) for task in tasks], key, rounds), target)


def gather(pairs: Sequence[tuple[Engine, dict[str, Any]]], key: str, rounds: int) -> list[Samples]:
    """Return samples of each pair, taken in turns."""
    found = [Samples() for _ in pairs]
    for seed in range(1, rounds + 1):
        for samples, (engine, task) in zip(found, pairs, strict=True):
            answer, foreign = engine.ask(task | {"seed": seed * 1000 + int(time.monotonic() * 100) % 1000})
            samples.seconds.append(answer[key])
            samples.foreign.append(foreign)
    return found


def report(what: str, samples: Sequence[Samples], target: float | None) -> None:
    """Print the ratio of the slower, first, to the faster, second, and both medians."""
    (slow, slow_noisy), (fast, fast_noisy) = (one.median() for one in samples)
    foreign = statistics.median(share for one in samples for share in one.foreign)
    aim = f"target {target:4.2f}" if target else " " * 11
    mark = "  noisy" if slow_noisy or fast_noisy else ""
    times = f"{1000 * fast:9.2f} ms against {1000 * slow:9.2f}"
    print(f"  {what:58} {slow / fast:6.2f}  {aim}  {times}  others {foreign:4.0%}{mark}", flush=True)


def measure_sampling() -> None:
    """Compare one sampling pass over 152,000 words, everything on, with transformers' processors."""
    from transformers.generation import logits_process as processors

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
    torch.set_num_threads(1)
    for _ in range(15):
        for one, run in zip(samples, (theirs, lambda: sampler.choose(logits, ids)), strict=True):
            begun, busy, own = time.perf_counter(), busy_seconds(), time.process_time()
            run()
            everything = (time.perf_counter() - begun) * (os.cpu_count() or 1)
            one.seconds.append(time.perf_counter() - begun)
            one.foreign.append(max(0.0, busy_seconds() - busy - (time.process_time() - own)) / everything)
    report("a sampling pass, 152k words, eight settings on", samples, 20)


def busy_seconds() -> float:
    """Return the seconds that all cores together have computed so far."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0)


if __name__ == "__main__":
    main()

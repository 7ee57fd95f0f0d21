"""How fast the engine writes, against peers on the same weights: python -m benchmarks.speed [MODEL...] [--rounds N].

Models are 30m, 0.5b, 1.5b and 7b, of random weights, built into --work at the first run, and story-en, which comes
along; tiny is for trying this program. Every engine has a process of its own and its best number of threads; they take
turns, A B A B, and a ratio is that of the medians. Samples during which others took more than 5 % of the processor's
time are dropped; where none is left the row says "noisy" and is no figure to quote. Peers that are not installed are
named in their rows (llama-cpp-python and gguf, from PyPI). Random weights repeat themselves, so guessing ahead is off
but in its own rows, where what is written is set to what a summary or a rewrite would copy.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch

from benchmarks.bandwidth import bytes_per_token, measured_bandwidth
from benchmarks.disturbed import measure_disturbed
from benchmarks.measuring import Engine, Target, compare, compare_tasks, gather, leave_out, report, show
from benchmarks.sampling_pass import measure_sampling
from benchmarks.speed_models import MODELS, build, build_gguf
from engine.model_shape import read_shape

REFERENCE = ("transformers", "bfloat16")
FORMATS = ("bfloat16", "int8", "int4")
GGUF = {"bfloat16": "bf16", "int8": "q8_0", "int4": "q4_0"}
# By model and format: decoding, how many times as fast as transformers' and as llama.cpp's; share of the bandwidth.
DECODING = {
    ("30m", "bfloat16"): Target(3.0),
    ("30m", "int8"): Target(5.0),
    ("0.5b", "bfloat16"): Target(1.8),
    ("0.5b", "int8"): Target(3.0),
    ("0.5b", "int4"): Target(3.5),
}
LLAMA_CPP = {
    ("30m", "bfloat16"): Target(0.6),
    ("30m", "int8"): Target(0.7),
    ("0.5b", "bfloat16"): Target(1.0),
    ("0.5b", "int8"): Target(1.3),
    ("0.5b", "int4"): Target(1.1),
}
SHARES = {("0.5b", "bfloat16"): Target(70.0), ("0.5b", "int8"): Target(60.0)}
FIRST_TOKEN = {"bfloat16": 1.0, "int8": 1.15, "int4": 1.15}  # at most so many times transformers'
ON_GPU = {("30m", "bfloat16"): Target(8.0), ("0.5b", "bfloat16"): Target(5.0), ("7b", "bfloat16"): Target(2.0)}
GPU_SHARES = {("7b", "bfloat16"): Target(70.0)}
DRAFTS = {"1.5b": "0.5b", "7b": "0.5b", "tiny": "tiny"}  # who guesses for whom
DECODE = {"prompt": 128, "new": 48}
COPY = {"prompt": 600, "new": 96}


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure: rounds, tokens of long prompts, the device, the bandwidth measured there (bytes a second)."""

    rounds: int
    long: int
    longest: int
    device: str
    bandwidth: float

    @property
    def on_cpu(self) -> bool:
        """Tell whether a processor is measured."""
        return self.device == "cpu"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("models", nargs="*", default=["30m", "0.5b"], choices=list(MODELS), metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", type=int, default=2000, help="tokens of a long prompt")
    parser.add_argument("--longest", type=int, default=8000, help="tokens of the longest prompt; 0 leaves it out")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "penwright-benchmarks")
    parser.add_argument("--weights", nargs="+", default=list(FORMATS), choices=FORMATS, help="formats of ours")
    parser.add_argument("--device", default="cpu", help="where both compute")
    options = parser.parse_args()
    bandwidth = measured_bandwidth(options.device)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, torch {torch.__version__}, ", end="")
    print(f"memory {bandwidth / 1e9:.1f} GB/s", flush=True)
    plan = Plan(options.rounds, options.long, options.longest, options.device, bandwidth)
    if plan.on_cpu:
        measure_sampling()
    for name in options.models:
        measure_model(name, build(options.work, name, options.device), plan, options.weights)


def measure_model(name: str, folder: Path, plan: Plan, formats: Sequence[str]) -> None:
    """Compare every format of ours with the reference, with itself and with llama.cpp's."""
    reference = Engine(REFERENCE[0], folder, REFERENCE[1], plan.device)
    for weights in formats:
        ours = Engine("ours", folder, weights, plan.device)
        print(f"\n{name}, {weights}", flush=True)
        held = [engine.memory() / 1e6 for engine in (ours, reference)]
        show(
            "memory held, share of transformers'", held[0] / held[1], None, f"{held[0]:,.0f} MB against {held[1]:,.0f}"
        )
        measure_decoding(name, folder, [ours, reference], plan)
        measure_first_token([ours, reference], plan)
        measure_own(name, ours, plan)
        if name in DRAFTS:
            measure_draft(ours, DRAFTS[name], build(folder.parent, DRAFTS[name], plan.device), plan)
        if plan.on_cpu:
            measure_llama_cpp(name, folder, ours, plan)
        ours.close()
        if plan.on_cpu:
            measure_disturbed(folder, weights, plan.rounds)
    reference.close()


def measure_decoding(name: str, folder: Path, engines: Sequence[Engine], plan: Plan) -> None:
    """Compare tokens a second, and what they read of memory with what could be read."""
    weights = engines[0].weights
    target = (DECODING if plan.on_cpu else ON_GPU).get((name, weights))
    ours, other = gather([(engine, DECODE) for engine in engines], "token", plan.rounds)
    report("decode after 128, against transformers bf16", [other, ours], target)
    seconds, noisy = ours.median()
    read = bytes_per_token(read_shape(folder), weights, DECODE["prompt"] + DECODE["new"] // 2, plan.device)
    share = (SHARES if plan.on_cpu else GPU_SHARES).get((name, weights))
    details = f"{read / 1e6:,.0f} MB a token, {read / seconds / 1e9:.1f} GB/s{'  noisy' if noisy else ''}"
    what = "share of the measured memory bandwidth, %"
    show(what, 100 * read / seconds / plan.bandwidth, share, details)
    compare(f"decode after {plan.long}", engines, {"prompt": plan.long, "new": 24}, "token", plan.rounds, None)


def measure_first_token(engines: Sequence[Engine], plan: Plan) -> None:
    """Compare times until the first token: ours as a share of the other's."""
    most = Target(FIRST_TOKEN[engines[0].weights], most=True)
    for prompt, target in ((128, None), (plan.long, most), (plan.longest, None)):
        if prompt:
            task = {"prompt": prompt, "new": 1}
            pairs = [(engine, task) for engine in engines]
            report(
                f"time to the first token of {prompt}, share of transformers'",
                gather(pairs, "first", plan.rounds),
                target,
            )


def measure_own(name: str, engine: Engine, plan: Plan) -> None:
    """Compare the engine with itself: known prompts, variants, guesses."""
    known = {"known": plan.long, "prompt": 20, "new": 1}
    engine.ask(known | {"seed": 0})
    tasks = [{"prompt": plan.long, "new": 1}, known]
    what = f"first token of {plan.long} known and 20 new, against none known"
    compare_tasks(what, engine, tasks, "first", plan.rounds, Target(15))
    for count in (3, 5):
        tasks = [DECODE | {"variants": count}, DECODE]
        aimed = count == 5 and name == "0.5b" and engine.weights == "bfloat16"
        target = Target(1.15, most=True) if aimed else None
        compare_tasks(
            f"{count} variants of one prompt, times the time of one", engine, tasks, "token", plan.rounds, target
        )
    for kind in ("summary", "rewrite"):
        tasks = [COPY | {"copy": kind, "guess": guess} for guess in (False, True)]
        target = Target(1.7) if name == "0.5b" else None
        compare_tasks(f"a {kind}, with prompt lookup", engine, tasks, "token", plan.rounds, target)


def measure_draft(engine: Engine, draft: str, folder: Path, plan: Plan) -> None:
    """Compare writing with a draft model, whose guesses are set to be right four times in five, with writing alone."""
    task = COPY | {"copy": "rewrite"}
    engine.ask(task | {"draft": str(folder), "seed": 0})  # loaded, and its pace found
    tasks = [task, task | {"draft": str(folder)}]
    what = f"with {draft} as draft model, right four times in five"
    compare_tasks(what, engine, tasks, "token", plan.rounds, None)


def measure_llama_cpp(name: str, folder: Path, ours: Engine, plan: Plan) -> None:
    """Compare with llama.cpp, in the format of its own that comes closest."""
    kind, target = GGUF[ours.weights], LLAMA_CPP.get((name, ours.weights))
    what = f"decode after 128, against llama.cpp {kind}"
    if not (find_spec("llama_cpp") and find_spec("gguf")):
        leave_out(what, "llama-cpp-python or gguf is not installed")
        return
    build_gguf(folder, kind)
    other = Engine("llama.cpp", folder, kind, plan.device)
    compare(what, [ours, other], DECODE, "token", plan.rounds, target)
    other.close()


if __name__ == "__main__":
    main()

"""How fast the engine writes, against peers on the same weights: python -m benchmarks.speed [MODEL...] [--rounds N].

Models are 30m, 0.5b, 1.5b and 7b, of random weights, built into --work at the first run, and story-en, which comes
along; tiny is for trying this program. Every engine has a process of its own and its best number of threads; they take
turns, A B A B, and a ratio is that of the medians. Samples during which others took more than 5 % of the processor's
time are dropped; where none is left the row says "noisy" and is no figure to quote. Peers that are not installed are
named in their rows (llama-cpp-python and gguf, from PyPI). Random weights repeat themselves, so guessing ahead is off
but in its own rows, where what is written is set to what a summary or a rewrite would copy. Our compiled functions
have to be there, as after `python -m engine.compiled.library`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import torch

from benchmarks.bandwidth import bytes_per_token, measured_bandwidth
from benchmarks.disturbed import measure_disturbed
from benchmarks.measuring import (
    Engine,
    Samples,
    Target,
    compare,
    compare_tasks,
    gather,
    gather_all,
    leave_out,
    report,
    show,
)
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
_ROOM = 64  # tokens of a model's context that are left for what is added to a long prompt
Pair = tuple[dict[str, Samples], dict[str, Samples]]  # what ours took for a task, and what the reference did


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure: rounds, tokens of long prompts, the device, the bandwidth measured there (bytes a second)."""

    rounds: int
    long: int
    longest: int
    device: str
    bandwidth: float

    @property
    def tasks(self) -> list[dict[str, int]]:
        """The tasks in which ours is compared with others: the first with DECODE, the second with a long prompt."""
        longest = [{"prompt": self.longest, "new": 1}] if self.longest else []
        return [DECODE, {"prompt": self.long, "new": 24}, *longest]

    def within(self, context: int) -> Plan:
        """Return the plan for a model that reads no more than `context` tokens."""
        long = min(self.long, context - _ROOM)
        return replace(self, long=long, longest=self.longest if self.longest <= context - _ROOM else 0)

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
        folder = build(options.work, name, options.device)
        measure_model(name, folder, plan.within(read_shape(folder).window), options.weights)


def measure_model(name: str, folder: Path, plan: Plan, formats: Sequence[str]) -> None:
    """Compare every format of ours with the reference, with itself and with llama.cpp's."""
    reference = Engine(REFERENCE[0], folder, REFERENCE[1], plan.device)
    ours = [Engine("ours", folder, weights, plan.device) for weights in formats]
    print(f"\n{name}: prompts of {', '.join(str(task['prompt']) for task in plan.tasks)} tokens", flush=True)
    held = [engine.memory() / 1e6 for engine in (*ours, reference)]
    # All formats in turns with the reference, which is the slowest and has to be asked only once for all of them.
    found = [gather_all([(engine, task) for engine in (*ours, reference)], plan.rounds) for task in plan.tasks]
    reference.close()
    for place, engine in enumerate(ours):
        print(f"\n{name}, {engine.weights}", flush=True)
        size = f"{held[place]:,.0f} MB against {held[-1]:,.0f}"
        show("memory held, share of transformers'", held[place] / held[-1], None, size)
        pairs = [(one[place], one[-1]) for one in found]
        show_decoding(name, folder, engine.weights, pairs, plan)
        show_first_tokens(engine.weights, pairs, plan)
        measure_known(engine, found[1][place]["first"], plan)
        measure_own(name, engine, plan)
        if name in DRAFTS:
            measure_draft(engine, DRAFTS[name], build(folder.parent, DRAFTS[name], plan.device), plan)
        if plan.on_cpu:
            measure_llama_cpp(name, folder, engine, plan)
        engine.close()
        if plan.on_cpu:
            measure_disturbed(folder, engine.weights, plan.rounds)


def show_decoding(name: str, folder: Path, weights: str, pairs: Sequence[Pair], plan: Plan) -> None:
    """Compare tokens a second, and what they read of memory with what could be read."""
    (ours, other), (ours_long, other_long), *_ = [(one["token"], another["token"]) for one, another in pairs]
    target = (DECODING if plan.on_cpu else ON_GPU).get((name, weights))
    report("decode after 128, against transformers bf16", [other, ours], target)
    seconds, noisy = ours.median()
    read = bytes_per_token(read_shape(folder), weights, DECODE["prompt"] + DECODE["new"] // 2, plan.device)
    share = (SHARES if plan.on_cpu else GPU_SHARES).get((name, weights))
    details = f"{read / 1e6:,.0f} MB a token, {read / seconds / 1e9:.1f} GB/s{'  noisy' if noisy else ''}"
    what = "share of the measured memory bandwidth, %"
    show(what, 100 * read / seconds / plan.bandwidth, share, details)
    report(f"decode after {plan.long}, against transformers bf16", [other_long, ours_long], None)


def show_first_tokens(weights: str, pairs: Sequence[Pair], plan: Plan) -> None:
    """Compare times until the first token: ours as a share of the other's."""
    for task, (ours, other) in zip(plan.tasks, pairs, strict=True):
        target = Target(FIRST_TOKEN[weights], most=True) if task["prompt"] == plan.long else None
        what = f"time to the first token of {task['prompt']}, share of transformers'"
        report(what, [ours["first"], other["first"]], target)


def measure_known(engine: Engine, unknown: Samples, plan: Plan) -> None:
    """Compare the first token after a prompt of which all but 20 tokens are known with that after an `unknown` one."""
    task = {"known": plan.long, "prompt": 20, "new": 1}
    engine.ask(task | {"seed": 0})
    known = gather([(engine, task)], "first", plan.rounds)[0]
    report(f"first token of {plan.long} known and 20 new, against none known", [unknown, known], Target(15))


def measure_own(name: str, engine: Engine, plan: Plan) -> None:
    """Compare the engine with itself: variants, guesses."""
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

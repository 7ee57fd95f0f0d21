"""How fast the engine translates, against its peers: python -m benchmarks.translation_speed [--rounds N].

On a Marian model of the usual shape (OPUS-MT's: 6 and 6 layers of 512) with random weights, all in 8 bits but
transformers, which has bfloat16 alone. How samples are taken and which are dropped is as in `benchmarks.speed`.
On a GPU (`--device cuda`) all have bfloat16.
`--one-thread` compares the processor's time of one thread each with CTranslate2 alone, which others disturb less.
"""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from pathlib import Path

import torch

from benchmarks.measuring import Engine, Target, compare, leave_out
from benchmarks.speed_models import build_marian

TASKS = [(1, 1), (1, 4), (32, 1), (32, 4)]  # sentences at once, beams
TARGETS = {1: 1.2, 32: 1.0}  # times as fast as CTranslate2 in 8 bits
MODULE = "benchmarks.translation_engines"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "penwright-benchmarks")
    parser.add_argument("--one-thread", action="store_true")
    parser.add_argument("--device", default="cpu", help="where all compute")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, torch {torch.__version__}")
    folder = build_marian(options.work)
    threads, key = (1, "processor") if options.one_thread else (0, "token")
    weights = "int8" if options.device == "cpu" else "bfloat16"
    ours = Engine("ours", folder, weights, options.device, MODULE, threads)
    peers = [] if options.one_thread else [("transformers", "bfloat16")]
    if find_spec("ctranslate2"):
        peers.append(("CTranslate2", weights))
    else:
        leave_out(f"a token of each, against CTranslate2 {weights}", "ctranslate2 is not installed")
    for name, theirs in peers:
        peer = Engine(name, folder, theirs, options.device, MODULE, threads)
        print(f"\nagainst {name} {theirs} ({peer.memory() / 1e6:,.0f} MB; ours {ours.memory() / 1e6:,.0f} MB)")
        for sources, beams in TASKS:
            target = Target(TARGETS[sources]) if name == "CTranslate2" and options.device == "cpu" else None
            what = f"{sources} at once, beam {beams}, a token of each"
            compare(what, [ours, peer], {"sources": sources, "beams": beams}, key, options.rounds, target)
        peer.close()
    ours.close()


if __name__ == "__main__":
    main()

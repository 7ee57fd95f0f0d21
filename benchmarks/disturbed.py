"""Decoding while another program keeps one core busy, against one thread that nobody disturbs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.measuring import PATIENCE, Engine, Samples, Target, report

_TASK = {"prompt": 128, "new": 96}
_TARGET = Target(0.8)


@contextmanager
def busy_core() -> Iterator[psutil.Process]:
    """Keep one core busy meanwhile."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.kill()


def measure_disturbed(folder: Path, weights: str, rounds: int) -> None:
    """Print how fast our engine writes then, as a share of the speed of one quiet thread."""
    quiet, ours = Engine("ours", folder, weights, "cpu", threads=1), Engine("ours", folder, weights, "cpu")
    alone, beside = Samples(), Samples()
    begun = time.monotonic()
    for seed in range(1, rounds + 1):
        answer, foreign = quiet.ask({**_TASK, "seed": seed})
        alone.add(answer["token"], foreign)
        with busy_core() as other:
            answer, foreign = ours.ask({**_TASK, "seed": 1000 + seed}, other)
        beside.add(answer["token"], foreign)
        if time.monotonic() - begun > PATIENCE:
            break
    report("decode beside a busy core, against one quiet thread", [alone, beside], _TARGET)
    for engine in (quiet, ours):
        engine.close()

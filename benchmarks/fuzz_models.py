"""Tamper with models and load what comes of it: python -m benchmarks.fuzz_models --count 10000 [--gguf].

Each lies in the writer's folder of models. It is listed, looked over and estimated, as the window does at every turn,
and written with, as an engine process does. A process that dies, takes ten seconds of a processor's time or does
nothing for a minute is counted and started again, as the window would do.
"""

from __future__ import annotations

import argparse
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

_PATIENCE = 10.0  # seconds of a processor: others may keep it busy
_IDLE_PATIENCE = 60.0  # seconds in all
_WORKER = """
import os, sys, warnings
answers = os.fdopen(os.dup(1), "w")  # whatever a library prints is no answer
os.dup2(2, 1)
warnings.simplefilter("ignore")
from pathlib import Path
from engine.environment import prepare_environment
prepare_environment()
from tests.engine.looking_over import look_over, write_with  # what there is no sentence for is raised
for folder in sys.argv[1:]:  # whole ones first: what is imported for them is no part of the patience
    write_with(Path(folder))
print("ready", file=answers, flush=True)
for line in sys.stdin:
    try:
        look_over(Path(line.strip()))
        print("refused" if write_with(Path(line.strip()))[1] else "written", file=answers, flush=True)
    except Exception as error:
        print("error", type(error).__name__, str(error)[:100].replace(chr(10), " "), file=answers, flush=True)
"""


class Worker:
    """A process that looks over and writes with one model after the other, in a home of its own."""

    def __init__(self, whole: list[Path], home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WORKER, *map(str, whole)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1", "HOME": str(home), "XDG_DATA_HOME": str(home / "data")},
        )
        self._read(300.0)

    def write_with(self, folder: Path) -> str:
        """Return how it went: "written", "refused", "error ...", "died" or "hung"."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder}\n".encode())
        self._process.stdin.flush()
        begun, busy = time.monotonic(), self._busy()
        while time.monotonic() - begun < _IDLE_PATIENCE:
            answer = self._read(_PATIENCE)
            if answer or self._busy() - busy > _PATIENCE:
                return answer or "hung"
        return "hung"

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _busy(self) -> float:
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    def _read(self, seconds: float) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        return (self._process.stdout.readline().decode().strip() or "died") if ready else ""


def main() -> None:
    """Tamper, write, count, and print what was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--gguf", action="store_true", help="GGUF files instead of folders")
    options = parser.parse_args()
    from tests.engine.mutations import mutate

    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        models = whole_models(Path(name), gguf=options.gguf)
        worker = Worker(models, Path(name))
        folder = Path(name) / "data/penwright/models/model"
        for seed in range(options.first, options.first + options.count):
            shutil.rmtree(folder, ignore_errors=True)
            model = models[seed % len(models)]
            change = mutate(model, folder, seed)
            outcome = worker.write_with(folder / model.name if options.gguf else folder)
            counts[outcome.split()[0]] += 1
            if outcome not in ("written", "refused"):
                print(f"seed {seed}: {change}: {outcome}", flush=True)
            if outcome in ("died", "hung"):
                worker.close()
                worker = Worker(models, Path(name))
        worker.close()
    print(
        f"{options.count:,} {'files' if options.gguf else 'folders'}: "
        + ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
    )


def whole_models(home: Path, *, gguf: bool) -> list[Path]:
    """Return the models that are tampered with: folders, or a GGUF file in `home`."""
    from tests.engine.tiny_loaded import tiny_folder

    if not gguf:
        return [tiny_folder(kind) for kind in ("llama", "gpt2", "qwen2")]
    from tests.engine.gguf.export import export_gguf

    return [export_gguf(tiny_folder("llama"), home / "tiny.gguf")]


if __name__ == "__main__":
    main()

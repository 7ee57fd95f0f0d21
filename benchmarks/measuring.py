"""What the programs that measure speed share: engines in processes that take turns, medians, rows of a table.

Samples during which others took more than 5 % of the processor's time are dropped; where none is left the row says
"noisy" and is no figure to quote. A row says of how many samples its medians are: one where a sample takes minutes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

FOREIGN = 0.05  # share of all processor time that others may take during a sample
PATIENCE = 40.0  # seconds after which no other round of a row begins


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is to be reached, or where it is `most` not to be passed."""

    figure: float
    most: bool = False

    @property
    def words(self) -> str:
        """Return it as it stands in a table."""
        return f"{'≤' if self.most else '≥'} {self.figure:.2f}"

    def met(self, figure: float) -> bool:
        """Tell whether `figure` is good enough."""
        return figure <= self.figure if self.most else figure >= self.figure


class Engine:
    """An engine in its process; `ask` answers with what a task took and how much time others took meanwhile."""

    def __init__(
        self,
        name: str,
        folder: Path,
        weights: str,
        device: str,
        module: str = "benchmarks.speed_engines",
        threads: int = 0,
    ) -> None:
        """Start it; `threads` are the most that it may use, 0 for all."""
        self.name, self.weights = name, weights
        command = [sys.executable, "-m", module, name, str(folder), weights, device]
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)} if threads else None
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._times = psutil.Process(self._process.pid)
        self._answer()

    def ask(self, task: dict[str, Any], companion: psutil.Process | None = None) -> tuple[dict[str, float], float]:
        """Return the answer to `task`, and the share of all processor time that others took but a `companion`."""
        assert self._process.stdin is not None
        watched = [self._times] if companion is None else [self._times, companion]
        begun, busy, own = time.perf_counter(), busy_seconds(), _seconds(watched)
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        everything = (time.perf_counter() - begun) * (os.cpu_count() or 1)
        return answer, max(0.0, busy_seconds() - busy - (_seconds(watched) - own)) / everything

    def memory(self) -> int:
        """Return the bytes the process holds."""
        return self._times.memory_info().rss

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

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

    def add(self, seconds: float, foreign: float) -> None:
        """Add a sample."""
        self.seconds.append(seconds)
        self.foreign.append(foreign)

    def median(self) -> tuple[float, bool]:
        """Return the median of the quiet samples, or of all where there are none, and whether it is noisy."""
        quiet = [one for one, share in zip(self.seconds, self.foreign, strict=True) if share <= FOREIGN]
        return statistics.median(quiet or self.seconds), not quiet


def cpu_task(run: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that `run` takes in this process, and the share of all processor time that others took."""
    begun, busy, own = time.perf_counter(), busy_seconds(), time.process_time()
    run()
    seconds = time.perf_counter() - begun
    others = busy_seconds() - busy - (time.process_time() - own)
    return seconds, max(0.0, others) / (seconds * (os.cpu_count() or 1))


def compare(
    what: str, engines: Sequence[Engine], task: dict[str, Any], key: str, rounds: int, target: Target | None
) -> None:
    """Print how many times as fast the first of `engines` is as the second."""
    ours, other = gather([(engine, task) for engine in engines], key, rounds)
    report(what, [other, ours], target)


def compare_tasks(
    what: str, engine: Engine, tasks: Sequence[dict[str, Any]], key: str, rounds: int, target: Target | None
) -> None:
    """Print how many times as fast the second of `tasks` is as the first."""
    report(what, gather([(engine, task) for task in tasks], key, rounds), target)


def gather(pairs: Sequence[tuple[Engine, dict[str, Any]]], key: str, rounds: int) -> list[Samples]:
    """Return samples of each pair, taken in turns."""
    return [found[key] for found in gather_all(pairs, rounds)]


def gather_all(pairs: Sequence[tuple[Engine, dict[str, Any]]], rounds: int) -> list[dict[str, Samples]]:
    """Return samples of all that each pair's answers say, taken in turns: fewer rounds where they take long."""
    found: list[dict[str, Samples]] = [defaultdict(Samples) for _ in pairs]
    begun = time.monotonic()
    for number in range(1, rounds + 1):
        for samples, (engine, task) in zip(found, pairs, strict=True):
            answer, foreign = engine.ask(task | {"seed": number * 1000 + int(time.monotonic() * 100) % 1000})
            for key, seconds in answer.items():
                samples[key].add(seconds, foreign)
        if time.monotonic() - begun > PATIENCE:
            break
    return found


def report(what: str, samples: Sequence[Samples], target: Target | None) -> None:
    """Print the ratio of the first of two to the second, what it should be, both medians, and of how many samples."""
    (first, first_noisy), (second, second_noisy) = (one.median() for one in samples)
    foreign = statistics.median(share for one in samples for share in one.foreign)
    rounds = len(samples[0].seconds)
    times = f"{1000 * second:9.2f} ms against {1000 * first:9.2f}  others {foreign:4.0%}  of {rounds}"
    show(what, first / second, target, times + ("  noisy" if first_noisy or second_noisy else ""))


def show(what: str, figure: float, target: Target | None, details: str) -> None:
    """Print a row of the table: what was measured, the figure, its target and whether it is met, details."""
    aim = f"{target.words:8} {'met' if target.met(figure) else 'missed':6}" if target else " " * 15
    print(f"  {what:60} {figure:6.2f}  {aim}  {details}", flush=True)


def leave_out(what: str, reason: str) -> None:
    """Print a row that could not be measured here."""
    print(f"  {what:60}      –  not measured: {reason}", flush=True)


def _seconds(processes: Sequence[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def busy_seconds() -> float:
    """Return the seconds that all cores together have computed so far."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0)

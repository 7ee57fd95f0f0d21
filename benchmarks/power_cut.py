"""Cut the power at random moments while a window is typed into, and count what was not on the disk yet.

    python -m benchmarks.power_cut [--seconds 120] [--cuts 2000] [--seed 1]

A real window (offscreen) is typed into as people do: words at ten keys a second, with pauses. A small library that is
preloaded (power_cut.c; a C compiler is needed) copies each file of the journal in the moment in which fsync or
fdatasync comes back. For a cut at any moment the journal is put together again from the last such copy of each file,
opened as at a start, and compared with what had been typed by then. What the system wrote by itself, without being
asked, counts as lost. A disk that says it has what it has not cannot be seen from here.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StorageError
from engine.store.journal import Journal

KEYS_PER_SECOND = 10
_REST = 3.0  # seconds after the last word, in which it has to reach the disk
PAUSES = (0.0, 0.0, 0.0, 0.3, 1.0, 3.0)  # seconds after a word, one of them at random
DATABASE, LOG = "story.db", "story.db-wal"


@dataclass(frozen=True)
class Copy:
    """A file as it was brought to the disk, and when (time.monotonic)."""

    at: float
    suffix: str
    path: Path


@dataclass(frozen=True)
class Loss:
    """What a cut took."""

    characters: int
    seconds: float  # since the first of them was typed


def type_story(folder: Path, seconds: float, seed: int) -> None:
    """Be the window: type into a text without a file, and write down when each letter was typed."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtTest import QTest

    from gui.app import make_application
    from gui.engine_client import EngineClient
    from gui.main_window import MainWindow
    from gui.settings import Settings

    application = make_application(["penwright"])
    window = MainWindow(application, Settings(first_start=False), folder / "settings.json", EngineClient())
    window.show()
    draw, typed, loop = random.Random(seed), "", QEventLoop()
    times: list[float] = []
    end = time.monotonic() + seconds

    def wait(pause: float) -> None:
        QTimer.singleShot(round(1000 * pause), loop.quit)
        loop.exec()

    while time.monotonic() < end:
        for letter in "".join(draw.choices("aeinorst", k=draw.randint(1, 8))) + " ":
            times.append(time.monotonic())
            QTest.keyClicks(window.parts.workspace.current.editor, letter)
            typed += letter
            wait(1 / KEYS_PER_SECOND)
        wait(draw.choice(PAUSES))
    wait(_REST)
    (folder / "typed.json").write_text(json.dumps({"text": typed, "times": times}))
    os._exit(0)  # without closing anything: the power is cut


def run_window(folder: Path, seconds: float, seed: int) -> tuple[str, list[float]]:
    """Have a window typed into, with its files watched; return the text and when each letter of it was typed."""
    library = folder / "power_cut.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    watched, kept = folder / "data" / "penwright" / "documents", folder / "kept"
    kept.mkdir()
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    environment = {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", "LD_PRELOAD": str(library)}
    environment |= {"POWER_CUT_WATCH": str(watched), "POWER_CUT_KEPT": str(kept)}
    command = [sys.executable, "-m", "benchmarks.power_cut", "--child", str(folder)]
    subprocess.run([*command, "--seconds", str(seconds), "--seed", str(seed)], env=environment, check=True)
    told = json.loads((folder / "typed.json").read_text())
    return told["text"], told["times"]


def copies_in(folder: Path) -> list[Copy]:
    """Return what was brought to the disk, in order."""
    found = []
    for path in folder.iterdir():
        moment, number, name = path.name.split(" ", 2)
        found.append((float(moment), int(number), Copy(float(moment), "".join(Path(name).suffixes), path)))
    return [copy for _, _, copy in sorted(found, key=lambda each: each[:2])]


class Disk:
    """What was on the disk at any moment, as a text."""

    def __init__(self, copies: list[Copy], folder: Path) -> None:
        self._copies = copies
        self._folder = folder
        self._texts: dict[tuple[Path | None, Path | None], str] = {}

    def text_at(self, moment: float) -> str:
        """Return what a start after a cut at `moment` would bring back."""
        last: dict[str, Path] = {copy.suffix: copy.path for copy in self._copies if copy.at <= moment}
        state = last.get(".db"), last.get(".db-wal")
        if state not in self._texts:
            self._texts[state] = self._restored(*state)
        return self._texts[state]

    def _restored(self, database: Path | None, log: Path | None) -> str:
        if database is None:
            return ""
        place = self._folder / f"restored-{len(self._texts)}"
        place.mkdir()
        shutil.copy(database, place / DATABASE)
        if log is not None:
            shutil.copy(log, place / LOG)
        try:
            journal = Journal.load(place / DATABASE)
        except StorageError:
            return ""  # of a cut while the journal was only just being made
        text = journal.text
        journal.close()
        return text


def losses(disk: Disk, typed: str, times: list[float], moments: list[float]) -> list[Loss]:
    """Return what cuts at these moments took. Raises RuntimeError where something else came back than was typed."""
    found = []
    for moment in moments:
        text, by_then = disk.text_at(moment), bisect.bisect_right(times, moment)
        if not typed.startswith(text):
            raise RuntimeError(f"{text[-40:]!r} was never typed")
        missing = max(0, by_then - len(text))
        found.append(Loss(missing, moment - times[len(text)] if missing else 0.0))
    return found


def describe(values: list[float], unit: str) -> str:
    """Return median, 95th percentile and worst."""
    ordered = sorted(values)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return f"median {statistics.median(ordered):.1f}, p95 {p95:.1f}, worst {ordered[-1]:.1f} {unit}"


def main() -> None:
    """Print what a power cut could take."""
    parser = argparse.ArgumentParser(description="Cut the power while a window is typed into.")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--cuts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        type_story(options.child, options.seconds, options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        typed, times = run_window(folder, options.seconds, options.seed)
        copies = copies_in(folder / "kept")
        draw = random.Random(options.seed)
        moments = [draw.uniform(times[0], times[-1]) for _ in range(options.cuts)]
        lost = losses(Disk(copies, folder), typed, times, moments)
    checkpoints = [copy.at for copy in copies if copy.suffix == ".db"]
    waits = [later - earlier for earlier, later in itertools.pairwise(checkpoints)]
    print(f"{len(typed):,} characters typed in {times[-1] - times[0]:.0f} s, {len(checkpoints)} checkpoints")
    print(f"between two checkpoints: {describe(waits, 's')}")
    print(f"{len(lost):,} cuts")
    print(f"lost characters: {describe([float(loss.characters) for loss in lost], '')}")
    print(f"age of the oldest of them: {describe([loss.seconds for loss in lost], 's')}")


if __name__ == "__main__":
    main()

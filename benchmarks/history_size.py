"""Measure what a history takes: python -m benchmarks.history_size TEXT [--characters 500000] [--generations 100].

Continues a text at its end, in turns by a few typed letters and by a model's sentence, as the window tells the journal
of it; every fourth time in its middle. Prints what the database takes after that, and how long a generation takes to
be kept and all of them to be read.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from engine.modes import Mode, Request
from engine.store.edits import Change, Origin
from engine.store.generation_records import generations_of, put_generation
from engine.store.generations import Generation, Wording
from engine.store.journal import Journal

TYPED = " Then she said: "
PIECE = 8  # characters that a model writes at a time


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("text", type=Path, help="a file in UTF-8")
    parser.add_argument("--characters", type=int, default=500_000)
    parser.add_argument("--generations", type=int, default=100)
    options = parser.parse_args()
    whole = options.text.read_text(encoding="utf-8")
    text, source = whole[: options.characters], whole[options.characters :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.db"
        seconds = write_history(path, text, source or whole, options.generations)
        begun = time.perf_counter()
        journal = Journal.load(path)
        found = generations_of(journal)
        read = time.perf_counter() - begun
        journal.close()
        print(f"{len(text):,} characters, {len(found)} generations: {path.stat().st_size / 1e6:.2f} MB")
        print(f"to keep one: median {1e3 * statistics.median(seconds):.1f} ms, most {1e3 * max(seconds):.1f} ms")
        print(f"to open it and read all: {read:.2f} s")


def write_history(path: Path, text: str, source: str, count: int) -> list[float]:
    """Write the history of a text in which a model wrote `count` times; return how long each took to be kept."""
    draw = random.Random(1)
    journal = Journal(path, text, {})
    seconds = []
    for number in range(count):
        at = len(text) // 2 if number % 4 == 3 else len(text)
        journal.append([Change(at + place, 0, letter) for place, letter in enumerate(TYPED)])
        text = text[:at] + TYPED + text[at:]
        at += len(TYPED)
        start = draw.randrange(max(1, len(source) - 300))
        written = source[start : start + draw.randint(60, 300)]
        request = Request(Mode.WRITE, text[:at])
        journal.mark("generation")
        seconds.append(_keep(journal, Generation(f"{number}", request, (Wording("", finished=False),), 0, at, at)))
        for place in range(0, len(written), PIECE):
            journal.append([Change(at + place, 0, written[place : place + PIECE], Origin.MODEL)])
        text = text[:at] + written + text[at:]
        end = at + len(written)
        seconds.append(_keep(journal, Generation(f"{number}", request, (Wording(written, seed=1),), 0, at, end)))
    journal.close()
    return seconds


def _keep(journal: Journal, generation: Generation) -> float:
    begun = time.perf_counter()
    put_generation(journal, generation)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

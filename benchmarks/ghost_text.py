"""Measure ghost text: python -m benchmarks.ghost_text BOOK.txt[.xz] [--model FOLDER] [--no-learn].

Types passages of a book on one thread and asks for candidates where a writer would stop: after a word, and two
letters into the next. Prints how long the two sets took, on the clock and as time of the processor (which other
programs do not lengthen), how often there was a candidate, and how often the first one's first word was right.
Run it on a quiet machine; the load is printed.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from engine.cli.evaluating import read_text
from engine.complete import Completer
from engine.device import choose_device
from engine.events import Progress, Result, TextChunk
from engine.models.loaded import LoadedModel, load_model
from engine.modes import Mode, Request
from engine.paths import assets_dir

BEFORE = 20_000  # characters before those that are typed
WORD = re.compile(r"\s*[\w’']*")


@dataclass(slots=True)
class Tally:
    """What became of the requests, for one set of candidates."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    shown: int = 0
    right: int = 0

    def note(self, clock: float, processor: float, best: str, following: str) -> None:
        """Count a request whose likeliest candidate is `best`, "" for none, before the text `following`."""
        self.clock.append(1000 * clock)
        self.processor.append(1000 * processor)
        self.shown += bool(best)
        self.right += bool(best) and _first_word(best) == _first_word(following)

    def __str__(self) -> str:
        times = "  ".join(_times(name, getattr(self, name)) for name in ("clock", "processor"))
        shown, right = 100 * self.shown / len(self.clock), 100 * self.right / max(1, self.shown)
        return f"{times}  shown {shown:.0f} %  right {right:.0f} % of these"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("book", type=Path)
    parser.add_argument("--model", type=Path, default=assets_dir() / "models" / "story-en")
    parser.add_argument("--no-learn", dest="learn", action="store_false")
    parser.add_argument("--passages", type=int, default=3)
    parser.add_argument("--typed", type=int, default=600, help="characters of each passage")
    options = parser.parse_args()
    torch.set_num_threads(1)
    completer = Completer(_loaded(options.model))
    book = read_text(options.book)
    tallies = {"ngram": Tally(), "model": Tally()}
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.2f}, learning {options.learn}")
    for passage in range(1, options.passages + 1):
        start = passage * len(book) // (options.passages + 1)
        list(completer.complete(Request(Mode.COMPLETE, book[start : start + BEFORE], variants=5, learn=options.learn)))
        for caret in range(start + BEFORE, min(len(book), start + BEFORE + options.typed)):
            if re.search(r"(?: |\W\w\w)\Z", book[start:caret][-3:]):
                _ask(completer, book[start:caret], book[caret : caret + 100], options.learn, tallies)
    for source, tally in tallies.items():
        print(f"{source:6} {tally}  (n {len(tally.clock)})")


def _ask(completer: Completer, text: str, following: str, learn: bool, tallies: dict[str, Tally]) -> None:
    clock, processor = time.perf_counter(), time.process_time()
    source, best = "", ""
    for event in completer.complete(Request(Mode.COMPLETE, text, variants=5, learn=learn)):
        if isinstance(event, Result):
            source, best = event.values["source"], ""
        elif isinstance(event, TextChunk) and not event.variant:
            best = event.text
        elif isinstance(event, Progress) and event.unit == "sets":
            tallies[source].note(time.perf_counter() - clock, time.process_time() - processor, best, following)


def _times(name: str, milliseconds: list[float]) -> str:
    last = sorted(milliseconds)[int(0.95 * (len(milliseconds) - 1))]
    return f"{name} median {statistics.median(milliseconds):.1f}  p95 {last:.1f} ms"


def _first_word(text: str) -> str:
    found = WORD.match(text)
    return found[0] if found else ""


def _loaded(folder: Path) -> LoadedModel:
    loading = load_model(folder, choose_device("cpu"))
    while True:
        try:
            next(loading)
        except StopIteration as end:
            return end.value


if __name__ == "__main__":
    main()

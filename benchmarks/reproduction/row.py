"""A published figure to be reached, and the run that tries to."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: our `figure`, whether it meets the bar (None where there is none), what was tried."""

    figure: str
    met: bool | None
    notes: str = ""


# (folder of the research data, folder for the run's own files, which lets it resume) -> lines of the learning
# curve as they come, then the outcome
Run = Callable[[Path, Path], Generator[str, None, Outcome]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: `system` in words, what was `published` and where, our `bar`, and the `run`."""

    name: str
    system: str
    published: str
    bar: str
    run: Run

"""Test sets in a folder, and a session's answers to what stands in them. Torch-free."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from pathlib import Path

from engine.cli.evaluating import read_text
from engine.errors import InputError
from engine.events import Event, TextChunk
from engine.modes import Request
from engine.session import Session


class TestSets:
    """The tables and texts of a folder, cut to their first `limit` lines."""

    __test__ = False  # no test case, whatever its name begins with

    def __init__(self, folder: Path, limit: int | None) -> None:
        self.limit = limit
        self._folder = folder

    def pairs(self, part: str, name: str) -> list[tuple[str, str]]:
        """Return the rows of a table. Raises InputError where it is missing or odd."""
        path = self._folder / part / f"{name}.tsv.xz"
        lines = itertools.islice(read_text(path).splitlines(), self.limit)
        pairs = [tuple(line.split("\t")) for line in lines]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise InputError(f"{path} is not a table of two columns: check the file.")
        return [(source, target) for source, target in pairs]

    def book(self, name: str) -> str:
        """Return a text, blank lines included. Raises InputError where it is missing."""
        return "".join(itertools.islice(read_text(self._path("lm", name)).splitlines(keepends=True), self.limit))

    def has(self, part: str, name: str) -> bool:
        """Tell whether a set is there."""
        return self._path(part, name).is_file()

    def _path(self, part: str, name: str) -> Path:
        return self._folder / part / f"{name}.{'txt' if part == 'lm' else 'tsv'}.xz"


def answer_of(session: Session, request: Request) -> Generator[Event, None, str]:
    """Run `request`, yield all but its text, and return that."""
    parts = []
    for event in session.run(request):
        if isinstance(event, TextChunk):
            parts.append(event.text)
        else:
            yield event
    return "".join(parts)

"""The headings of a Markdown text, read line by line. Torch-free."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(={2,}|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
# What a heading's own line cannot begin with: a quote, a list, a table, code that is indented.
_OTHER = re.compile(r" {0,3}(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|\|)| {4}|\t")
_LONGEST = 200  # characters; what is longer above a line of dashes is a paragraph, and the dashes a break
_MARKS = frozenset("#`~=-")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1, its text, and the line it stands in."""

    level: int
    title: str
    line: int


class HeadingFinder:
    """Find headings (CommonMark 0.31, sections 4.2 and 4.3), those in code blocks and in a front matter left out.

    A heading that is underlined must be one short line with nothing right above it.
    """

    def __init__(self) -> None:
        self._found: list[Heading] = []
        self._aside: list[Heading] = []  # found in what may turn out to be a front matter
        self._front = False
        self._fence = ""
        self._line = 0
        self._above = ""  # the line before, where it could be an underlined heading
        self._blank = True  # whether the line before was empty

    @property
    def found(self) -> list[Heading]:
        """Return the headings so far."""
        return [*self._aside, *self._found]

    def read(self, line: str) -> None:
        """Read the next line."""
        above, blank = self._above, self._blank
        self._above, self._blank = "", not line or line.isspace()
        number, self._line = self._line, self._line + 1
        start = line.lstrip(" ")[:1]
        if start and start in _MARKS:
            if self._front_matter(line, number) or self._code(line) or self._heading(line, above, number):
                return
        elif self._front and line.rstrip() == "...":
            self._end_front()
            return
        if blank and not self._blank and not self._fence and len(line) <= _LONGEST and not _OTHER.match(line):
            self._above = line

    def _front_matter(self, line: str, number: int) -> bool:
        if line.rstrip() != "---" or not (self._front or number == 0):
            return False
        if self._front:
            self._end_front()
        else:
            self._front = True
        return True

    def _end_front(self) -> None:
        self._front = False
        self._aside.clear()

    def _code(self, line: str) -> bool:
        """Tell whether `line` is code, or the fence before or after it."""
        fence = _FENCE.match(line)
        if self._fence:
            if fence and fence[1].startswith(self._fence) and not fence[2].strip():
                self._fence = ""
            return True
        if fence and not (fence[1][0] == "`" and "`" in fence[2]):
            self._fence = fence[1]
            return True
        return False

    def _heading(self, line: str, above: str, number: int) -> bool:
        if (match := _ATX.match(line)) is not None:
            self._add(Heading(len(match[1]), match[2], number))
        elif above and (match := _UNDERLINE.match(line)) is not None:
            self._add(Heading(1 if match[1][0] == "=" else 2, above.strip(), number - 1))
        else:
            return False
        return True

    def _add(self, heading: Heading) -> None:
        if heading.title.strip("#"):
            (self._aside if self._front else self._found).append(heading)


def outline(text: str) -> list[Heading]:
    """Return the headings of a whole text."""
    finder = HeadingFinder()
    for line in text.split("\n"):
        finder.read(line)
    return finder.found

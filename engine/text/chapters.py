"""The parts of a long text: its chapters where it has headings, else stretches of like length. Torch-free."""

from __future__ import annotations

import re

LONGEST = 15_000  # characters of a part: about ten pages
MOST = 40  # parts: a longer text has longer ones
_HEADING = re.compile(
    r"^(?:#{1,3} .+|(?:chapter|part|book|kapitel|teil|chapitre|partie|cap[ií]tulo|parte)\s+[\divxlc]+\b.{0,80}"
    r"|第[\d一二三四五六七八九十百零〇]{1,6}[章回节部].{0,40})$",
    re.I | re.M,
)


def split_chapters(text: str) -> list[str]:
    """Return the parts of `text`, which together hold all of its paragraphs, in order.

    A part begins at a heading, or where the one before would grow too long; headings close together share one.
    """
    longest = max(LONGEST, len(text) // MOST)
    shortest = longest // 10
    parts: list[str] = []
    for paragraph in re.split(r"\n+", text):
        if not paragraph.strip():
            continue
        size = len(parts[-1]) if parts else 0
        begins = _HEADING.match(paragraph) is not None and size > shortest
        if not parts or begins or size + len(paragraph) > longest:
            parts.append(paragraph)
        else:
            parts[-1] += "\n" + paragraph
    return parts

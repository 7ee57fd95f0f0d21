"""The prose of a book: its verse and markup left out, so that a model of stories does not learn to rhyme."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"</?[a-z]+>")
# Words that have a capital in the middle of a sentence only where a line of verse begins.
_VERSE_BEGINS = re.compile(
    r"(?<=[a-z,;:] )(?:A|All|An|And|As|At|But|By|For|From|He|Her|His|How|If|In|Is|It|Like|My|Nor|Of|On|Or|Our|She|So|"
    r"That|The|Their|Then|There|They|Till|To|Upon|Was|We|What|When|Where|While|Who|With|Yet|You|Your)\b"
)
_PROSE_WORDS = 16  # words of verse that begin a line, at least as often as this
_FEWEST_LINES = 4  # unspoken lines of like length in a row that make a stanza
_LATIN_LINE, _HAN_LINE = 60, 22  # the longest line of a stanza
_SPEECH = tuple("\"“”‘’'—–-「『")
_TELLS_WHO = re.compile(r"[：:]\s*\S")  # "he said:", and what he said
_HAN = re.compile(r"[\u3400-\u9fff]")


def prose(document: str) -> str:
    """Return `document`, one paragraph a line, without verse and tags: "" where there is nothing else."""
    lines = [line for line in (_MARKUP.sub("", line).strip() for line in document.split("\n")) if line]
    kept: list[str] = []
    stanza: list[str] = []
    for line in [*lines, ""]:
        if _is_short(line):
            stanza.append(line)
            continue
        kept += stanza if len(stanza) < _FEWEST_LINES else []
        stanza = []
        if line and not _runs_on_verse(line):
            kept.append(line)
    return "\n".join(kept)


def _is_short(line: str) -> bool:
    """Tell whether `line` could be one of a stanza: short, and nobody's speech."""
    longest = _HAN_LINE if _HAN.search(line) else _LATIN_LINE
    return bool(line) and len(line) <= longest and not line.startswith(_SPEECH) and not _TELLS_WHO.search(line)


def _runs_on_verse(paragraph: str) -> bool:
    """Tell whether `paragraph` is verse set without line breaks: "Tom, Tom, the piper's son, Stole a pig And ran"."""
    begins = len(_VERSE_BEGINS.findall(paragraph))
    return begins >= 2 and begins * _PROSE_WORDS >= len(paragraph.split())

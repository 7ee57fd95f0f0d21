"""What a model that follows instructions is asked, in words: the same for one on this machine and one on a server.

Torch-free.
"""

from __future__ import annotations

import re

from engine.languages import language_name
from engine.modes import LoreEntry, Request, SummaryStyle

_LORE_REACH = 4000  # characters of recent text in which lore keys are looked for
_CONTINUE = (
    "Continue the text below from exactly where it stops, in its language, voice and style. "
    "Write only the continuation, without comment and without repeating the text."
)
_SUMMARISE = {
    SummaryStyle.HEADLINE: "Write a headline of one line for this text, in its own language. Answer with it alone.",
    SummaryStyle.ABSTRACT: "Summarise this text in one to three sentences in its own language. Answer with them alone.",
}


def continue_instruction(shown: str, background: str, note: str) -> str:
    """Return the request to continue `shown`, knowing `background` and minding the `note`; both may be empty."""
    parts = [_CONTINUE]
    if background:
        parts.append(f"What you must know:\n{background}")
    if note:
        parts.append(f"What to mind now: {note}")
    return "\n\n".join([*parts, f"The text:\n\n{shown}"])


def translate_instruction(text: str, source: str, target: str) -> str:
    """Return the request to translate `text`; languages are codes."""
    languages = f"{language_name(source)} into {language_name(target)}"
    return f"Translate from {languages}. Answer with the translation alone.\n\n{text}"


def summary_instruction(text: str, style: SummaryStyle) -> str:
    """Return the request for a headline or an abstract of `text`."""
    return f"{_SUMMARISE[style]}\n\n{text}"


def called_lore(request: Request) -> list[LoreEntry]:
    """Return the lore entries with a key in the recent text, the most recently mentioned first."""
    recent = request.text[-_LORE_REACH:].casefold()
    places = [(max(_last_mention(recent, key) for key in entry.keys), entry) for entry in request.lore if entry.keys]
    return [entry for place, entry in sorted(places, key=lambda pair: -pair[0]) if place >= 0]


def _last_mention(text: str, key: str) -> int:
    """Return where the word `key` last occurs in case-folded `text`, or -1."""
    key = key.strip().casefold()
    spaced = not any("\u2e80" <= character <= "\u9fff" for character in key)
    pattern = rf"(?<!\w){re.escape(key)}(?!\w)" if spaced else re.escape(key)
    return max((match.start() for match in re.finditer(pattern, text)), default=-1) if key else -1

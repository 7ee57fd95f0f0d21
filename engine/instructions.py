"""What a model that follows instructions is asked, in words: the same for one on this machine and one on a server.

Torch-free.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.errors import InputError
from engine.languages import language_name
from engine.modes import LoreEntry, Mode, Request, SummaryStyle

_LORE_REACH = 4000  # characters of recent text in which lore keys are looked for
_CONTINUE = (
    "Continue the text below from exactly where it stops, in its language, voice and style. "
    "Write only the continuation, without comment and without repeating the text."
)
_SUMMARISE = {
    SummaryStyle.HEADLINE: "Write a headline of one line for this text, in its own language. Answer with it alone.",
    SummaryStyle.ABSTRACT: "Summarise this text in one to three sentences in its own language. Answer with them alone.",
}

# Ways to rewrite that have a name, in words that small models follow.
REWRITES = {
    "shorter": "Make it about a third shorter and keep everything that matters.",
    "livelier": "Make it livelier: concrete words, strong verbs, senses. Add no new events.",
    "plainer": "Say it in plainer words and shorter sentences.",
    "correct": "Correct spelling, grammar and punctuation. Change nothing else.",
}
_REWRITE = (
    "Rewrite the text below, in its own language. Keep names, numbers and facts. "
    "Answer with the rewritten text alone, without comment."
)
_READER = "Answer as an attentive reader and editor of the text below, briefly, in the language you are asked in."


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


def rewrite_instruction(text: str, instruction: str) -> str:
    """Return the request to rewrite `text`; `instruction` is a name of REWRITES or the writer's own words."""
    return f"{_REWRITE} {REWRITES.get(instruction, instruction.strip())}\n\n{text}"


def dialogue_messages(shown: str, turns: Sequence[str], voice: str) -> list[dict[str, str]]:
    """Return a conversation about `shown`, the writer's turns first and last; `voice` is a character who answers.

    What the model is and what it reads stand in the first turn, since not every chat template knows a system's.
    """
    role = _voice_instruction(voice) if voice.strip() else _READER
    opening = f"{role}\n\nThe text:\n\n{shown}\n\n" if shown.strip() else f"{role}\n\n"
    contents = [opening + turns[0], *turns[1:]]
    return [{"role": ("user", "assistant")[number % 2], "content": turn} for number, turn in enumerate(contents)]


def check_instruction(request: Request) -> None:
    """Raise InputError where a request to rewrite or to answer lacks what it is about."""
    if request.mode is Mode.REWRITE and not request.text.strip():
        raise InputError("There is no text to rewrite: write or select some.")
    if not request.instruction.strip():
        rewriting = request.mode is Mode.REWRITE
        raise InputError("Say how the text is to be rewritten." if rewriting else "There is no question: ask one.")
    if request.mode is Mode.DIALOGUE and len(request.texts) % 2:
        raise InputError("The turns before a question come in pairs: what was said and what was answered.")


def called_lore(request: Request) -> list[LoreEntry]:
    """Return the lore entries with a key in the recent text, the most recently mentioned first."""
    recent = request.text[-_LORE_REACH:].casefold()
    places = [(max(_last_mention(recent, key) for key in entry.keys), entry) for entry in request.lore if entry.keys]
    return [entry for place, entry in sorted(places, key=lambda pair: -pair[0]) if place >= 0]


def _voice_instruction(voice: str) -> str:
    return (
        f"You are {voice.strip()}, a character of the text below. Answer in the first person, in your own voice, "
        "and know only what you know there."
    )


def _last_mention(text: str, key: str) -> int:
    """Return where the word `key` last occurs in case-folded `text`, or -1."""
    key = key.strip().casefold()
    spaced = not any("\u2e80" <= character <= "\u9fff" for character in key)
    pattern = rf"(?<!\w){re.escape(key)}(?!\w)" if spaced else re.escape(key)
    return max((match.start() for match in re.finditer(pattern, text)), default=-1) if key else -1

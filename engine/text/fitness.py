"""Whether a text is what a story model was made to continue; if not, what to do instead. Torch-free."""

from __future__ import annotations

import re

from engine.languages import language_name
from engine.text.language import telling_language

_TAIL = 1000  # characters before the caret that are looked at
_CODE = re.compile(r"[;{}]\s*$|^\s*(?:def|class|import|from|function|const|let|var|#include|SELECT)\b|</\w+>\s*$", re.M)
_ORDER = re.compile(
    r"(?:please\s+)?(?:write|explain|summari[sz]e|translate|list|give me|tell me|help me|create|generate|rewrite"
    r"|describe|how (?:do|can|to)|what (?:is|are)|can you|could you)\b[^\n]{0,300}$",
    re.I,
)


def misfit(text: str, languages: tuple[str, ...]) -> str:
    """Return a sentence for the writer where `text` is not prose in one of `languages` (codes), else "".

    Another language, program text, and an order given to an assistant are told apart; all else passes.
    """
    tail = text[-_TAIL:].strip()
    if not tail or not languages:
        return ""
    written = " and ".join(map(language_name, languages))
    lines = tail.split("\n")
    if len(lines) >= 3 and 2 * len(_CODE.findall(tail)) >= len(lines):
        return f"This model continues stories in {written}, and the text looks like a program: choose another model."
    found = telling_language(tail)
    if found and found not in languages:
        return (
            f"This model continues stories in {written}, and the text looks {language_name(found)}: "
            "choose a model for that language, or expect nonsense."
        )
    if len(text.strip()) == len(tail) and _ORDER.match(tail):
        return (
            f"This model continues stories in {written} and follows no instructions: "
            "begin the story itself, or choose a model that answers."
        )
    return ""

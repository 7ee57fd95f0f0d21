"""Whether a text is what a story model was made to continue; if not, what to do instead. Torch-free."""

from __future__ import annotations

import re

from engine.languages import language_name
from engine.text.language import detect_language, telling_language

_TAIL = 1000  # characters before the caret that are looked at
_CODE = re.compile(
    r"[;{}]\s*$|^\s*(?:def|class|import|from|function|const|let|var|return|#include|SELECT)\b|</\w+>\s*$"
    r"|^\s*(?:for|if|elif|else|while|try|with|except)\b.*:\s*$|\w\(.*\)\s*$|\w\s*[-+*/]?=\s*\S|->|=>",
    re.M,
)
_LISTED = re.compile(r"^\s*(?:[-*+•|#]|\d+[.)])\s*\S.*$", re.M)
_WHOLE_LINE = re.compile(r"[.!?…。！？:：]\W*$")  # where a line of prose or of dialogue ends
_VERSE = 60  # letters that a line of verse has at most
_FIGURES, _SIGNS = 0.08, 60  # the share of figures in a report, and the length from which it tells
_ORDER = re.compile(
    r"(?:please\s+)?(?:write|explain|summari[sz]e|translate|list|give me|tell me|help me|create|generate|rewrite"
    r"|describe|how (?:do|can|to)|what (?:is|are)|can you|could you)\b[^\n]{0,300}$",
    re.I,
)


def misfit(text: str, languages: tuple[str, ...]) -> str:
    """Return a sentence for the writer where `text` is not prose in one of `languages` (codes), else "".

    Other languages and scripts, program text, lists and tables, verse, reports full of figures, texts without a word
    and orders given to an assistant are told apart; all else passes.
    """
    tail = text[-_TAIL:].strip()
    if not tail or not languages:
        return ""
    begins = f"This model continues stories in {' and '.join(map(language_name, languages))}"
    if not any(map(str.isalpha, tail)):
        return f"{begins}, and there is no word in the text: begin with some words of the story."
    if not detect_language(tail):
        return (
            f"{begins}, and the text is in a script that it does not know: choose a model for it, or expect nonsense."
        )
    found = telling_language(tail)
    if found and found not in languages:
        return (
            f"{begins}, and the text looks {language_name(found)}: "
            "choose a model for that language, or expect nonsense."
        )
    form = _form(tail)
    if form:
        return f"{begins}, and the text looks like {form}: choose another model, or expect it to turn into a story."
    if len(text.strip()) == len(tail) and _ORDER.match(tail):
        return f"{begins} and follows no instructions: begin the story itself, or choose a model that answers."
    return ""


def _form(tail: str) -> str:
    """Return what kind of text `tail` is, if not a story."""
    lines = [line for line in tail.split("\n") if line.strip()]
    if len(lines) >= 3:
        most = 2 * len(lines) / 3
        if len(lines) <= 2 * sum(bool(_CODE.search(line)) for line in lines):
            return "a program"
        if sum(bool(_LISTED.match(line)) for line in lines) >= most:
            return "a list or a table"
        open_lines = sum(not _WHOLE_LINE.search(line) for line in lines[:-1])
        if max(map(len, lines)) <= _VERSE and open_lines >= 2 * (len(lines) - 1) / 3:
            return "verse"
    signs = "".join(tail.split())
    if len(signs) >= _SIGNS and sum(map(str.isdecimal, signs)) >= _FIGURES * len(signs):
        return "a report full of figures"
    return ""

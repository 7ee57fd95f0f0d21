"""Give a translation the capital, the comma and the full stop that its source has or has not. Torch-free."""

from __future__ import annotations

import re

from engine.text.marks import has_han, latin_marks

_SENTENCE_END = ".!?…。！？:：;；"
_PAUSES = {",": "，", ";": "；", ":": "："}
_QUOTES = tuple("\"'”’»）)")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_GERMAN = """
der die das den dem des ein eine einen einem einer eines kein keine er es ich wir du man was wer wie wo wenn weil dass
als und oder aber denn doch bis von vom mit in im auf zu zum zur an am bei nach aus für um vor über unter durch ohne
nicht noch nur auch so da dann sehr mein meine sein seine dein deine dieser diese dieses jeder jede jedes
"""
_SMALL_IN_GERMAN = frozenset(_GERMAN.split())  # whose nouns have capitals anywhere: these have none inside a sentence
_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def fit(source: str, answer: str, target: str) -> str:
    """Return `answer` on one line and with the capital, the comma and the full stop that `source` has or has not.

    An empty answer gives way to the source: nothing of the writer's may vanish.
    """
    answer = _LINE_ENDS.sub(" ", answer).strip()
    if not answer:
        return source
    if target not in ("", "zh") and has_han(source) and not has_han(answer):
        answer = latin_marks(answer)
    if answer[-1] in ".。" and source[-1:] not in _SENTENCE_END and not source.endswith(_QUOTES):
        answer = answer.rstrip(".。") or answer
    if source[-1:] in _PAUSES and answer[-1].isalnum():  # where a long sentence was cut
        answer += _PAUSES[source[-1]] if target == "zh" else source[-1]
    if source[:1].islower() and _may_begin_small(answer, source, target):
        return answer[0].lower() + answer[1:]
    if source[:1].isupper() and answer[0].islower():
        return answer[0].upper() + answer[1:]
    return answer


def _may_begin_small(answer: str, source: str, target: str) -> bool:
    """Tell whether the first word of `answer` has a capital only as the first one: no name, noun, abbreviation."""
    first = _FIRST_WORD.match(answer)
    word = first[0] if first else ""
    if not word[:1].isupper() or not (word[1:].islower() or len(word) == 1) or word in _FIRST_WORD.findall(source):
        return False
    return word.lower() in _SMALL_IN_GERMAN if target == "de" else (target, word) != ("en", "I")

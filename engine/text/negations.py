"""Words that deny, per language. Torch-free."""

from __future__ import annotations

import re

_WORDS = {
    "en": r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot)\b|n['’]t\b",
    "de": r"\b(?:nicht|nichts|nie|niemals|niemand\w{0,2}|nirgend\w*|kein\w{0,2}|weder|ohne)\b",
    "fr": r"\b(?:ne|pas|jamais|rien|non|sans|aucune?|ni)\b|\bn['’](?=\w)",
    "es": r"\b(?:no|nunca|jamás|nada|nadie|ning[uú]n[oa]?|sin|tampoco|ni)\b",
    "zh": r"[不没無无未别勿莫]|[并绝]非",
}
# What looks like them and denies nothing.
_IDLE = {
    "en": r"\bnot only\b|\bno doubt\b|\bno sooner\b",
    "de": r"\bnicht nur\b",
    "fr": r"\b(?:un|deux|les|des|ses|mes|tes|ces|leurs|quelques|chaque|à) pas\b|\bn['’]est-ce pas\b|\bsans doute\b",
    "es": r"\bno s[oó]lo\b|\bsin embargo\b|\bsin duda\b",
    "zh": r"(.)[不没]\1|差不多|[了对]不起|不[过断仅但管论久同停少单光]|[無无][论論数數]|未来|莫名"
    r"|别[人的处墅]|[特分告区个级性]别",
}
_CLAUSE_END = re.compile(r"[.!?…,;:\n]+(?:\s|\Z)|[。！？…，；：\n]|\s[–—-]\s")
_WHOLE = {"n't": "not", "n’t": "not", "n'": "ne", "n’": "ne"}


def negations(text: str, language: str) -> list[str]:
    """Return the words of `text` that deny, in order and small; none for a language that is not known."""
    if language not in _WORDS:
        return []
    plain = re.sub(_IDLE[language], " ", text, flags=re.I)
    found = (match[0].lower() for match in re.finditer(_WORDS[language], plain, re.I))
    return [_WHOLE.get(word, word) for word in found]


def negated_clauses(text: str, language: str) -> int:
    """Return how many clauses deny something: two words for it in one clause are common, and deny it once."""
    return sum(bool(negations(clause, language)) for clause in _CLAUSE_END.split(text))

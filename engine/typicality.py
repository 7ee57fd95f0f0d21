"""How usual the words of a text are (after Meister et al. 2023), and what to say where they are not. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import InputError

USUAL_NATS = 4.2  # per token of people's fiction to the embedded story model (docs/results/ranking.md)
ENOUGH = 64  # tokens whose mean surprise says what is usual in a text
_QUOTED = 60  # characters of a sentence in a reason


def check_variants(texts: Sequence[str]) -> None:
    """Raise InputError where `texts` are not variants that can be ranked."""
    if len(texts) < 2 or not all(text.strip() for text in texts):
        raise InputError("Ranking needs at least two variants, none of them empty: write another one first.")


def typicality(nats: float, usual: float) -> float:
    """Return minus the distance of a mean surprise from the usual: higher is more natural."""
    return -abs(nats - usual)


def fault(nats: float, usual: float) -> str:
    """Return on which side of the usual a text is, as the end of a sentence about it."""
    return "is more predictable than people write" if nats < usual else "is more startling than people write"


def blame(sentence: str, wrong: str) -> str:
    """Return a sentence on a `sentence` that reads least natural, long ones in part."""
    quoted = " ".join(sentence.split())
    if len(quoted) > _QUOTED:
        quoted = quoted[:_QUOTED].rsplit(" ", 1)[0] + " …"
    return f"“{quoted}” {wrong}."

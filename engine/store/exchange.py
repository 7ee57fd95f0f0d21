"""What was said about a text: a question and its answer, as the journal keeps them. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from engine.store.journal import Journal

_KEY = "dialogue"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the writer's and its answer, by the character `voice` or, where that is empty, by a reader."""

    question: str
    answer: str
    voice: str = ""


def put_dialogue(journal: Journal, exchanges: Sequence[Exchange]) -> None:
    """Keep what was said about the text, in place of what was kept before. Raises StorageError."""
    journal.put_value(_KEY, [asdict(each) for each in exchanges])


def dialogue_of(journal: Journal) -> tuple[Exchange, ...]:
    """Return what was said about the text."""
    return tuple(Exchange(**each) for each in journal.value(_KEY) or ())

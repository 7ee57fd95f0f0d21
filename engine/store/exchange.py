"""What was said about a text: a question and its answer, as the journal keeps them. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the writer's and its answer, by the character `voice` or, where that is empty, by a reader."""

    question: str
    answer: str
    voice: str = ""

"""What a writer can ask for: a frozen snapshot of text, options and settings.

This module is torch-free: the window builds requests, the engine process serves them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from engine.errors import SettingsError
from engine.params import SamplingParams
from engine.server import Server


class Mode(StrEnum):
    """The jobs that turn text into text, or say something about it."""

    WRITE = "write"
    TRANSLATE = "translate"
    SUMMARISE = "summarise"
    REWRITE = "rewrite"  # a passage anew, as an instruction says
    DIALOGUE = "dialogue"  # questions about the text, and answers
    COMPLETE = "complete"  # a few words at the caret, while the writer types
    VARY = "vary"  # new wordings around a sentence
    BLEND = "blend"  # steps from one sentence to another
    RANK = "rank"  # an order of variants, the most natural first
    SURPRISE = "surprise"  # how startling each word is
    ALIGN = "align"  # which words of a translation belong to which of its source
    SCORE = "score"  # BLEU, chrF, ROUGE against a reference; perplexity


INSTRUCTED = (Mode.REWRITE, Mode.DIALOGUE)  # which only a model that follows instructions can do
TEXT_MODES = (Mode.WRITE, Mode.TRANSLATE, Mode.SUMMARISE, *INSTRUCTED)  # those with a panel, a command and a preset
# What a model that follows instructions can do.
CHAT_TASKS = tuple(mode.value for mode in TEXT_MODES)


class SummaryStyle(StrEnum):
    """Forms of a summary: sentences of the source, one line, or a short abstract."""

    KEY_SENTENCES = "key-sentences"
    HEADLINE = "headline"
    ABSTRACT = "abstract"


@dataclass(frozen=True, slots=True)
class LoreEntry:
    """A fact that joins the prompt when one of its `keys` occurs in the recent text."""

    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """One job as the writer saw it when asking; settings changed later cannot touch it.

    `text` is what stands before the caret (write) or what is to be worked on. An empty
    `model` is the mode's default, otherwise an id or a folder. Empty `source_language` is
    detected. `sentences` counts key sentences. `raw` sends the text as it is. `texts` are the
    variants to rank after `text`; `other` is what is blended into, scored against or aligned with; `learn` lets
    a completion follow the words of the text before it. With a `server` the text goes there. `instruction` says how
    to rewrite the text, or is what is said about it, by a writer whom the character `voice` answers ("" for a reader);
    `texts` are then what was said before, in turns, by the writer first. `draft` is a smaller model, an id or a folder,
    that guesses ahead for the one that writes, rewrites or answers.
    Raises SettingsError for values outside their range.
    """

    mode: Mode
    text: str
    params: SamplingParams = field(default_factory=SamplingParams)
    model: str = ""
    variants: int = 1
    source_language: str = ""
    target_language: str = "en"
    style: SummaryStyle = SummaryStyle.KEY_SENTENCES
    sentences: int = 5
    memory: str = ""
    note: str = ""
    lore: tuple[LoreEntry, ...] = ()
    raw: bool = False
    texts: tuple[str, ...] = ()
    other: str = ""
    learn: bool = True
    server: Server | None = None
    instruction: str = ""
    voice: str = ""
    draft: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.variants <= 5:
            raise SettingsError(f"Ask for 1 to 5 variants, not {self.variants}.")
        if not 1 <= self.sentences <= 100:
            raise SettingsError(f"Ask for 1 to 100 key sentences, not {self.sentences}.")

    def to_json(self) -> dict[str, Any]:
        """Return the request as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Request:
        """Build the request that `to_json` described."""
        lore = tuple(LoreEntry(tuple(entry["keys"]), entry["text"]) for entry in data.get("lore", ()))
        return cls(
            **{
                **data,
                "mode": Mode(data["mode"]),
                "style": SummaryStyle(data.get("style", SummaryStyle.KEY_SENTENCES)),
                "params": SamplingParams.from_dict(data.get("params", {})),
                "lore": lore,
                "texts": tuple(data.get("texts", ())),
                "server": Server(**data["server"]) if data.get("server") else None,
            }
        )

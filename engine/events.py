"""Frozen events that the engine's generators yield, and their form as JSON objects.

Every long job is a generator of these. They hold only what JSON can carry, so that the
same event drives a test, the command line, and the window on the other side of a pipe.
This module is torch-free.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from engine.shelf_events import DeviceFound, ModelDetails, ModelFound, ModelInstalled


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Text that will not change any more: whole code points, in order, of one variant."""

    text: str
    variant: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` (0 when unknown) in `unit`; `note` is for people."""

    done: int
    total: int
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence the writer should see (what was left out, which device is in use).

    One that is `passing` is of interest only until its job ends.
    """

    message: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class ContextUsed:
    """Tokens that the model sees now, out of the `limit` its window holds."""

    tokens: int
    limit: int


@dataclass(frozen=True, slots=True)
class Speed:
    """Decoded tokens of all texts together, and the rate since the last report; the final one, over all."""

    tokens: int
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence of the source: code-point offsets `[start, end)`, and its score."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class VariantFinished:
    """One variant is complete: `reason` is "end", "stop", "length" or "cancelled".

    `bits` are those of its tokens to the model, on average, where a server says them; -1 is unknown.
    """

    variant: int
    reason: str
    tokens: int
    seed: int
    bits: float = -1.0


@dataclass(frozen=True, slots=True)
class ModelLoaded:
    """A job's model is ready: its id, where it runs, how its weights are held, seconds of loading (0: was there)."""

    model: str
    device: str
    dtype: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """One line of a training curve. Loss is nats per target token; score is the recipe's.

    `parts` are what else the family reports, per text: "kl" in nats, "active_units", ...
    """

    step: int
    total_steps: int
    loss: float
    tokens_per_second: float
    seconds_left: float
    validation_loss: float | None = None
    score: float | None = None
    sample: str = ""
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surprises:
    """How startling words are: (start, end, bits) each, code-point offsets `[start, end)` in the text."""

    words: list[tuple[int, int, float]]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which words belong together: (start, end in the source, start, end in the translation, weight) each.

    Offsets are code points `[start, end)` in the request's two texts. Weights are in (0, 1].
    """

    links: list[tuple[int, int, int, int, float]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What was read of the files to train on. `skipped` are sentences for the writer, one per file left out.

    `texts` are documents, or pairs for a translator or titles; `languages` maps codes to texts, and `pair` is the
    direction that a translator will learn ("en-de"), "" for other purposes.
    `seconds` and `megabytes` estimate the training and the model, `memory` the megabytes that the training holds at
    least; 0 is unknown.
    """

    files: int
    texts: int
    words: int
    duplicates: int
    languages: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    masked: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0
    memory: float = 0.0
    pair: str = ""


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """How a training ended: the model's folder, its `score` in `measure` and the baselines' by name.

    `kept` is False where the model was worse than what there was before; `message` says so in a
    sentence, `lower_is_better` which way `measure` goes.
    """

    model: str
    folder: str
    kept: bool
    measure: str
    score: float
    baselines: dict[str, float]
    lower_is_better: bool
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """A job's answer as data: names to numbers or strings."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The job is over; nothing follows. `cancelled` jobs keep what they streamed."""

    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended with a sentence for the writer; nothing follows. `remedies` are of `engine.room.Remedy`."""

    message: str
    remedies: list[str] = field(default_factory=list)


Event = (
    TextChunk
    | Progress
    | Notice
    | ContextUsed
    | Speed
    | KeySentence
    | VariantFinished
    | ModelLoaded
    | TrainingReport
    | Surprises
    | Alignment
    | Survey
    | TrainingOutcome
    | ModelFound
    | ModelDetails
    | ModelInstalled
    | DeviceFound
    | Result
    | Finished
    | Failed
)

_KINDS: dict[str, type] = {kind.__name__: kind for kind in Event.__args__}


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as a JSON object with its class name under "event"."""
    return {"event": type(event).__name__, **asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """Return the event that `to_json` described. Raises ValueError for an unknown kind."""
    fields = dict(data)
    name = fields.pop("event", None)
    if name not in _KINDS:
        raise ValueError(f"unknown event {name!r}")
    if name == "Surprises":
        fields["words"] = [tuple(word) for word in fields["words"]]
    if name == "ModelDetails":
        fields["files"] = [(path, size) for path, size in fields["files"]]
    if name == "Alignment":
        fields["links"] = [tuple(link) for link in fields["links"]]
    return _KINDS[name](**fields)

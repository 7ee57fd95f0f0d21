"""Model cards: `card.md` with a YAML head that says what a model is for. Torch-free."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engine.errors import ModelError

_LARGEST, _LARGEST_HEAD = 1_000_000, 20_000  # bytes; YAML is read at some 10 kB a second
_DEEPEST = 8  # lists in lists
_WORDS = ("title", "licence", "strength", "score", "body")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the catalogue shows of a model, and how a task's text becomes its input.

    `tasks` are mode names; `prompts` maps a task ("translate") or summary style
    ("headline", "abstract") to a template with `{text}` and, for translation, `{target}`.
    A task without a template gets the text as it is. A translator was made for sentences of
    up to `longest_sentence` characters, and longer ones are cut; 0 is no such limit.
    `score` says in a few words what it was measured at, and `loss` by how many per cent its perplexity rises where its
    weights are held in a format ("int8", "int4") rather than in float32.
    """

    title: str
    tasks: tuple[str, ...]
    languages: tuple[str, ...] = ()
    licence: str = ""
    strength: str = ""
    prompts: dict[str, str] = field(default_factory=dict)
    longest_sentence: int = 0
    score: str = ""
    loss: dict[str, float] = field(default_factory=dict)
    body: str = ""

    def prompt(self, task: str, text: str, target: str = "") -> str:
        """Return the model input for `text`."""
        return text.join(self.around(task, target))

    def around(self, task: str, target: str = "") -> tuple[str, str]:
        """Return what stands before and after the text in the model input."""
        before, _, after = self.prompts.get(task, "{text}").replace("{target}", target).partition("{text}")
        return before, after


def read_card(folder: Path) -> ModelCard | None:
    """Return the card in `folder`, or None where there is none.

    Raises ModelError for a head that is not a card's.
    """
    path = folder / "card.md"
    if not path.is_file():
        return None
    try:
        head, body = _split(path)
        values: dict[str, Any] = yaml.load(head, _Loader)
        return make_card({**values, "body": body.lstrip("\n")})
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The model card {path} is damaged: restore it or download the model again.") from error


def make_card(values: dict[str, Any]) -> ModelCard:
    """Return the card of plain `values`. Raises KeyError, TypeError or ValueError for a missing, unknown or odd one."""
    words = {key: _word(values[key]) for key in _WORDS if key in values}
    lists = {key: tuple(map(_word, values[key])) for key in ("tasks", "languages") if key in values}
    prompts = {_word(task): _word(prompt) for task, prompt in dict(values.get("prompts", {})).items()}
    loss = {_word(name): float(share) for name, share in dict(values.get("loss", {})).items()}
    if not isinstance(values.get("longest_sentence", 0), int):
        raise TypeError("longest_sentence is no number")
    return ModelCard(**{**values, **words, **lists, "prompts": prompts, "loss": loss})


def _word(value: Any) -> str:
    """Return a text, or what YAML took for a number, a date or nothing, as the text that was meant."""
    if isinstance(value, list | tuple | dict | set | bytes):
        raise TypeError(f"{type(value).__name__} where a text belongs")
    return "" if value is None else str(value)


def write_card(folder: Path, card: ModelCard) -> None:
    """Write `card` as `card.md` into `folder`."""
    head = asdict(card)
    body = head.pop("body")
    for key in ("tasks", "languages"):
        head[key] = list(head[key])
    text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=100)
    (folder / "card.md").write_text(f"---\n{text}---\n\n{body}", encoding="utf-8")


def _split(path: Path) -> tuple[str, str]:
    """Return the head and the body of the card at `path`. Raises ValueError for one that is far too large, OSError."""
    with path.open("rb") as file:
        text = file.read(_LARGEST + 1).decode("utf-8").replace("\r\n", "\n")
    parts = text.split("---\n", 2)
    if len(parts) != 3:
        raise ModelError(f"The model card {path} has no head: restore it or download the model again.")
    if len(text) > _LARGEST or len(parts[1]) > _LARGEST_HEAD:
        raise ValueError("it is too large")
    return parts[1], parts[2]


class _Loader(yaml.SafeLoader):
    """Read YAML without aliases, a few of which can stand for more than memory holds, and without deep nesting."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self._depth >= _DEEPEST or self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("no card has this")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

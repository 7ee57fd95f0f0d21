"""What the rows that turn one text into another have in common: training on pairs, and writing for a test set."""

from __future__ import annotations

import lzma
from collections.abc import Generator, Iterator
from pathlib import Path

from engine.card import ModelCard
from engine.device import choose_device
from engine.events import TrainingReport
from engine.generate import generate
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel, load_model
from engine.params import SamplingParams
from engine.training.corpus import Pair, Texts
from engine.training.recipe import Recipe, Source
from engine.training.trainer import train_recipe

SOURCE = Source("pairs")
CARD = ModelCard("Reproduction", ("translate",))
_ROWS = 50  # texts written together
_FIGURE = "figure.txt"


def lines_of(path: Path) -> list[str]:
    """Return the lines of an .xz file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return lines.read().splitlines()


def trained(recipe: Recipe, training: list[Pair], validation: list[Pair], work: Path) -> Iterator[str]:
    """Train into `work/model`, or go on where it stopped; yield the learning curve."""
    for event in train_recipe(recipe, [Texts(SOURCE, training, validation)], work):
        if isinstance(event, TrainingReport) and event.validation_loss is not None:
            score = f"  chrF {event.score:.1f} of 64" if event.score is not None else ""
            yield (
                f"step {event.step} of {event.total_steps}  loss {event.loss:.3f}  "
                f"validation {event.validation_loss:.3f}{score}  {event.tokens_per_second:.0f} tokens/s"
            )


def written(work: Path, sources: list[str], params: SamplingParams, longest: int) -> Generator[str, None, list[str]]:
    """Return what the model in `work/model` makes of each of `sources`, cut to `longest` tokens."""
    model = _loaded(work / "model")
    assert isinstance(model.decoder, Seq2SeqDecoder)
    inputs = [_cut(model.tokenizer.encode_source(source), longest) for source in sources]
    order = sorted(range(len(inputs)), key=lambda place: len(inputs[place]))
    texts = [""] * len(inputs)
    for start in range(0, len(order), _ROWS):
        places = order[start : start + _ROWS]
        outputs = generate(model, [], params, sources=[inputs[place] for place in places])
        for place, text in zip(places, outputs, strict=True):
            texts[place] = text
        if start % (10 * _ROWS) == 0:
            yield f"{start + len(places)} of {len(order)} texts written"
    return texts


def keep_figure(work: Path, figure: float) -> None:
    """Note a row's figure for the rows that are compared with it."""
    (work / _FIGURE).write_text(f"{figure}\n", encoding="utf-8")


def figure_of(work: Path, row: str) -> float | None:
    """Return the figure of another row that shares the folder above `work`, None where it has not run."""
    path = work.parent / row / _FIGURE
    return float(path.read_text(encoding="utf-8")) if path.is_file() else None


def _cut(ids: list[int], longest: int) -> list[int]:
    return ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]]


def _loaded(folder: Path) -> LoadedModel:
    loading = load_model(folder, choose_device())
    while True:
        try:
            next(loading)
        except StopIteration as end:
            return end.value

"""What following the words of the text is worth: the neural cache on the Penn Treebank."""

from __future__ import annotations

import itertools
import json
import math
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.reproduction.evaluation import load
from benchmarks.reproduction.ngram import read_lines
from benchmarks.reproduction.row import Outcome, Row
from engine.device import Device
from engine.evaluation import ScoringDecoder
from engine.models.base import HiddenDecoder
from engine.models.loaded import LoadedModel
from engine.neural_cache import NeuralCache, cache_shares

_CPU = Device(torch.device("cpu"), torch.float32, "CPU, float32")
_SIZE = 2000  # words that the cache holds, as in the paper's figure 3
_FLATNESS = (4.0, 8.0, 12.0, 16.0, 20.0, 25.0, 30.0)
_WEIGHTS = tuple(share / 100 for share in range(2, 32, 2))
_CHUNK = 500
_CHECKED = 300  # words that are also read one by one with the engine's own decoder
_LEAST = 0.07


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as the model read it: `ids` (N,), `nats` (N - 1,) of all but the first, `hidden` (N, H) unit vectors."""

    ids: Tensor
    nats: Tensor
    hidden: Tensor


def _neural_cache(data: Path, work: Path) -> Generator[str, None, Outcome]:
    folder = work.parent / "lstm-small" / "model"
    if not folder.is_dir():
        raise SystemExit("The row lstm-small comes first: it trains the model.")
    model = load(_outspoken(folder, work), _CPU)
    valid, test = (_read(model, _ids(model, data, part)) for part in ("valid", "test"))
    plain = {name: math.exp(text.nats.mean()) for name, text in (("valid", valid), ("test", test))}
    yield f"without cache  valid {plain['valid']:.2f}  test {plain['test']:.2f}"
    best = (math.inf, 0.0, 0.0)
    for flatness in _FLATNESS:
        cached = _cached(valid, flatness)
        found = min((_perplexity(valid, cached, weight), weight) for weight in _WEIGHTS)
        best = min(best, (*found, flatness))
        yield f"flatness {flatness:g}  valid {found[0]:.2f} at weight {found[1]:g}"
    _, weight, flatness = best
    cached = _cached(test, flatness)
    figure = _perplexity(test, cached, weight)
    apart = _apart(model, test, cached, weight, flatness)
    yield f"the engine's decoder, word by word: nats at most {apart:.1e} from these over {_CHECKED} words"
    saved = 1 - figure / plain["test"]
    return Outcome(
        f"test {plain['test']:.2f} → {figure:.2f}, {100 * saved:.1f} % lower",
        saved >= _LEAST and apart < 1e-3,
        f"valid {plain['valid']:.2f} → {best[0]:.2f}; weight {weight:g}, flatness {flatness:g} (of cosines), "
        f"{_SIZE} words, tuned on valid",
    )


def _outspoken(folder: Path, work: Path) -> Path:
    """Return a copy of the model in `folder` that may write the unknown word too, which the Treebank counts."""
    copy = work / "model"
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps({**config, "suppressed": []}), encoding="utf-8")
    return copy


def _ids(model: LoadedModel, data: Path, part: str) -> Tensor:
    (end,) = model.decoder.end_ids
    lines = (model.tokenizer.encode(" ".join(line)) for line in read_lines(data, part))
    return torch.tensor([end, *itertools.chain.from_iterable((*line, end) for line in lines)])


def _read(model: LoadedModel, ids: Tensor) -> _Read:
    decoder = model.decoder
    assert isinstance(decoder, HiddenDecoder)
    assert isinstance(decoder, ScoringDecoder)
    scoring, seeing = decoder.new_state(1), decoder.new_state(1)
    nats, hidden = [], []
    for start in range(0, len(ids), _CHUNK):
        part = ids[None, start : start + _CHUNK]
        logits, scoring = decoder.all_logits(part, scoring)
        targets = ids[start + 1 : start + 1 + part.shape[1]]
        nats.append(torch.nn.functional.cross_entropy(logits[0, : len(targets)], targets, reduction="none"))
        _, seen, seeing = decoder.hidden(part, seeing)
        hidden.append(torch.nn.functional.normalize(seen[0], dim=1))
    return _Read(ids, torch.cat(nats), torch.cat(hidden))


def _cached(text: _Read, flatness: float) -> Tensor:
    """Return the cache's probability (N - 1,) of every id but the first, from the `_SIZE` words before it."""
    found = []
    for start in range(0, len(text.ids) - 1, _CHUNK):
        now = torch.arange(start, min(start + _CHUNK, len(text.ids) - 1))
        begin = max(0, start - _SIZE)
        before = torch.arange(begin, int(now[-1]))
        usable = (before < now[:, None]) & (before >= now[:, None] - _SIZE)
        shares = cache_shares(flatness * text.hidden[now] @ text.hidden[before].T, usable)
        found.append((shares * (text.ids[before + 1] == text.ids[now + 1, None])).sum(1))
    return torch.cat(found)


def _perplexity(text: _Read, cached: Tensor, weight: float) -> float:
    return math.exp(-((1 - weight) * (-text.nats).exp() + weight * cached).log().mean())


def _apart(model: LoadedModel, text: _Read, cached: Tensor, weight: float, flatness: float) -> float:
    """Return the largest difference to what `NeuralCache` says of the first words, one at a time."""
    assert isinstance(model.decoder, HiddenDecoder)
    decoder = NeuralCache(model.decoder, weight, flatness)
    state, furthest = decoder.new_state(1), 0.0
    nats = -((1 - weight) * (-text.nats).exp() + weight * cached).log()
    for place in range(_CHECKED):
        logits, state = decoder.step(text.ids[place : place + 1], state)
        own = float(-logits.log_softmax(1)[0, text.ids[place + 1]])
        if place:  # the cache is empty at first
            furthest = max(furthest, abs(own - float(nats[place])))
    return furthest


ROWS = (
    Row(
        "neural-cache",
        "LSTM 2×200 with a neural cache (Grave et al. 2017), Penn Treebank",
        "LSTM 82.3 → 72.1, 12 % lower (Grave et al. 2017, a larger LSTM)",
        "test perplexity at least 7 % lower with it than without",
        _neural_cache,
    ),
)

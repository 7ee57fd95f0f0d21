"""Published figures of summaries: the subject of a mail, by a GRU that attends and copies."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from benchmarks.reproduction.pairs import CARD, SOURCE, lines_of, trained, written
from benchmarks.reproduction.row import Outcome, Row
from engine.evaluation import rouge
from engine.params import SamplingParams
from engine.text.segmentation import split_sentences
from engine.training.corpus import Pair
from engine.training.recipe import (
    BatchSettings,
    ModelSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
    TokenizerSettings,
)

_LONGEST = 100  # tokens of a mail: what it is about stands at its beginning
_BARS = {"rouge1": 15.04, "rouge2": 7.39, "rougeL": 14.93}
_PARAMS = SamplingParams(beams=4, max_new_tokens=24, seed=1)

COPYING = Recipe(
    name="copy-aeslc",
    sources=(SOURCE,),
    model=ModelSettings(
        "recurrent-seq2seq",
        hidden=256,
        embedding=128,
        layers=1,
        context=256,
        dropout=0.3,
        cell="gru",
        attention="multiplicative",
        copy=True,
        tied=True,
    ),
    card=CARD,
    tokenizer=TokenizerSettings(vocab_size=8000),
    batch=BatchSettings(tokens=8192, longest_source=_LONGEST, longest_target=32),
    optimizer=OptimizerSettings(learning_rate=3e-3, warmup=50, decay=0.8, weight_decay=0.1, ema=0.99),
    schedule=ScheduleSettings(epochs=8, evaluate_every=0, checkpoint_every=200, validation_batches=10),
)


def _pairs(data: Path, part: str) -> list[Pair]:
    rows = (line.split("\t") for line in lines_of(data / "aeslc_nc" / f"{part}.tsv.xz"))
    return [(mail, subject) for mail, subject in rows]


def _subjects(data: Path, work: Path) -> Generator[str, None, Outcome]:
    yield from trained(COPYING, _pairs(data, "train"), _pairs(data, "dev"), work)
    test = _pairs(data, "test")
    subjects = [subject for _, subject in test]
    texts = yield from written(work, [mail for mail, _ in test], _PARAMS, _LONGEST)
    ours = rouge(texts, subjects)
    first = rouge([_first_sentence(mail) for mail, _ in test], subjects)
    yield f"first sentence: ROUGE {_listed(first)}"
    met = all(ours[name] >= bar and ours[name] > first[name] for name, bar in _BARS.items())
    notes = f"first sentence {_listed(first)}; {COPYING.schedule.epochs} epochs, the first {_LONGEST} tokens of a mail"
    return Outcome(f"ROUGE-1/2/L {_listed(ours)}", met, notes)


def _first_sentence(mail: str) -> str:
    return next((sentence.text for sentence in split_sentences(mail, "en")), mail)


def _listed(scores: dict[str, float]) -> str:
    return "/".join(f"{scores[name]:.2f}" for name in _BARS)


ROWS = (
    Row(
        "copy-aeslc",
        "GRU with attention and copying, AESLC mail to subject",
        "ROUGE-1/2/L 15.04/7.39/14.93 (Transformer-base; PEGASUS, Zhang et al. 2020)",
        "≥ these, and above the first sentence",
        _subjects,
    ),
)

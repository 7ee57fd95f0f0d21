"""Measure which attention of a Transformer aligns words best: `python -m benchmarks.alignment MODEL DATA`.

There is no gold alignment at hand. Instead a dictionary is counted from DATA/train/tatoeba: words whose
Dice coefficient is high both ways. Where such a pair occurs exactly once in both halves of a held-out sentence
of DATA/eval, the link is known; the score is the share of known links whose source word gets the largest weight.
"""

from __future__ import annotations

import argparse
import itertools
import lzma
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from engine.alignment import Span, merge, words
from engine.device import choose_device
from engine.models.loaded import LoadedModel, load_model
from engine.models.marian import MarianDecoder
from engine.models.pretrained import PretrainedSeq2Seq
from engine.models.seq2seq import RecurrentSeq2SeqDecoder
from engine.translation_pair import TranslationPair

_DICE = 0.5
_SEEN = 20  # sentences that a word of the dictionary occurs in, at least
_WORD = re.compile(r"[^\W_]+")


def dictionary(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return target words by source words, each the other's best match, with a Dice coefficient of half at least."""
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for text, other in pairs:
        sources, targets = set(_WORD.findall(text)), set(_WORD.findall(other))
        left.update(sources)
        right.update(targets)
        both.update(itertools.product(sources, targets))
    scored = [
        (2 * count / (left[source] + right[target]), source, target)
        for (source, target), count in both.items()
        if count >= _SEEN
    ]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for dice, source, target in sorted(scored, reverse=True):
        if dice >= _DICE and source not in found and target not in taken:
            found[source] = target
            taken.add(target)
    return found


def known_links(text: str, other: str, known: dict[str, str]) -> list[tuple[Span, Span]]:
    """Return the spans of words in both halves that are each other's translation and occur once."""
    sources, targets = _once(text), _once(other)
    return [(span, targets[known[word]]) for word, span in sources.items() if known.get(word) in targets]


def _once(text: str) -> dict[str, Span]:
    matches = list(_WORD.finditer(text))
    counts = Counter(match[0] for match in matches)
    return {match[0]: match.span() for match in matches if counts[match[0]] == 1}


def attentions(model: LoadedModel, ids: Tensor, begun: tuple[int, ...], written: Tensor) -> dict[str, Tensor]:
    """Return the weights (T, S) of each candidate, where `written` follows the ids `begun`."""
    decoder = model.decoder
    if isinstance(decoder, RecurrentSeq2SeqDecoder):
        weights = decoder.attention(ids, written)
        return {} if weights is None else {"attention": weights}
    assert isinstance(decoder, MarianDecoder | PretrainedSeq2Seq)
    layers = decoder.cross_attention(ids, torch.cat((ids.new_tensor(begun), written))).mean(dim=1)
    begin = len(begun)
    candidates = {}
    for number, weights in [*enumerate(layers, start=1), ("all", layers.mean(dim=0))]:
        candidates[f"layer {number}, the step that writes the word"] = weights[begin - 1 : -1]
        candidates[f"layer {number}, the step that reads the word"] = weights[begin:]
    return candidates


def measure(model: LoadedModel, target: str, pairs: list[tuple[str, str]], known: dict[str, str]) -> Counter[str]:
    """Return how many of the known links each candidate finds, and under "links" how many there are."""
    pair = TranslationPair(model, "en", target)
    found: Counter[str] = Counter()
    for text, other in pairs:
        links = known_links(text, other, known)
        if not links:
            continue
        ids, spans = pair.source_spans(text)
        written, written_spans = model.tokenizer.spans(other)
        columns, rows = words(text, spans), words(other, written_spans)
        found["links"] += len(links)
        for name, weights in attentions(model, torch.tensor(ids), pair.beginning, torch.tensor(written)).items():
            merged = merge(weights, [places for _, places in rows], [places for _, places in columns])
            best = dict(zip([span for span, _ in rows], merged.argmax(dim=1).tolist(), strict=True))
            found[name] += sum(columns[best[there]][0] == here for here, there in links if there in best)
    return found


def _pairs(path: Path) -> list[tuple[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return [(text, other) for text, other in rows]


def _model(folder: Path) -> LoadedModel:
    loading = load_model(folder, choose_device("cpu"))
    while True:
        try:
            next(loading)
        except StopIteration as end:
            return end.value


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--target", default="de", choices=("de", "es", "fr"))
    parser.add_argument("--sentences", type=int, default=500)
    options = parser.parse_args()
    training: Callable[[Path], list[tuple[str, str]]] = _pairs
    folder = options.data / "train" / "tatoeba"
    known = dictionary(training(next(iter(sorted(folder.glob(f"*en-{options.target}*.xz"))))))
    tests = _pairs(options.data / "eval" / "translation" / f"tatoeba-test3k.en-{options.target}.tsv.xz")
    found = measure(_model(options.model), options.target, tests[: options.sentences], known)
    total = found.pop("links")
    print(f"{total} known links in {options.sentences} sentences, {len(known)} words in the dictionary\n")
    print("| attention, mean of its heads | known links found, % |\n|---|---|")
    for name, count in found.most_common():
        print(f"| {name} | {100 * count / total:.1f} |")


if __name__ == "__main__":
    main()

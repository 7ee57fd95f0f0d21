"""Scores and searches held to their references: BLEU, perplexity, beam search, and the shape of decoded text."""

from __future__ import annotations

import itertools
import lzma
import math
import zipfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import torch

from benchmarks.reproduction.row import Outcome, Row
from engine.device import Device, choose_device
from engine.evaluation import bleu, perplexity
from engine.generate import generate_tokens
from engine.models.loaded import LoadedModel, load_model
from engine.params import SamplingParams
from engine.paths import assets_dir
from engine.search.steps import Step

_CPU = Device(torch.device("cpu"), torch.float32, "CPU, float32")
_TOLERANCE = 1e-4
_SEARCHES: dict[str, dict[str, Any]] = {
    "plain": {},
    "length penalty 2, early stopping": {"length_penalty": 2.0, "early_stopping": True},
    "length penalty -0.5": {"length_penalty": -0.5},
    "length penalty 0": {"length_penalty": 0.0},
    "repetition penalty 1.3, no-repeat 3": {"repetition_penalty": 1.3, "no_repeat_ngram": 3},
}
_LM_TEXTS = (
    "gutenberg_heldout_books",
    "wikitext2.test",
    "zh_heldout_ming_qing_vernacular_fiction_pd",
    "zh_heldout_republican_pd_worldwide",
)
_CHARACTERS = 6000  # of each text whose perplexity is compared: several windows


def _bleu(data: Path, work: Path) -> Generator[str, None, Outcome]:  # noqa: ARG001 - it keeps nothing
    with zipfile.ZipFile(data / "wmt15_bleu" / "wmt15_eval.zip") as archive:
        texts = {Path(name).name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    tokenised = [texts[name].removesuffix("\n").split("\n") for name in ("google.ru", "ref.ru")]
    names = ("newstest2015-100sents-enru-google.ru.sgm", "newstest2015-100sents-enru-ref.ru.sgm")
    segments = [_segments(texts[name]) for name in names]
    yield f"{len(tokenised[0])} tokenised lines, {len(segments[0])} segments"
    multi = bleu(*tokenised, tokenize="none")
    mteval = bleu(*segments, tokenize="13a")
    printed = f"{multi:.2f}", f"{mteval / 100:.4f}".removeprefix("0")
    return Outcome(f"multi-bleu {printed[0]}; mteval-13a {printed[1]}", printed == ("23.17", ".2318"))


def _segments(sgml: str) -> list[str]:
    return [part.split(">", 1)[1].split("</seg>", 1)[0].strip() for part in sgml.split("<seg")[1:]]


def _beam(data: Path, work: Path) -> Generator[str, None, Outcome]:  # noqa: ARG001 - random weights
    from tests.engine.reference import MANY_ENDS, inputs, reference
    from tests.engine.tiny_loaded import tiny, token_texts
    from tests.engine.tiny_models import CAUSAL_KINDS, SEQ2SEQ_KINDS

    searches = different = 0
    furthest = 0.0
    for kind in CAUSAL_KINDS + SEQ2SEQ_KINDS:
        model = tiny(kind)
        model.decoder.end_ids = MANY_ENDS  # so that texts end at different steps
        texts = inputs(model, kind, 4)
        prompts, sources = (texts, None) if kind in CAUSAL_KINDS else ([], texts)
        for beams, (_, settings) in itertools.product(range(1, 9), _SEARCHES.items()):
            params = SamplingParams(temperature=0, max_new_tokens=20, beams=beams, **settings)
            expected, scores = reference(model, kind, texts, params)
            found, endings = token_texts(model, prompts, params, sources=sources)
            searches += 1
            different += found != expected
            pairs = zip(endings, scores, strict=True) if scores else ()
            furthest = max([furthest, *(abs(ending.score - score) for ending, score in pairs)])
        yield f"{kind}  {searches} searches so far, {different} different, scores at most {furthest:.1e} apart"
    figure = f"{searches - different} of {searches} searches equal token for token; scores within {furthest:.0e}"
    return Outcome(figure, different == 0 and furthest <= _TOLERANCE, f"beams 1–8 with {'; '.join(_SEARCHES)}")


def _perplexity(data: Path, work: Path) -> Generator[str, None, Outcome]:  # noqa: ARG001 - it keeps nothing
    from transformers import AutoModelForCausalLM

    folder = assets_dir() / "models" / "story-en"
    model, reference = load(folder, _CPU), AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    furthest = 0.0
    for name in _LM_TEXTS:
        with lzma.open(data.parent / "eval" / "lm" / f"{name}.txt.xz", "rt", encoding="utf-8") as lines:
            text = lines.read(_CHARACTERS)
        ids = [*model.decoder.start_ids, *model.tokenizer.encode(text)]
        ours, theirs = perplexity(model, text), _reference_perplexity(reference, ids, model.decoder.context_length)
        furthest = max(furthest, abs(ours / theirs - 1))
        yield f"{name}  {len(ids) - 1} tokens  ours {ours:.6f}  transformers {theirs:.6f}"
    return Outcome(f"at most {furthest:.1e} of the value apart", furthest <= _TOLERANCE, f"{len(_LM_TEXTS)} texts")


@torch.inference_mode()
def _reference_perplexity(model: Any, ids: list[int], context: int) -> float:
    """Return exp(mean nats) by transformers' own loss, window by window, each half new."""
    nats, first = 0.0, 1
    while first < len(ids):
        end = min(len(ids), max(context, first + context // 2))
        window = torch.tensor([ids[max(0, end - context) : end]])
        labels = window.clone()
        labels[0, : window.shape[1] - (end - first)] = -100
        nats += model(window, labels=labels).loss.item() * (end - first)
        first = end
    return math.exp(nats / (len(ids) - 1))


_PROMPT, _WRITTEN = 40, 200  # tokens, as in the paper
_PASSAGES = {"cpu": 128, "cuda": 5000}
_BATCH = {"greedy": 64, "beam 16": 8, "top-p .95": 64}
_PUBLISHED = {"greedy": 73.66, "beam 16": 28.94, "top-p .95": 0.36, "human": 0.28}


def _decoding_shape(data: Path, work: Path) -> Generator[str, None, Outcome]:  # noqa: ARG001 - it keeps nothing
    device = choose_device()
    model = load(assets_dir() / "models" / "story-en", device)
    model.decoder.end_ids = frozenset()  # all texts are equally long
    passages = _passages(model, data.parent / "eval" / "lm" / f"{_LM_TEXTS[0]}.txt.xz", device)
    shares = {"human": _repeating(human for _, human in passages)}
    for name, params in _decodings().items():
        written: list[list[int]] = []
        for start in range(0, len(passages), _BATCH[name]):
            prompts = [prompt for prompt, _ in passages[start : start + _BATCH[name]]]
            written += _written(model, prompts, params)
            if start // _BATCH[name] % 4 == 0:
                yield f"{name}  {len(written)} of {len(passages)} texts, {_repeating(written):.2f} % repeat themselves"
        shares[name] = _repeating(written)
    figure = ", ".join(f"{name} {shares[name]:.2f}" for name in _PUBLISHED)
    close = abs(shares["top-p .95"] - shares["human"]) < 2
    met = shares["greedy"] > shares["beam 16"] > shares["top-p .95"] and close
    return Outcome(f"{figure} %", met, f"{len(passages)} texts of {_WRITTEN} tokens after {_PROMPT} of held-out books")


def _decodings() -> dict[str, SamplingParams]:
    beam = SamplingParams(max_new_tokens=_WRITTEN, beams=10, seed=1)
    object.__setattr__(beam, "beams", 16)  # the paper's; writers are offered up to 10
    return {
        "greedy": SamplingParams(temperature=0, max_new_tokens=_WRITTEN),
        "beam 16": beam,
        "top-p .95": SamplingParams(top_p=0.95, max_new_tokens=_WRITTEN, seed=1),
    }


def _passages(model: LoadedModel, path: Path, device: Device) -> list[tuple[list[int], list[int]]]:
    """Return (prompt, what the book goes on with), from everywhere in the held-out books."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        ids = model.tokenizer.encode(lines.read())
    count = _PASSAGES.get(device.torch_device.type, _PASSAGES["cpu"])
    starts = [number * (len(ids) - _PROMPT - _WRITTEN) // count for number in range(count)]
    begin = list(model.decoder.start_ids)
    return [
        (begin + ids[start : start + _PROMPT], ids[start + _PROMPT : start + _PROMPT + _WRITTEN]) for start in starts
    ]


def _written(model: LoadedModel, prompts: list[list[int]], params: SamplingParams) -> list[list[int]]:
    texts: list[list[int]] = [[] for _ in prompts]
    for step in generate_tokens(model, prompts, params):
        if isinstance(step, Step):
            for number, ids in step.ids:
                texts[number].extend(ids)
    return texts


def _repeating(texts: Iterable[list[int]]) -> float:
    """Return the percentage of texts that end in a phrase of two tokens or more, three times (Holtzman 2020, 5.4)."""
    found = [_repeats(text) for text in texts]
    return 100 * sum(found) / len(found)


def _repeats(text: list[int]) -> bool:
    return any(
        text[-size:] == text[-2 * size : -size] == text[-3 * size : -2 * size] for size in range(2, len(text) // 3 + 1)
    )


def load(folder: Path, device: Device) -> LoadedModel:
    """Return the model in `folder`."""
    loading = load_model(folder, device)
    while True:
        try:
            next(loading)
        except StopIteration as end:
            return end.value


ROWS = (
    Row(
        "bleu",
        "BLEU, 100 sentences of WMT15 English-Russian",
        "multi-bleu 23.17; mteval-13a .2318",
        "equal, to the printed digits",
        _bleu,
    ),
    Row(
        "beam",
        "beam search and penalties, random-weight models of six kinds",
        "transformers.generate",
        "the same tokens; scores to 1e-4",
        _beam,
    ),
    Row("perplexity", "perplexity of held-out texts", "transformers, exp(mean NLL)", "equal to 1e-4", _perplexity),
    Row(
        "decoding-shape",
        "repetition of what the embedded story model writes",
        "GPT-2 large: greedy 73.66, beam-16 28.94, top-p .95 .36, human .28 % (Holtzman et al. 2020)",
        "the same order: greedy > beam 16 > top-p .95, which is within 2 of human",
        _decoding_shape,
    ),
)

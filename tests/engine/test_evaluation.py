import math

import pytest
import torch
from transformers import AutoModelForCausalLM

from engine.device import Device
from engine.errors import InputError, ModelError
from engine.evaluation import ScoringDecoder, bits_per_byte, bleu, chrf, perplexity, rouge, score_text
from engine.models.loaded import LoadedModel, load_model
from tests.engine.tiny_models import CAUSAL_KINDS, SENTENCES, tiny_causal, tiny_seq2seq

CPU = Device(torch.device("cpu"), torch.float32, "CPU, float32")
TEXT = "\n".join(SENTENCES)


def loaded(folder):
    loading = load_model(folder, CPU)
    while True:
        try:
            next(loading)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module", params=CAUSAL_KINDS)
def folder(request, tmp_path_factory):
    return tiny_causal(tmp_path_factory.mktemp("models") / request.param, request.param)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return loaded(tiny_causal(tmp_path_factory.mktemp("models") / "llama", "llama"))


def reference_loss(folder, ids):
    """Return transformers' mean nats per token."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = torch.tensor([ids])
    with torch.inference_mode():
        return model(ids, labels=ids).loss.item()


def test_perplexity_is_that_of_transformers(folder):
    model = loaded(folder)
    ids = [*model.decoder.start_ids, *model.tokenizer.encode(TEXT)]
    assert perplexity(model, TEXT) == pytest.approx(math.exp(reference_loss(folder, ids)), rel=1e-4)


def test_a_text_longer_than_the_window_is_scored_whole(llama):
    """Every token but the first is predicted once, from at least context - stride tokens before it."""
    context, stride = llama.decoder.context_length, 2500
    text = TEXT * (2 * context // len(llama.tokenizer.encode(TEXT)))
    ids = [*llama.decoder.start_ids, *llama.tokenizer.encode(text)]
    assert len(ids) > context + stride
    model = AutoModelForCausalLM.from_pretrained(llama.folder, dtype=torch.float32).eval()
    expected, first = 0.0, 1
    while first < len(ids):
        end = min(len(ids), max(context, first + stride))
        window = torch.tensor([ids[max(0, end - context) : end]])
        with torch.inference_mode():
            logits = model(window).logits[0]
        nats = torch.nn.functional.cross_entropy(logits[:-1], window[0, 1:], reduction="none")
        expected += nats[-(end - first) :].sum().item()
        first = end
    assert perplexity(llama, text, stride) == pytest.approx(math.exp(expected / (len(ids) - 1)), rel=1e-4)


class Stepping:
    """A decoder that can only be stepped, as other families are."""

    def __init__(self, decoder):
        self._decoder = decoder
        for name in ("vocab_size", "context_length", "device", "start_ids", "end_ids", "pad_id"):
            setattr(self, name, getattr(decoder, name))

    def new_state(self, rows):
        return self._decoder.new_state(rows)

    def prefill(self, ids, state, mask=None):
        return self._decoder.prefill(ids, state, mask)

    def step(self, ids, state):
        return self._decoder.step(ids, state)


def test_a_decoder_that_can_only_step_scores_the_same(llama):
    stepping = Stepping(llama.decoder)
    assert isinstance(llama.decoder, ScoringDecoder)
    assert not isinstance(stepping, ScoringDecoder)
    slow = LoadedModel("slow", llama.folder, stepping, llama.tokenizer, None, CPU)
    assert perplexity(slow, TEXT) == pytest.approx(perplexity(llama, TEXT), rel=1e-4)


class Uniform(Stepping):
    """Knows nothing, and begins a text with nothing."""

    def __init__(self, decoder):
        super().__init__(decoder)
        self.start_ids = ()

    def step(self, ids, state):
        return torch.zeros(len(ids), self.vocab_size), state


def test_knowing_nothing_costs_log2_of_the_vocabulary_per_token(llama):
    model = LoadedModel("uniform", llama.folder, Uniform(llama.decoder), llama.tokenizer, None, CPU)
    tokens, size = len(llama.tokenizer.encode(TEXT)), len(TEXT.encode())
    expected = tokens * math.log2(model.decoder.vocab_size) / size
    assert bits_per_byte(model, TEXT) == pytest.approx(expected, rel=1e-5)
    assert perplexity(model, TEXT) == pytest.approx(model.decoder.vocab_size, rel=1e-5)


def test_scoring_can_be_left_between_two_chunks(llama):
    scoring = score_text(llama, TEXT * 20)
    next(scoring)
    scoring.close()
    assert not torch.is_inference_mode_enabled()


def test_what_cannot_be_scored_says_so(llama, tmp_path):
    with pytest.raises(InputError, match="too short"):
        perplexity(llama, "")
    with pytest.raises(ValueError, match="stride"):
        perplexity(llama, TEXT, llama.decoder.context_length)
    marian = loaded(tiny_seq2seq(tmp_path / "marian", "marian"))
    with pytest.raises(ModelError, match="marian"):
        perplexity(marian, TEXT)


def test_bleu_follows_its_definition():
    # Precisions 5/6, 3/5, 2/4, 1/3, no brevity penalty; then the same with one word less, e^(1 - 6/5).
    expected = 100 * (5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25
    assert bleu(["a b c d e f"], ["a b c d x f"]) == pytest.approx(expected)
    short = 100 * math.exp(1 - 6 / 5)
    assert bleu(["a b c d e"], ["a b c d e f"]) == pytest.approx(short)


def test_chrf_is_between_nothing_and_everything():
    assert chrf(["the weather"], ["the weather"]) == pytest.approx(100)
    assert chrf(["xyz"], ["the weather"]) == pytest.approx(0)
    assert 0 < chrf(["the leather"], ["the weather"]) < 100


def test_chinese_needs_its_tokenizer():
    assert bleu(["我不知道该做什么。"], ["我不知道该怎么办。"], "zh") > bleu(
        ["我不知道该做什么。"], ["我不知道该怎么办。"]
    )


def test_rouge_follows_its_definition():
    scores = rouge(["the cat"], ["the cat sat"])  # precision 1; recall 2/3 of the words, 1/2 of the pairs
    assert scores == pytest.approx({"rouge1": 80, "rouge2": 200 / 3, "rougeL": 80})
    assert rouge(["sat cat the"], ["the cat sat"]) == pytest.approx({"rouge1": 100, "rouge2": 0, "rougeL": 100 / 3})


@pytest.mark.parametrize("measure", [bleu, chrf, rouge])
def test_lists_of_different_lengths_are_refused(measure):
    with pytest.raises(ValueError, match="2 texts against 1"):
        measure(["a", "b"], ["a"])


def test_an_unknown_tokenizer_is_refused():
    with pytest.raises(ValueError, match="nonsense"):
        bleu(["a"], ["a"], "nonsense")

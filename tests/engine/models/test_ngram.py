import json
import math
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from engine.card import ModelCard
from engine.checkpoint import load_tensors
from engine.device import Device
from engine.errors import ModelError
from engine.evaluation import perplexity
from engine.generate import generate
from engine.models.base import Decoder
from engine.models.loaded import load_model
from engine.models.ngram import NgramDecoder, load
from engine.models.ngram_counts import count_ngrams
from engine.params import SamplingParams
from engine.training.ngram import held_out_nats, joined, save_ngram, train_ngram
from engine.training.recipe import TokenizerSettings
from engine.training.tokenizers import train_tokenizer
from tests.engine.tiny_loaded import value_of
from tests.engine.tiny_models import SENTENCES

CPU = Device(torch.device("cpu"), torch.float32, "CPU, float32")
END = 1


def array(*ids):
    return np.array(ids, dtype=np.int64)


def test_a_bigram_model_by_hand():
    """Too little text to estimate discounts: 0.5 from a count of one, 1 from two, 1.5 from three and more."""
    model = count_ngrams(array(END, 2, 3, 2, 3, 2, END), 5, END, order=2)
    # contexts in which a token occurs: END 1 (after 2), 2 after {END, 3} 2, 3 after {2} 1; total 4
    left = (0.5 + 1 + 0.5) / 4 / 5
    unigram = [left, 0.5 / 4 + left, 1 / 4 + left, 0.5 / 4 + left, left]
    assert model.unigram.tolist() == pytest.approx(unigram)
    # after 2: twice 3, once END, total 3; taken 1 + 0.5
    after = [1.5 / 3 * share for share in unigram]
    after[3] += 1 / 3
    after[END] += 0.5 / 3
    assert model.distribution([2]).tolist() == pytest.approx(after)
    assert model.distribution([4]).tolist() == pytest.approx(unigram)  # never seen
    # after 3: twice 2, of which 1 is taken
    nats = [-math.log(after[3]), -math.log(unigram[4] / 2)]
    assert model.nats(array(2, 3, 4)).tolist() == pytest.approx(nats, rel=1e-6)


def reference(ids, vocab_size, order):
    """Chen & Goodman's formulae, a count at a time: a function from (context, token) to a probability."""
    grams = [Counter() for _ in range(order + 1)]
    for length in range(1, order + 1):
        for start in range(len(ids) - length + 1):
            gram = tuple(ids[start : start + length])
            if END not in gram[1:-1]:
                grams[length][gram] += 1
    counts = list(grams)
    for length in range(1, order):
        preceding = Counter(gram[1:] for gram in grams[length + 1])
        counts[length] = Counter({gram: preceding.get(gram, count) for gram, count in grams[length].items()})

    def discount(length, count):
        once, twice, thrice, often = (sum(c == n for c in counts[length].values()) for n in (1, 2, 3, 4))
        if not (once and twice and thrice and often):
            return (0, 0.5, 1.0, 1.5)[min(count, 3)]
        share = once / (once + 2 * twice)
        steps = (0, 1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice, 3 - 4 * share * often / thrice)
        return max(0.1, steps[min(count, 3)]) if count else 0

    def probability(context, token):
        length = len(context) + 1
        lower = probability(context[1:], token) if context else 1 / vocab_size
        children = {gram: count for gram, count in counts[length].items() if gram[:-1] == context}
        total = sum(children.values())
        if not total:
            return lower
        left = sum(discount(length, count) for count in children.values())
        count = children.get((*context, token), 0)
        return (count - discount(length, count) + left * lower) / total

    return probability


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=120), st.integers(2, 4))
def test_it_is_the_formula_for_any_text(tail, order):
    ids = [END, *tail]
    model = count_ngrams(np.array(ids), 6, END, order)
    expected = reference(ids, 6, order)
    for end in range(1, len(ids)):
        context = ids[max(0, end - order + 1) : end]
        while END in context[1:]:
            context = context[1:]
        probabilities = model.distribution(ids[:end])
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert probabilities[ids[end]] == pytest.approx(expected(tuple(context), ids[end]), rel=1e-4)


def test_the_text_as_a_whole_is_scored_like_its_steps():
    ids = np.random.default_rng(3).integers(0, 30, 400)
    model = count_ngrams(ids[:300], 30, END)
    steps = [-math.log(model.distribution(ids[:end].tolist())[ids[end]]) for end in range(1, 400)]
    assert model.nats(ids).tolist() == pytest.approx(steps, rel=1e-4)


@pytest.mark.parametrize("ids", [array(), array(END), array(END, END), array(3)])
def test_next_to_no_text_is_a_model_too(ids):
    probabilities = count_ngrams(ids, 6, END).distribution([3, 2])
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities.min() > 0


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fit a vocabulary of 3"):
        count_ngrams(array(1, 3), 3, END)
    with pytest.raises(ValueError, match="not 1"):
        count_ngrams(array(1, 2), 3, END, order=1)
    with pytest.raises(ValueError, match="0 n-gram models"):
        NgramDecoder([], [])


def test_it_learns_to_reverse_better_than_the_longer_it_looks_back():
    """A toy task whose answer stands a few tokens back: only an order that reaches it can know."""
    generator = np.random.default_rng(5)
    documents = [[*word, 9, *word[::-1]] for word in generator.integers(2, 6, (4000, 2)).tolist()]
    nats = [held_out_nats(train_ngram(documents[:3500], 10, order), documents[3500:])[0] for order in (2, 3, 4, 5)]
    assert nats == sorted(nats, reverse=True)
    assert nats[-1] < 0.55 * nats[0]


def test_documents_are_joined_by_one_end():
    assert joined([[5, 6], [7, END], []]).tolist() == [END, 5, 6, END, 7, END, END]


@pytest.fixture(scope="module")
def decoder():
    ids = np.random.default_rng(1).integers(0, 40, 3000)
    return NgramDecoder([count_ngrams(ids, 40, END), count_ngrams(ids[:200] % 7, 40, END)], [3, 1])


def test_steps_padding_selection_and_rewinding_agree(decoder):
    assert isinstance(decoder, Decoder)
    ids = torch.randint(2, 40, (2, 9), generator=torch.Generator().manual_seed(2))
    whole, _ = decoder.prefill(ids, decoder.new_state(2))
    assert whole.exp().sum(1).tolist() == pytest.approx([1, 1], abs=1e-4)
    state = decoder.new_state(2)
    every, state = decoder.all_logits(ids, state)
    assert torch.equal(every[:, -1], whole)
    state.rewind(3)
    assert state.length == 6
    state.select(torch.tensor([1, 1, 0]))
    again, state = decoder.prefill(ids[[1, 1, 0], 6:], state)
    assert torch.equal(again, whole[[1, 1, 0]])
    with pytest.raises(ValueError, match="cannot rewind 10 of 9"):
        state.rewind(10)
    mask = torch.ones(2, 9, dtype=torch.bool)
    mask[1, :7] = False
    padded, _ = decoder.prefill(ids, decoder.new_state(2), mask)
    short, _ = decoder.prefill(ids[1:, 7:], decoder.new_state(1))
    assert torch.equal(padded[1], short[0])
    assert torch.equal(padded[0], whole[0])


def test_a_mixture_is_the_weighted_mean(decoder):
    context = torch.tensor([[4, 5, 6]])
    one, other = (
        NgramDecoder([model], [1]).prefill(context, decoder.new_state(1))[0].exp() for model in decoder.models
    )
    mixed, _ = decoder.prefill(context, decoder.new_state(1))
    assert torch.allclose(mixed.exp(), 0.75 * one + 0.25 * other, atol=1e-6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    tokenizer = train_tokenizer(SENTENCES, TokenizerSettings("byte-level", 300))
    model = train_ngram((tokenizer.encode(text).ids for text in SENTENCES), tokenizer.get_vocab_size())
    folder = tmp_path_factory.mktemp("models") / "ngram"
    save_ngram(folder, model, tokenizer, ModelCard("N-gram", ("write",)))
    return folder


def test_what_is_saved_is_what_was_counted_and_streams_through_the_search(folder):
    model = value_of(load_model(folder, CPU))
    assert generate(model, [model.tokenizer.encode("Once upon")], SamplingParams(temperature=0, max_new_tokens=99)) == [
        SENTENCES[0].removeprefix("Once upon")
    ]
    drawn = SamplingParams(seed=4, max_new_tokens=30)
    assert generate(model, [[]], drawn) == generate(model, [[]], drawn)
    ids = joined([model.tokenizer.encode(SENTENCES[1])])[:-1]
    assert perplexity(model, SENTENCES[1]) == pytest.approx(
        math.exp(model.decoder.models[0].nats(ids).mean()), rel=1e-3
    )


@pytest.mark.parametrize("name", ["unigram", "2.rests", "3.rests", "3.shares", "3.tokens", "3.offsets"])
@pytest.mark.parametrize("kept", [0, -1])
def test_a_table_of_another_size_has_its_sentence(folder, tmp_path, name, kept):
    config, tensors = load_tensors(folder, CPU.torch_device)
    (tmp_path / "config.json").write_text(json.dumps(config))
    save_file({**tensors, name: tensors[name][:kept].clone()}, tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="damaged"):
        load(tmp_path, CPU)


@pytest.mark.parametrize("change", [{"order": 6}, {"vocab_size": 7}])
def test_a_damaged_folder_has_its_sentence(folder, tmp_path, change):
    broken = tmp_path / "ngram"
    broken.mkdir()
    for path in folder.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    config = json.loads((broken / "config.json").read_text())
    (broken / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(ModelError, match="damaged"):
        load(broken, CPU)

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.card import ModelCard
from engine.complete import Completer, complete
from engine.device import Device
from engine.errors import ModelError
from engine.events import Finished, ModelLoaded, Progress, Result, TextChunk
from engine.models.loaded import load_model
from engine.models.ngram import NgramDecoder
from engine.models.ngram_counts import count_ngrams
from engine.modes import Mode, Request
from engine.session import Session
from engine.training.ngram import keep_ngrams, save_ngram, train_ngram
from engine.training.recipe import TokenizerSettings
from engine.training.tokenizers import train_tokenizer
from tests.engine.scripted_models import repeating_writer
from tests.engine.tiny_loaded import tiny, tiny_folder, value_of
from tests.engine.tiny_models import SENTENCES

CPU = Device(torch.device("cpu"), torch.float32, "CPU, float32")
STORY = (
    "Once upon a time there was an old king whose name was Zarathustra. He lived in a castle by the sea, "
    "and every morning he walked down to the shore and sang to the gulls until they came. "
)


def sets(events):
    """Return the candidates of each set, by its source, in the order of the sets."""
    found, source = {}, ""
    for event in events:
        if isinstance(event, Result):
            source = event.values["source"]
            found[source] = []
        elif isinstance(event, TextChunk):
            assert event.variant == len(found[source])
            found[source].append(event.text)
    return found


def asked(text, **settings):
    return Request(Mode.COMPLETE, text, variants=settings.pop("variants", 5), **settings)


def save(folder, kind):
    tokenizer = train_tokenizer(SENTENCES, TokenizerSettings(kind, 400))
    model = train_ngram((tokenizer.encode(text).ids for text in SENTENCES), tokenizer.get_vocab_size())
    save_ngram(folder, model, tokenizer, ModelCard("N-gram", ("write",)))
    return folder


@pytest.fixture(scope="module", params=["byte-level", "metaspace"])
def ngrams(request, tmp_path_factory):
    """A model that has learnt `SENTENCES` by heart, with either way of spelling spaces."""
    return value_of(load_model(save(tmp_path_factory.mktemp("models") / "ngram", request.param), CPU))


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("Once upon a time", " there was an old king"),
        ("Once upon a ti", "me there was an old king"),
        ("Once upon ", "a time there was an old"),
        ("Onc", "e upon a time there was"),
        ("The weather is nice", " today."),
        ("It's not far,", " he said."),
        ("The wea", "ther is nice today."),
    ],
)
def test_what_was_learnt_is_completed_from_any_caret(ngrams, text, candidate):
    events = list(complete(ngrams, asked(text, learn=False)))
    (best, *_), *rest = sets(events).values()
    assert not rest  # an n-gram model has no second set
    size = min(len(best), len(candidate))
    assert best[:size] == candidate[:size]
    whole = text + best
    assert any(whole in sentence for sentence in SENTENCES)
    assert any(f"{whole}{mark}" in sentence for sentence in SENTENCES for mark in (" ", ",", ""))


def test_every_candidate_ends_with_a_word(ngrams):
    words = {word.strip(".,?'") for sentence in SENTENCES for word in sentence.split()}
    for text in ("The ", "W", "He s", "old ", "Where is"):
        for candidate in sets(complete(ngrams, asked(text, learn=False)))["ngram"]:
            completed = (text + candidate).split()[-1].strip(".,?'")
            assert completed in words, (text, candidate)


def test_a_name_that_was_typed_once_is_known_at_once():
    llama = tiny("llama")
    found = sets(complete(llama, asked(STORY + "And then Zara")))
    assert found["ngram"][0].startswith("thustra")
    assert any(text.startswith("thustra") for text in found["model"])
    blind = sets(complete(llama, asked(STORY + "And then Zara", learn=False)))
    assert blind["ngram"] == []
    assert not any(text.startswith("thustra") for text in blind["model"])


@pytest.mark.parametrize("text", [STORY + "He", STORY + "He lived in ", STORY + "the g", "\n", STORY[:150]])
def test_sets_are_within_the_number_asked_for_and_repeat_nothing(text):
    for count in (1, 5):
        for candidates in sets(complete(tiny("qwen2"), asked(text, variants=count))).values():
            assert len(candidates) <= count
            assert len(set(candidates)) == len(candidates)
            assert all(any(map(str.isalnum, each)) and "\n" not in each for each in candidates)


def test_an_ngram_model_beside_the_model_helps_from_the_first_word(tmp_path):
    folder = shutil.copytree(tiny_folder("llama"), tmp_path / "llama")
    keep_ngrams(folder, SENTENCES)
    model = value_of(load_model(folder, CPU))
    found = sets(complete(model, asked("Once upon", learn=False)))
    assert found["ngram"][0].startswith(" a time")
    assert found["ngram"][0] in found["model"]


def test_nothing_is_said_where_nothing_is_likely(tmp_path):
    scripted = repeating_writer(tmp_path, "x")
    ids = np.random.default_rng(0).permutation(np.repeat(np.arange(10, 300), 30))
    unsure = NgramDecoder([count_ngrams(ids, scripted.decoder.vocab_size, 2)], [1.0], 2)
    assert sets(complete(replace(scripted, decoder=unsure), asked("a b", learn=False))) == {"ngram": []}


def test_a_clause_ends_a_candidate(tmp_path):
    model = repeating_writer(tmp_path, " the sea, and on")
    assert sets(complete(model, asked("Stop.", learn=False)))["model"] == [" the sea,"]


def test_only_what_is_new_is_read(monkeypatch):
    decoder, read = tiny("gpt2").decoder, []
    hidden = decoder.hidden

    def counting(ids, state, mask=None):
        read.append(ids.numel())
        return hidden(ids, state, mask)

    monkeypatch.setattr(decoder, "hidden", counting)
    completer = Completer(tiny("gpt2"))
    list(completer.complete(asked(STORY + "He")))
    assert sum(read) > 60
    read.clear()
    closing = completer.complete(asked(STORY + "He lived"))
    while not isinstance(next(closing), Progress) or not read:
        pass
    closing.close()
    read.clear()
    again = list(completer.complete(asked(STORY + "He lived")))
    assert sum(read) <= 5 * 8 + 4
    assert sets(again) == sets(complete(tiny("gpt2"), asked(STORY + "He lived")))


def test_a_long_text_fits_into_the_window():
    events = list(complete(tiny("llama"), asked(STORY * 60 + "He lived in ")))
    assert sets(events)["ngram"][0].startswith("a castle by the")


def test_a_model_that_needs_a_source_is_refused():
    with pytest.raises(ModelError, match="turns one text into another"):
        list(complete(tiny("marian"), asked("Once")))


def test_a_session_remembers_and_ends(tmp_path):
    shutil.copytree(tiny_folder("llama"), tmp_path / "writer")
    session = Session("cpu", tmp_path)
    first, second = (list(session.run(asked(STORY + "He"))) for _ in range(2))
    assert first[-1] == second[-1] == Finished()
    assert sets(first) == sets(second)
    loaded, ready = (event for event in [*first, *second] if isinstance(event, ModelLoaded))
    assert loaded.seconds > ready.seconds == 0.0

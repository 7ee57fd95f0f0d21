import itertools
import math

import pytest
import torch

from engine.errors import InputError, ModelError
from engine.events import Progress, Result, Surprises
from engine.models.loaded import LoadedModel
from engine.modes import Mode, Request
from engine.surprise import surprise
from tests.engine.reference import reference_model
from tests.engine.tiny_loaded import CPU, tiny, tiny_folder
from tests.engine.tiny_models import SENTENCES

TEXT = "\n".join(SENTENCES)


class Cut:
    """A tokenizer whose tokens are given pieces of a text, in whatever way they cut its words."""

    def __init__(self, pieces):
        self._pieces = pieces

    def encode_spans(self, text):
        assert text == "".join(self._pieces)
        ends = list(itertools.accumulate(map(len, self._pieces)))
        ids = [7 + (31 * place + 5 * end) % 300 for place, end in enumerate(ends)]
        return ids, list(zip([0, *ends[:-1]], ends, strict=True))


def reference(ids):
    """Return transformers' bits of every id but the first."""
    with torch.inference_mode():
        shares = reference_model(tiny_folder("llama"))(torch.tensor([ids])).logits[0, :-1].log_softmax(1)
    return (-shares.gather(1, torch.tensor(ids[1:])[:, None])[:, 0] / math.log(2)).tolist()


def mapped(model, text, **settings):
    """Return the words (text, bits) and the values of the Result."""
    events = list(surprise(model, Request(Mode.SURPRISE, text, **settings)))
    words = [word for event in events if isinstance(event, Surprises) for word in event.words]
    (result,) = [event.values for event in events if isinstance(event, Result)]
    return [(text[start:end], bits) for start, end, bits in words], result


# tokens -> which share of which token's bits each word gets
ALIGNMENTS = {
    "a token a word": (["one", " two", " three"], {"one": {0: 1}, "two": {1: 1}, "three": {2: 1}}),
    "spaces behind": (["one ", "two ", "three"], {"one": {0: 1}, "two": {1: 1}, "three": {2: 1}}),
    "spaces apart": (["one", " ", "two", " ", "three"], {"one": {0: 1}, "two": {1: 1, 2: 1}, "three": {3: 1, 4: 1}}),
    "words in parts": (
        ["o", "ne", " tw", "o thr", "ee"],
        {"one": {0: 1, 1: 1}, "two": {2: 1, 3: 0.25}, "three": {3: 0.75, 4: 1}},
    ),
    "one for all": (["one two three"], {"one": {0: 3 / 11}, "two": {0: 3 / 11}, "three": {0: 5 / 11}}),
    "space at both ends": (
        ["  ", "one", " \n", "two", "\n\n", "\n"],
        {"one": {0: 1, 1: 1}, "two": {2: 1, 3: 1, 4: 1, 5: 1}},
    ),
    "marks": (["one,", " two", "."], {"one": {0: 0.75}, ",": {0: 0.25}, "two": {1: 1}, ".": {2: 1}}),
    "signs": (["今天", "天气", "。"], {"今": {0: 0.5}, "天": {0: 0.5}, "天2": {1: 0.5}, "气": {1: 0.5}, "。": {2: 1}}),
    "mixed": (["他", "说 hi", "!"], {"他": {0: 1}, "说": {1: 1 / 3}, "hi": {1: 2 / 3}, "!": {2: 1}}),
}


@pytest.mark.parametrize("name", list(ALIGNMENTS))
def test_bits_are_those_of_transformers_however_tokens_meet_words(name):
    pieces, expected = ALIGNMENTS[name]
    llama, tokenizer = tiny("llama"), Cut(pieces)
    text = "".join(pieces)
    model = LoadedModel("cut", llama.folder, llama.decoder, tokenizer, None, CPU)
    bits = reference([*llama.decoder.start_ids, *tokenizer.encode_spans(text)[0]])
    words, result = mapped(model, text)
    assert [word for word, _ in words] == [word.rstrip("2") for word in expected]
    for (_, found), shares in zip(words, expected.values(), strict=True):
        assert found == pytest.approx(sum(share * bits[token] for token, share in shares.items()), abs=1e-4)
    assert result["bits_per_word"] * result["words"] == pytest.approx(sum(bits), abs=1e-3)


def test_a_real_tokenizer_loses_no_bit():
    llama = tiny("llama")
    bits = reference([*llama.decoder.start_ids, *llama.tokenizer.encode(TEXT)])
    words, result = mapped(llama, TEXT)
    assert sum(found for _, found in words) == pytest.approx(sum(bits), abs=1e-2)
    assert "".join(word for word, _ in words) == "".join(TEXT.split())
    assert result["words"] < len(words)  # marks are no words


def test_a_text_longer_than_the_window_comes_in_parts_and_in_order():
    llama = tiny("llama")
    text = TEXT * (2 * llama.decoder.context_length // len(llama.tokenizer.encode(TEXT)))
    events = list(surprise(llama, Request(Mode.SURPRISE, text)))
    words = [word for event in events if isinstance(event, Surprises) for word in event.words]
    assert len([event for event in events if isinstance(event, Surprises)]) > 10
    assert words == sorted(words)
    assert len({start for start, _, _ in words}) == len(words)
    progress = [event for event in events if isinstance(event, Progress)]
    assert progress[-1].done == progress[-1].total == len(llama.tokenizer.encode(text))
    early = reference([*llama.decoder.start_ids, *llama.tokenizer.encode(text)[:3000]])
    ends = [end for _, end in llama.tokenizer.encode_spans(text)[1][:3000]]
    known = [bits for _, end, bits in words if end <= ends[-1]]
    assert sum(known) == pytest.approx(sum(early), rel=1e-3)


def test_only_what_is_above_the_mean_is_startling():
    text = "One two three four five. " * 3 + "Zyx wvu tsr qpo nml."
    _, result = mapped(tiny("llama"), text)
    assert result["startling"]
    assert all(passage["bits_per_word"] > result["bits_per_word"] for passage in result["startling"])
    assert all(passage["bits_per_word"] < result["bits_per_word"] for passage in result["flattest"])
    _, alone = mapped(tiny("llama"), "One two three four five.")
    assert (alone["startling"], alone["flattest"]) == ([], [])


def test_passages_are_sentences_from_flat_to_startling():
    text = "One two three four five. " * 6 + "Zyx wvu tsr qpo nml. " + "Yes. " + "Six seven eight nine ten. " * 3
    _, result = mapped(tiny("llama"), text)
    both = [*result["flattest"], *reversed(result["startling"])]
    values = [passage["bits_per_word"] for passage in both]
    assert values == sorted(values)
    assert max(len(result["flattest"]), len(result["startling"])) == 5  # of more
    for passage in both:
        assert text[passage["start"] : passage["end"]] == passage["text"]
        assert len(passage["text"].split()) == 5  # a word alone says nothing


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_text_without_words_has_its_sentence(text):
    with pytest.raises(InputError, match="no words"):
        list(surprise(tiny("llama"), Request(Mode.SURPRISE, text)))


def test_a_model_that_needs_a_source_is_refused():
    with pytest.raises(ModelError, match="only turns"):
        list(surprise(tiny("marian"), Request(Mode.SURPRISE, "Once")))

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detokenizer import Detokenizer
from engine.tokenizer import TextTokenizer
from tests.engine import tiny_models

KINDS = {"byte-level": tiny_models.byte_level, "metaspace": tiny_models.metaspace, "wordpiece": tiny_models.word_piece}
PIECES = [
    "今天",
    "天气",
    " the king",
    "é",
    "😀",
    "👩‍🚀",
    "🏳️‍🌈",
    "الطقس",
    " ",
    "  ",
    "\n",
    "don't",
    "…",
    ".",
    "नि",
    "\ufffd",
    "𠮷",
]


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    tiny_models.write_tokenizer(folder, KINDS[request.param](), ends_source=False)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    return TextTokenizer(folder)


def chunks(detokenizer, ids):
    return [*(detokenizer.add([token]) for token in ids), detokenizer.finish()]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_chunks_of_any_ids_join_to_the_decode_of_all(tokenizer, data):
    ids = data.draw(st.lists(st.integers(0, tokenizer.size - 1), max_size=60))
    assert "".join(chunks(Detokenizer(tokenizer), ids)) == tokenizer.decode(ids)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_few_ids_repeated_join_to_the_decode_of_all(tokenizer, data):
    few = data.draw(st.lists(st.integers(0, tokenizer.size - 1), min_size=1, max_size=3))
    ids = data.draw(st.lists(st.sampled_from(few), max_size=80))
    assert "".join(chunks(Detokenizer(tokenizer), ids)) == tokenizer.decode(ids)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_text_comes_in_whole_characters(tokenizer, pieces):
    text = "".join(pieces).replace("\ufffd", "")
    ids = tokenizer.encode(text)
    found = chunks(Detokenizer(tokenizer), ids)
    assert "".join(found) == tokenizer.decode(ids)
    assert not any("\ufffd" in chunk for chunk in found)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=20), st.lists(st.sampled_from(PIECES), max_size=20))
def test_text_after_a_prompt_is_spaced_as_it_is_there(tokenizer, before, after):
    prompt = tokenizer.encode("The old king " + "".join(before) + "sea")
    ids = tokenizer.encode(" by the " + "".join(after))
    found = "".join(chunks(Detokenizer(tokenizer, prompt), ids))
    assert tokenizer.decode(prompt) + found == tokenizer.decode(prompt + ids)


def test_several_ids_at_once_give_the_same_text(tokenizer):
    ids = tokenizer.encode("".join(PIECES) * 3)
    detokenizer = Detokenizer(tokenizer)
    parts = [detokenizer.add(ids[start : start + 7]) for start in range(0, len(ids), 7)]
    assert "".join([*parts, detokenizer.finish()]) == tokenizer.decode(ids)


def test_text_is_shown_as_soon_as_it_is_sure(tokenizer):
    ids = tokenizer.encode("Once upon a time there was an old king")
    detokenizer = Detokenizer(tokenizer)
    shown = ""
    for count, token in enumerate(ids, start=1):
        shown += detokenizer.add([token])
        if token not in tokenizer.byte_ids:
            assert shown == tokenizer.decode(ids[:count])


def test_a_fork_goes_its_own_way(tokenizer):
    ids = tokenizer.encode("The weather 今天 is nice")
    detokenizer = Detokenizer(tokenizer)
    for token in ids[:6]:
        detokenizer.add([token])
    fork = detokenizer.fork()
    other = fork.add(ids[2:4]) + fork.finish()
    rest = "".join(chunks(detokenizer, ids[6:]))
    again = Detokenizer(tokenizer)
    start = "".join(again.add([token]) for token in ids[:6])
    assert start + rest == tokenizer.decode(ids)
    assert start + other == tokenizer.decode(ids[:6] + ids[2:4])


class CountingTokenizer:
    """Count the ids decoded, all else is a tokenizer's."""

    def __init__(self, tokenizer):
        self.tokenizer, self.decoded = tokenizer, 0
        self.byte_ids, self.special_ids = tokenizer.byte_ids, tokenizer.special_ids

    def decode(self, ids):
        self.decoded += len(ids)
        return self.tokenizer.decode(ids)


@pytest.mark.parametrize("name", ["text", "bytes", "one", "another", "specials"])
def test_the_cost_of_a_token_does_not_grow(tokenizer, name):
    text = tokenizer.encode("The old king 今天天气很好 😀 " * 400)
    ids = {
        "text": text,
        "bytes": [8 + place * 37 % 256 for place in range(4000)],
        "one": [200] * 4000,
        "another": [tokenizer.size - 25] * 4000,
        "specials": [text[0], *([2] * 4000)],
    }[name]
    costs = []
    for part in (len(ids) // 4, len(ids)):
        counting = CountingTokenizer(tokenizer)
        assert "".join(chunks(Detokenizer(counting), ids[:part])) == tokenizer.decode(ids[:part])
        costs.append(counting.decoded / part)
    assert costs[1] < 1.25 * costs[0] + 1

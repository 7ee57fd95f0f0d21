from dataclasses import replace
from difflib import SequenceMatcher

import pytest

from benchmarks.copying import Copyist, answer, misread
from engine.cache import PrefixCache
from engine.params import SamplingParams
from tests.engine.tiny_loaded import tiny, token_texts

PROMPT = [10 + (place * 37) % 290 for place in range(200)]


def test_a_summary_takes_over_sentences_and_a_rewrite_goes_through_the_text():
    summary = answer("summary", PROMPT, 100, 300)
    assert any(PROMPT[start : start + 24] == summary[2:26] for start in range(len(PROMPT)))
    rewrite = answer("rewrite", PROMPT, 100, 300)
    changes = [change[0] for change in SequenceMatcher(None, PROMPT[:99], rewrite, autojunk=False).get_opcodes()]
    assert [change for change in changes if change != "equal"] == [
        *["replace", "insert", "delete"] * 2,
        "replace",
        "insert",
    ]
    with pytest.raises(ValueError, match="'poem'"):
        answer("poem", PROMPT, 100, 300)


@pytest.mark.parametrize("kind", ["summary", "rewrite"])
def test_the_copyist_writes_what_is_set(kind):
    model = tiny("llama")
    script = answer(kind, PROMPT, 90, model.decoder.vocab_size)
    copyist = replace(model, decoder=Copyist(model.decoder, [*PROMPT, *script]), prefixes=PrefixCache())
    texts, _ = token_texts(copyist, [PROMPT], SamplingParams(temperature=0, max_new_tokens=90))
    assert texts == [script]


def test_a_draft_model_is_right_four_times_in_five():
    assert sum(one == other for one, other in zip(PROMPT, misread(PROMPT), strict=True)) == 160

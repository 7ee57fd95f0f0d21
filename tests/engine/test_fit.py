from dataclasses import replace

import pytest

from engine.fit import WEIGHT_BYTES, Speeds, Verdict, fit, largest_context, need_of, tokens_per_second
from engine.model_shape import ModelShape

GB = 1_000_000_000
CACHE = 2 * 16 * 512
SHAPE = ModelShape(GB, layers=16, cache=CACHE, hidden=2048, vocab=32_000, window=8192, packs=False)


def test_weights_cache_and_workspace_add_up():
    need = need_of(SHAPE, "bfloat16", 1000, rows=2)
    assert need.weights == 2 * GB
    assert need.cache == 2 * 16 * 512 * 2 * 1000 * 2  # numbers, bytes, tokens, rows
    assert need.total == need.weights + need.cache + need.workspace
    assert need.workspace > 400_000_000


@pytest.mark.parametrize(
    ("free", "verdict", "words"),
    [
        (8 * GB, Verdict.GOOD, "Fits: it needs 2.6 GB of 8.0 GB free (bfloat16, 4,096 tokens; up to 8,192 fit)."),
        (2.75 * GB, Verdict.TIGHT, "Tight: it needs"),
        (2.6 * GB, Verdict.NO, "Up to"),
        (2 * GB, Verdict.NO, "Choose a smaller model."),
    ],
)
def test_the_verdict_follows_the_free_memory(free, verdict, words):
    found = fit(SHAPE, "bfloat16", round(free))
    assert found.verdict is verdict
    assert words in found.sentence


def test_the_largest_context_is_the_last_that_is_not_refused():
    free = round(2.6 * GB)
    most = largest_context(SHAPE, "bfloat16", free)
    assert 256 < most < 4096
    assert fit(SHAPE, "bfloat16", free, context=most).verdict is Verdict.TIGHT
    assert fit(SHAPE, "bfloat16", free, context=most + 64).verdict is Verdict.NO
    assert largest_context(SHAPE, "bfloat16", 64 * GB) == SHAPE.window
    assert largest_context(SHAPE, "float32", 2 * GB) == 0


def test_smaller_formats_need_less():
    needs = [need_of(SHAPE, name, 100).weights for name in ("float32", "bfloat16", "int4", "int8")]
    assert needs == sorted(needs, reverse=True)  # 4 bits keep a copy in 8
    assert set(WEIGHT_BYTES) > {"float32", "bfloat16", "int8", "int4"}
    with pytest.raises(ValueError, match="'int3' is not one of"):
        need_of(SHAPE, "int3", 100)


def test_our_own_decoders_hold_the_table_of_words_beside_its_product():
    own, other = (need_of(replace(SHAPE, packs=packs), "int8", 0).weights for packs in (True, False))
    assert own - other == 2 * SHAPE.vocab * SHAPE.hidden


def test_no_more_is_remembered_than_a_model_can_see():
    slow = Speeds(20 * GB, 0.0)
    whole = tokens_per_second(SHAPE, "bfloat16", slow, SHAPE.window)
    assert tokens_per_second(SHAPE, "bfloat16", slow, 2 * SHAPE.window) == whole


def test_speed_is_bounded_by_memory_and_by_layers():
    assert tokens_per_second(SHAPE, "bfloat16", Speeds(20 * GB, 0.0), 0) == pytest.approx(10)
    assert tokens_per_second(SHAPE, "bfloat16", Speeds(1e18, 1e-3), 0) == pytest.approx(1000 / 16)
    assert tokens_per_second(SHAPE, "bfloat16", Speeds(20 * GB, 1e-3), 4000) < 9
    formats = {"int8": 10.2 * GB}
    assert tokens_per_second(SHAPE, "int8", Speeds(20 * GB, 0.0, formats), 0) == pytest.approx(10)


def test_the_format_of_a_gguf_file_is_its_own():
    shape = replace(SHAPE, file_bytes=600_000_000)
    assert need_of(shape, "float32", 0).weights == need_of(shape, "int4", 0).weights == 600_000_000
    assert "(GGUF, 4,096 tokens; up to 8,192 fit)" in fit(shape, "float32", 8 * GB).sentence


def test_a_gguf_file_takes_its_cache_at_once_whatever_is_written():
    shape = replace(SHAPE, file_bytes=600_000_000, held_cache=2 * GB)
    assert need_of(shape, "int4", 10).cache == need_of(shape, "int4", 8192, rows=3).cache == 2 * GB
    found = fit(shape, "int4", 8 * GB)
    assert (found.context, found.largest_context, found.need.cache) == (8192, 8192, 2 * GB)
    chosen = fit(shape, "int4", 8 * GB, context=512)
    assert (chosen.context, chosen.need.cache) == (512, 2 * GB // 16)
    assert largest_context(shape, "int4", 2 * GB) == 0


def test_our_own_decoders_remember_in_float32_on_a_processor():
    other = replace(SHAPE, vocab=0)  # no table of words
    own = replace(other, packs=True)
    for weights in ("float32", "bfloat16", "int8", "int4"):
        assert need_of(own, weights, 1000).cache == CACHE * 4 * 1000
    assert need_of(own, "bfloat16", 1000, accelerated=True).cache == CACHE * 2 * 1000
    assert need_of(replace(own, file_bytes=GB), "bfloat16", 1000).cache == CACHE * 2 * 1000
    free = round(2.6 * GB)
    assert largest_context(own, "bfloat16", free) == pytest.approx(largest_context(other, "bfloat16", free) / 2, abs=1)
    speeds = Speeds(20 * GB, 0.0)
    seconds = [1 / tokens_per_second(shape, "bfloat16", speeds, 4000) for shape in (other, own)]
    assert seconds[1] - seconds[0] == pytest.approx(CACHE * 2 * 4000 / (20 * GB))
    assert 1 / tokens_per_second(own, "bfloat16", speeds, 4000, accelerated=True) == pytest.approx(seconds[0])


def test_weights_in_4_bits_are_counted_twice_only_while_there_is_a_second_form():
    once, twice = (need_of(SHAPE, "int4", 100, copied=copied).weights for copied in (False, True))
    assert once == round(SHAPE.parameters * WEIGHT_BYTES["int4"])
    assert twice > 2 * once
    assert need_of(SHAPE, "int4", 100, accelerated=True).weights == once
    assert fit(SHAPE, "int4", 2 * GB, copied=False).verdict is not Verdict.NO
    assert fit(SHAPE, "int4", 2 * GB).verdict is Verdict.NO

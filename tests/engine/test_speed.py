import pytest

from engine import speed as speed_module
from engine.events import Speed
from engine.generate import generate_text
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.speed import SpeedMeter
from engine.translate import translate
from tests.engine.tiny_loaded import tiny


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(speed_module.time, "monotonic", lambda: now[0])
    return now


def test_speed_is_told_early_then_four_times_a_second(clock):
    meter = SpeedMeter()
    told = []
    for tokens in range(1, 401):  # 100 a second for 4 seconds
        clock[0] += 0.01
        told += [speed] if (speed := meter.note(tokens)) else []
    assert told[0].tokens == 8
    assert 14 <= len(told) <= 17
    assert all(speed.tokens_per_second == pytest.approx(100, rel=0.01) for speed in told)


def test_the_clock_leaves_the_prompt_out(clock):
    meter = SpeedMeter()
    clock[0] += 60  # seconds of reading
    meter.start()
    clock[0] += 2
    assert meter.total(50) == Speed(50, pytest.approx(25))


def test_a_search_tells_its_tokens_at_the_end():
    params = SamplingParams(max_new_tokens=30, seed=1)
    events = list(generate_text(tiny("llama"), [[5, 6, 7]], params, variants=2))
    total = sum(event.tokens for event in events if type(event).__name__ == "VariantFinished")
    last = events[-1]
    assert isinstance(last, Speed)
    assert last.tokens == total > 0
    assert last.tokens_per_second > 0


def test_a_translation_tells_its_speed_over_all_batches():
    text = "The sea is near. " * 40
    request = Request(Mode.TRANSLATE, text, SamplingParams(max_new_tokens=5), target_language="de")
    tokens = [event.tokens for event in translate(tiny("marian"), request, "en", "de") if isinstance(event, Speed)]
    assert len(tokens) > 1
    assert tokens == sorted(tokens)

from dataclasses import replace

import pytest

from engine.card import ModelCard
from engine.purposes import Purpose, TrainingRequest
from engine.training.architectures import build_objective
from engine.training.estimates import estimate
from engine.training.material import read_material
from engine.training.personal_plan import make_plan
from engine.training.recipe import ModelSettings
from tests.engine.tiny_models import byte_level, tiny_causal

RANK = 16
KEPT = 5  # float32 numbers of a trained weight: master, gradient, average, two moments


def estimated(request):
    reading = read_material(request)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return estimate(make_plan(request, end.value), "cpu")


@pytest.fixture
def novel(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text("\n".join(f"The king went to the sea on day {number}." for number in range(400)))
    return path


def test_adapters_cost_their_own_numbers_and_nothing_on_disk(novel, tmp_path):
    """The tiny Llama's layers have matrices of 32 × 32 (two), 32 × 16 (two), 32 × 64 (two) and 64 × 32."""
    start = str(tiny_causal(tmp_path / "start", "llama"))
    request = TrainingRequest(Purpose.CONTINUE, (str(novel),), "voice", start=start)
    whole, lora = (estimated(replace(request, lora=lora)) for lora in (False, True))
    assert lora.megabytes == whole.megabytes, "adapters are merged into what is saved"
    weights = round(whole.megabytes * 1e6 / 2)
    size = round(whole.memory * 1e6 / weights) - 4 * KEPT
    assert size in (2, 4), "bytes of a weight on this machine's processor"
    adapters = 2 * RANK * (2 * (32 + 32) + 2 * (32 + 16) + 3 * (32 + 64))
    assert round(lora.memory * 1e6) == (weights + adapters) * size + adapters * 4 * KEPT


def test_early_stopping_is_no_part_of_the_time(novel):
    request = TrainingRequest(Purpose.CONTINUE, (str(novel),), "voice", steps=1000)
    once, twice = estimated(request), estimated(replace(request, steps=100_000))
    assert twice.seconds > 20 * once.seconds
    assert estimated(replace(request, steps=10**9, minutes=2.0)).seconds == pytest.approx(120 * 1.1)


def test_a_translator_of_any_vocabulary_is_taken_up(tmp_path):
    """As the embedded one, which the window suggests, it has another vocabulary than a new one."""
    rows = [f"The king has {number} ships.\tDer König hat {number} Schiffe.\n" for number in range(60)]
    table = tmp_path / "memory.tsv"
    table.write_text("en\tde\n" + "".join(rows), encoding="utf-8")
    shape = ModelSettings("marian", hidden=128, feed_forward=256, layers=1, decoder_layers=1, heads=4, context=64)
    start = tmp_path / "start"
    build_objective(shape, 300).save(start, byte_level(), ModelCard("Small", ("translate",)))
    request = TrainingRequest(Purpose.TRANSLATE, (str(table),), "memory", start=str(start), steps=10)
    assert estimated(request).megabytes == pytest.approx((start / "model.safetensors").stat().st_size / 1e6, rel=0.05)

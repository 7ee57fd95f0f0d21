import pytest

from benchmarks.bandwidth import bytes_per_token, measured_bandwidth
from engine.model_shape import ModelShape

SHAPE = ModelShape(parameters=1_000_000, layers=2, cache=256, hidden=64, vocab=1000, window=512, looked_up=200_000)


def test_a_step_reads_weights_once_and_the_cache():
    assert bytes_per_token(SHAPE, "bfloat16", 0, "cpu") == 1_600_000
    assert bytes_per_token(SHAPE, "float32", 100, "cpu") == 3_200_000 + 102_400
    assert bytes_per_token(SHAPE, "bfloat16", 100, "cuda") == 1_600_000 + 51_200
    assert bytes_per_token(SHAPE, "int8", 0, "cpu") == pytest.approx(816_000)
    assert bytes_per_token(SHAPE, "int4", 0, "cpu") == pytest.approx(450_000)
    assert bytes_per_token(SHAPE, "int4", 0, "cuda") == pytest.approx(504_000)


def test_memory_is_read_at_a_speed_that_memory_has():
    assert 1e8 < measured_bandwidth("cpu") < 1e13

import pytest
import torch

from benchmarks.speed_engines import prompt_of
from benchmarks.speed_models import interleaved


@pytest.mark.parametrize("vocabulary", [300, 151_936])
def test_prompts_share_what_is_known_and_nothing_else(vocabulary):
    one, other = (prompt_of({"known": 40, "prompt": 8, "seed": seed}, vocabulary) for seed in (1, 2))
    assert one[:40] == other[:40]
    assert one[40] != other[40]
    assert all(10 <= token < vocabulary for token in [*one, *other])
    assert len(one) == 48


def test_dimensions_that_turn_together_stand_side_by_side():
    rows = torch.arange(12.0)[:, None]  # two heads of six
    assert interleaved(rows, 2)[:, 0].tolist() == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]

import pytest

from engine.training.recipe import OptimizerSettings, ScheduleSettings
from engine.training.schedule import learning_rate_factor


def test_the_learning_rate_warms_up_holds_and_falls_to_zero():
    settings, schedule = OptimizerSettings(warmup=10, decay=0.5), ScheduleSettings(steps=100)
    factors = [learning_rate_factor(step, settings, schedule) for step in range(101)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9:51] == [1.0] * 42
    assert factors[75] == pytest.approx(0.5)
    assert factors[100] == 0
    longer = [learning_rate_factor(step, settings, ScheduleSettings(steps=200)) for step in range(51)]
    assert longer == factors[:51], "the plateau must not depend on the number of steps"

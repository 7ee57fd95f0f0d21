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


def test_with_a_bound_in_time_the_rate_falls_to_zero_by_then():
    settings, schedule = OptimizerSettings(warmup=1, decay=0.5), ScheduleSettings(steps=1000)
    factors = [learning_rate_factor(100, settings, schedule, spent=spent) for spent in (0.0, 0.5, 0.75, 1.0)]
    assert factors == [1.0, 1.0, 0.5, 0.0]


def test_the_rate_is_halved_at_each_epoch_after_the_first_ones():
    """TensorFlow's ptb_word_lm, small: 1 for four epochs, then 1/2, 1/4, ..."""
    settings, schedule = OptimizerSettings(schedule="halving", hold=4), ScheduleSettings()
    factors = [learning_rate_factor(0, settings, schedule, epoch) for epoch in range(7)]
    assert factors == [1, 1, 1, 1, 0.5, 0.25, 0.125]


def test_the_inverse_root_peaks_at_the_end_of_the_warm_up():
    """Vaswani et al. 2017, equation 3, up to a constant: min(n ** -0.5, n * warmup ** -1.5)."""
    settings, schedule = OptimizerSettings(schedule="inverse-sqrt", warmup=100), ScheduleSettings()
    for number in (1, 50, 100, 400, 2500):
        expected = 10 * min(number**-0.5, number * 100**-1.5)
        assert learning_rate_factor(number - 1, settings, schedule) == pytest.approx(expected)

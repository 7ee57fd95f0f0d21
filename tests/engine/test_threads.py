"""The chooser against machines whose step times are known."""

import random

import pytest

from engine.threads import ThreadChooser


def run(chooser, seconds_of, seconds, now=0.0):
    """Step for `seconds` of simulated time; return the share of it spent at each count and the time it is then."""
    spent = {}
    end = now + seconds
    while now < end:
        count = chooser.count
        step = seconds_of(count)
        spent[count] = spent.get(count, 0) + step
        now += step
        chooser.note(step, now)
    total = sum(spent.values())
    return {count: time / total for count, time in spent.items()}, now


def quiet(count):
    return {1: 0.0094, 2: 0.0060}[count]


def busy(count):
    return {1: 0.065, 2: 0.384}[count]


def test_it_begins_with_one_thread_and_settles_on_what_is_faster():
    chooser = ThreadChooser(2)
    assert chooser.count == 1
    shares, _ = run(chooser, quiet, 30)
    assert shares[2] > 0.9


@pytest.mark.parametrize(("machine", "best"), [(quiet, 2), (busy, 1)])
def test_small_steps_choose_beforehand_and_longer_ones_are_judged_by_themselves(machine, best):
    chooser = ThreadChooser(2)
    chooser.settle(lambda count: machine(count) / 20, 0.0)
    assert chooser.count == best
    shares, now = run(chooser, machine, 60, 1.0)
    assert shares[best] > 0.9
    shares, _ = run(chooser, busy, 60, now)  # a core is taken away
    assert shares[1] > 0.9


def test_on_a_busy_machine_trials_cost_little():
    shares, _ = run(ThreadChooser(2), busy, 60)
    assert shares[1] > 0.95


def test_a_core_that_is_taken_away_is_noticed_within_a_few_steps_and_one_that_comes_back_is_used():
    chooser = ThreadChooser(2)
    _, now = run(chooser, quiet, 10)
    assert chooser.count == 2
    _, now = run(chooser, busy, 8 * busy(2), now)
    assert chooser.count == 1
    shares, now = run(chooser, busy, 60, now)
    assert shares[1] > 0.95
    shares, _ = run(chooser, quiet, 120, now)
    assert shares[2] > 0.6


@pytest.mark.parametrize("best", [1, 2, 4, 8, 16])
def test_it_finds_the_best_of_many_through_noise(best):
    noise = random.Random(best)

    def seconds_of(count):
        return 0.01 * max(count / best, best / count) ** 0.5 * noise.uniform(0.97, 1.03)

    shares, _ = run(ThreadChooser(16), seconds_of, 60)
    assert max(shares, key=shares.get) == best


def test_one_core_leaves_no_choice():
    shares, _ = run(ThreadChooser(1), quiet, 1)
    assert shares == pytest.approx({1: 1.0})


def test_odd_numbers_of_cores_are_used_up_to_a_power_of_two():
    shares, _ = run(ThreadChooser(6), lambda count: 0.01 / count, 5)
    assert max(shares) == 4

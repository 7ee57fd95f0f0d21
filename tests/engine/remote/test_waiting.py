import asyncio
import threading

import pytest

from engine.events import Progress
from engine.remote.waiting import Quiet, Stepper, in_words, told
from engine.tries import Waiting
from tests.engine.tiny_loaded import value_of

QUIET = Progress(0, 0, "moments", "Waiting")


@pytest.fixture
def stepper():
    made = Stepper()
    yield made
    made.close()


async def answer():
    await asyncio.sleep(0)
    return 42


async def fail():
    raise ValueError("no")


def test_what_is_there_at_once_needs_no_waiting(stepper):
    steps = stepper.steps(answer())
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == 42


def test_a_failure_is_that_of_the_work(stepper):
    with pytest.raises(ValueError, match="no"):
        value_of(stepper.steps(fail()))


def test_work_that_is_left_is_cancelled_and_cleans_up(stepper):
    cleaned = threading.Event()

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    steps = stepper.steps(work())
    assert [next(steps) for _ in range(2)] == [Quiet()] * 2
    assert not cleaned.is_set()
    steps.close()
    assert cleaned.is_set()


def test_no_thread_is_begun(stepper):
    before = threading.active_count()
    value_of(stepper.steps(answer()))
    assert threading.active_count() == before


def test_pauses_are_told_and_what_comes_of_the_work_returned():
    def work():
        yield Quiet()
        yield Waiting(4.0)
        return "done"

    events = []

    def collect():
        events.append((yield from told(work(), QUIET)))

    events[:0] = list(collect())
    assert events == [QUIET, in_words(Waiting(4.0), QUIET), "done"]
    assert "next try in" in events[1].note


def test_to_leave_what_is_told_leaves_the_work():
    left = []

    def work():
        try:
            yield Quiet()
        finally:
            left.append(True)

    telling = told(work(), QUIET)
    next(telling)
    telling.close()
    assert left == [True]

import re
import signal
import sys
import time

import pytest

from engine.limits import LimitError, bounded


def forever():
    while True:
        pass


def test_what_ends_by_itself_is_returned():
    assert bounded(lambda: 3) == 3
    assert sys.gettrace() is None or sys.gettrace().__name__ != "watch"


def test_a_loop_is_ended():
    started = time.monotonic()
    with pytest.raises(LimitError, match=r"more than 0\.2 s"):
        bounded(forever, seconds=0.2)
    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform == "win32", reason="there are no timers that send signals")
@pytest.mark.parametrize(
    "step", [lambda: pow(7, 10**8), lambda: re.match(r"(a+)+$", "a" * 60 + "b")], ids=["power", "pattern"]
)
def test_a_single_long_step_is_ended(step):
    started = time.monotonic()
    with pytest.raises(LimitError, match=r"more than 0\.2 s"):
        bounded(step, seconds=0.2)
    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform == "win32", reason="there are no timers that send signals")
def test_no_alarm_is_left_behind():
    before = signal.getsignal(signal.SIGALRM)
    bounded(lambda: 3, seconds=0.2)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before


@pytest.mark.skipif(sys.platform != "linux", reason="memory of one process is bounded on Linux alone")
def test_memory_is_bounded_and_set_free_again():
    with pytest.raises(LimitError, match="more than 100 MB"):
        bounded(lambda: bytearray(3_000_000_000), extra_bytes=100_000_000)  # more than any hole in the heap
    assert len(bytearray(300_000_000)) == 300_000_000


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0)

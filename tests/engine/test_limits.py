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


@pytest.mark.skipif(sys.platform != "linux", reason="memory of one process is bounded on Linux alone")
def test_memory_is_bounded_and_set_free_again():
    with pytest.raises(LimitError, match="more than 100 MB"):
        bounded(lambda: bytearray(3_000_000_000), extra_bytes=100_000_000)  # more than any hole in the heap
    assert len(bytearray(300_000_000)) == 300_000_000


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0)

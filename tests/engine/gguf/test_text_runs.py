import random
import struct
import time

import pytest

from engine.gguf.text_runs import passed
from tests.engine.gguf.small_files import text


def one_by_one(piece, count):
    """Pass over texts as `passed` does, by a loop."""
    at = 0
    while count and at <= len(piece) - 8:
        at += 8 + struct.unpack_from("<Q", piece, at)[0]
        count -= 1
    return at, count


@pytest.mark.parametrize("longest", [1, 10, 63, 64, 65, 300])
def test_runs_are_passed_over_as_their_texts_would_be_one_by_one(longest):
    draw = random.Random(longest)
    piece = b"".join(text("x" * draw.randrange(longest + 1)) for _ in range(2000))
    for size in (len(piece), len(piece) - 1, len(piece) - 9, 7, 0):
        for count in (0, 1, 99, 100, 101, 1999, 2000, 5000):
            assert passed(piece[:size], count) == one_by_one(piece[:size], count)


@pytest.mark.parametrize("odd", [1 << 8 | 5, 1 << 56 | 5, 1 << 63])
def test_a_length_that_begins_like_a_short_one_is_taken_as_it_is(odd):
    piece = text("short") * 150 + struct.pack("<Q", odd) + text("short") * 150
    assert passed(piece, 301) == one_by_one(piece, 301)
    assert passed(piece, 151) == (150 * 13 + 8 + odd, 0)


def test_a_vocabulary_takes_a_fraction_of_a_loop_over_it():
    piece, taken = b"".join(text("x" * (at % 13)) for at in range(150_000)), []
    for work in (passed, one_by_one):
        before = time.process_time()
        work(piece, 150_000)
        taken.append(time.process_time() - before)
    assert taken[0] < taken[1]

import pytest

from engine.search.pace import Pace


def follow(pace, count, *, draft, right, plain=1.0, extra=0.0):
    """Have `pace` decide `count` times; the first `right` ids of a guess stand. Return what it decided."""
    lengths = []
    for _ in range(count):
        lengths.append(length := pace.length())
        if length:
            pace.note_round(length * draft, plain + length * extra, length)
            pace.note_right(length, min(length, right))
        else:
            pace.note_step(plain)
    return lengths


def test_steps_are_timed_before_anything_is_guessed():
    assert follow(Pace(), 4, draft=0.1, right=8) == [0, 0, 0, 2]


def test_guesses_grow_long_where_they_are_right_and_cheap():
    assert max(follow(Pace(), 40, draft=0.05, right=8)) == 8


def test_guesses_are_short_where_few_of_them_stand():
    assert set(follow(Pace(), 60, draft=0.2, right=1)[20:]) <= {0, 1, 2}


@pytest.mark.parametrize(("draft", "right"), [(1.0, 8), (0.2, 0)])
def test_guessing_is_off_where_it_does_not_pay(draft, right):
    pace = Pace()
    lengths = follow(pace, 1000, draft=draft, right=right)
    assert sum(length > 0 for length in lengths) < 30
    assert pace.resting


def test_guesses_that_cost_the_pass_too_much_are_left_out():
    assert sum(map(bool, follow(Pace(), 500, draft=0.1, right=8, extra=0.9))) < 30


def test_guessing_is_tried_again_and_stays_where_it_has_come_to_pay():
    pace = Pace()
    follow(pace, 200, draft=0.1, right=0)
    later = follow(pace, 1000, draft=0.1, right=8)
    assert sum(length > 2 for length in later) > 400


def test_steps_are_timed_anew_from_time_to_time():
    lengths = follow(Pace(), 200, draft=0.1, right=8)[10:]
    assert 3 < lengths.count(0) < 10


def test_the_gain_is_that_of_the_paper():
    pace = Pace()
    pace.note_step(1.0)
    pace.note_round(0.8, 1.0, 4)
    pace.note_right(4, 4)
    pace.note_right(4, 3)
    right = (4 * 0.95 + 3) / (4 * 0.95 + 4)
    assert pace.gain(3) == pytest.approx((1 - right**4) / (1 - right) / (3 * 0.2 + 1))

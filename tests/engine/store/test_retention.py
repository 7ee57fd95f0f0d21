import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.store.retention import LATEST, LIMIT, Backup, superfluous

HOUR, DAY, WEEK = 3600.0, 86_400.0, 7 * 86_400.0
NOON = 1_790_000_000.0


def after(waits, size=10):
    """Return every backup ever made with these seconds between them, what thinning left of them, and the time."""
    made, kept, now = [], [], NOON
    for number, wait in enumerate(waits, 1):
        now += wait
        made.append(Backup(Path(str(number)), number, now, size))
        kept = [made[-1], *kept]
        gone = {each.number for each in superfluous(kept, now)}
        kept = [each for each in kept if each.number not in gone]
    return made, kept, now


WAITS = st.lists(
    st.one_of(st.floats(1, 600), st.floats(600, 2 * DAY), st.floats(DAY, 20 * DAY), st.floats(-DAY, 0)),
    min_size=1,
    max_size=150,
)


@given(WAITS.filter(lambda waits: min(waits) >= 0))
def test_for_every_save_one_is_kept_that_is_no_further_than_its_age_allows(waits):
    made, kept, now = after(waits)
    assert kept[0] is made[-1]
    for each in made:
        age = now - each.at
        reach = 0.0 if age < HOUR else HOUR if age < DAY else DAY if age < 30 * DAY else WEEK
        if age < 365 * DAY:
            # The last of its hour, day or week: it was saved later, in the same one.
            assert any(0 <= other.at - each.at <= reach for other in kept)
            assert reach or each in kept


@given(WAITS)
def test_the_latest_are_kept_and_order_is_by_number_whatever_the_clock_does(waits):
    made, kept, _ = after(waits)
    assert kept[: min(LATEST, len(made))] == made[: -LATEST - 1 : -1]
    assert [each.number for each in kept] == sorted((each.number for each in kept), reverse=True)


def test_more_than_a_year_of_saving_leaves_few():
    _, kept, now = after([4 * HOUR] * 6 * 400 + [300.0] * 12 * 24)
    assert len(kept) <= 12 + 24 + 30 + 53 + 4
    assert 50 * WEEK < now - kept[-1].at < 53 * WEEK


@given(st.integers(0, 1000))
def test_they_stay_below_the_limit_and_the_first_are_not_the_first_to_go(seed):
    draw = random.Random(seed)
    made, kept, now = after([draw.uniform(60, HOUR) for _ in range(120)], size=LIMIT // 12)
    assert len(kept) == 12
    assert kept[0] is made[-1]
    assert now - kept[-1].at > DAY / 2  # the last hour alone had more than twelve


def test_one_above_the_limit_is_kept_by_itself():
    _, kept, _ = after([60.0] * 3, size=LIMIT + 1)
    assert len(kept) == 1

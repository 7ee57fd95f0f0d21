import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from engine.store.snapshots import EDITS_PER_SNAPSHOT, superfluous


@given(st.lists(st.integers(1, 5_000), max_size=300))
@example([EDITS_PER_SNAPSHOT - 1] * 100)  # each time the one before would go, and nothing would be left in between
@example([10] * 1_000)
def test_snapshots_grow_sparser_with_age_but_never_far_apart(steps):
    kept, last = [0], 0
    for step in steps:
        last += step
        kept = [last, *kept]
        gone = superfluous(kept)
        kept = [number for number in kept if number not in gone]
    assert kept[-1] == 0
    for later, number in itertools.pairwise(kept):
        assert later - number <= max(EDITS_PER_SNAPSHOT, (last - number) // 10) + 5_000
    assert len(kept) < 400

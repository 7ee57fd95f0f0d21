import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cache import PrefixCache


class Remembered:
    """A state that is nothing but its ids."""

    def __init__(self, ids):
        self.ids = list(ids)

    @property
    def length(self):
        return len(self.ids)

    def select(self, rows):
        assert rows.tolist() == [0]

    def rewind(self, count):
        self.ids = self.ids[: len(self.ids) - count]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=8), min_size=1, max_size=8))
def test_what_is_given_back_is_the_longest_common_prefix(prompts):
    cache = PrefixCache()
    kept: list[int] = []
    for prompt in prompts:
        state, known, logits = cache.take(prompt)
        common = next(
            (i for i, (a, b) in enumerate(zip(kept, prompt, strict=False)) if a != b), min(len(kept), len(prompt))
        )
        if logits is None:
            assert known == min(common, len(prompt) - 1)
            cache.mark(prompt, torch.tensor([[float(len(prompt)), sum(prompt)]]))
        else:
            assert known == common == len(prompt)
            assert logits.tolist() == [[len(prompt), sum(prompt)]]
        assert (state.ids if state else []) == prompt[:known]
        kept = [*prompt, 1, 2]
        cache.keep(kept, Remembered(kept))


def test_the_same_prompt_again_has_the_logits_it_had():
    cache = PrefixCache()
    cache.take([1, 2, 3])
    logits = torch.tensor([[0.5, 0.25]])
    cache.mark([1, 2, 3], logits)
    cache.keep([1, 2, 3, 9], Remembered([1, 2, 3, 9]))
    logits.zero_()
    state, known, again = cache.take([1, 2, 3])
    assert (state.ids, known, again.tolist()) == ([1, 2, 3], 3, [[0.5, 0.25]])


def test_the_logits_of_a_request_that_failed_are_not_those_of_another():
    cache = PrefixCache()
    cache.take([1, 2, 3])
    cache.mark([1, 2, 3], torch.tensor([[0.5]]))  # it never gave its state back
    cache.keep([1, 2, 4, 5], Remembered([1, 2, 4, 5]))
    assert cache.take([1, 2, 4])[1:] == (2, None)


def test_requests_that_take_turns_keep_the_logits_of_their_own():
    cache = PrefixCache()
    cache.take([1, 2, 3])
    cache.mark([1, 2, 3], torch.tensor([[0.5]]))
    cache.take([6, 7])
    cache.mark([6, 7], torch.tensor([[0.25]]))
    cache.keep([1, 2, 3, 4], Copyable([1, 2, 3, 4]))
    cache.keep([6, 7, 8], Copyable([6, 7, 8]))
    assert cache.take([1, 2])[1:] == (1, None)
    assert cache.take([6, 7])[1:] == (1, None)  # lost, and read again


def test_the_cache_is_empty_while_its_state_is_out():
    cache = PrefixCache()
    cache.keep([1, 2], Remembered([1, 2]))
    assert cache.take([1, 2, 3])[1] == 2
    assert cache.take([1, 2, 3])[1] == 0


def test_a_state_that_does_not_hold_the_ids_is_refused():
    with pytest.raises(ValueError, match="3 positions"):
        PrefixCache().keep([1, 2], Remembered([1, 2, 3]))


def test_clear_forgets():
    cache = PrefixCache()
    cache.keep([1, 2], Remembered([1, 2]))
    cache.clear()
    assert cache.take([1, 2]) == (None, 0, None)


class Copyable(Remembered):
    """The same with a size, of which copies are made."""

    @property
    def size(self):
        return 10 * len(self.ids)

    def copy(self, length):
        return Copyable(self.ids[:length])


def keep(cache, ids):
    """Read `ids` as a request does; return how many of them were known."""
    state, known, _ = cache.take(ids)
    assert (state.ids if state else []) == ids[:known]
    cache.keep(ids, Copyable(ids))
    return known


def test_going_back_to_a_text_finds_it_as_it_was():
    cache = PrefixCache()
    memory = [1] * 20
    texts = [[*memory, *[place] * 300] for place in (2, 3, 4)]
    assert [keep(cache, text) for text in texts] == [0, 20, 20]
    assert [keep(cache, [*text, 9]) for text in texts] == [320, 320, 320]


def test_writing_on_and_anew_does_not_multiply_what_is_kept():
    cache = PrefixCache()
    text = list(range(500))
    for end in range(300, 500, 20):
        keep(cache, text[:end])
        keep(cache, [*text[: end - 5], 7, 7, 7])
    assert len(cache._kept) == 1


def test_what_was_not_used_for_long_gives_way_when_memory_is_short():
    cache = PrefixCache(budget=2 * 3200)
    texts = [[place] * 300 for place in (2, 3, 4)]
    for text in texts[:2]:
        keep(cache, text)
    keep(cache, texts[0])
    keep(cache, texts[2])
    assert [cache.take(text)[1] for text in texts] == [299, 0, 299]
    large = PrefixCache(budget=1)
    keep(large, texts[0])
    assert large.take([*texts[0], 1])[1] == 300  # the last one always stays


def test_states_that_cannot_be_copied_are_kept_one_at_a_time():
    cache = PrefixCache()
    for text in ([2] * 300, [3] * 300):
        cache.take(text)
        cache.keep(text, Remembered(text))
    assert cache.take([2] * 300)[1] == 0

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.projects.names import natural_key


@pytest.mark.parametrize(
    "names",
    [
        ["Chapter 1", "chapter 2", "Chapter 10"],
        ["第一章", "第二章", "第九章", "第十章", "第十一章", "第二十章", "第二十一章", "第一百零二章", "第一千章"],
        ["1. Anfang", "2. Mitte", "10. Ende", "Epilog"],
        ["一九八四", "二〇二六"],
    ],
)
def test_numbers_count_as_numbers(names):
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=natural_key) == names


@given(st.lists(st.text(max_size=8)))
def test_the_order_is_total_and_depends_on_nothing_but_the_names(names):
    keys = {natural_key(name) for name in names}
    assert len(keys) == len(set(names))
    backwards = names[::-1]
    assert sorted(names, key=natural_key) == sorted(backwards, key=natural_key)


def test_numbers_of_any_length_are_borne():
    assert natural_key("9" * 10_000) != natural_key("八" * 10_000)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.fit import Speeds, tokens_per_second
from engine.model_shape import ModelShape
from engine.splitting import Part, expected_split, room_for, split_parts, split_tokens_per_second

GB = 1_000_000_000
SHAPE = ModelShape(8 * GB, layers=32, cache=2 * 32 * 1024, hidden=4096, vocab=128_000, window=8192)
PARTS = st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=40).map(
    lambda drawn: [Part(f"part{number}", size, layer) for number, (size, layer) in enumerate(drawn)]
)


@given(PARTS, st.integers(0, 30_000))
def test_every_part_has_a_place_and_what_stays_fits_with_a_visitor(parts, room):
    layers = [part for part in parts if part.layer]
    rest = sum(part.size for part in parts if not part.layer)
    try:
        split = split_parts(parts, room)
    except ValueError:
        assert rest + max((part.size for part in layers), default=0) > room
        return
    sizes = {part.name: part.size for part in parts}
    assert sorted((*split.stay, *split.wait)) == sorted(sizes)
    assert split.staying_bytes == sum(sizes[name] for name in split.stay)
    assert split.waiting_bytes == sum(sizes[name] for name in split.wait)
    largest = max((part.size for part in layers), default=0)
    assert split.staying_bytes + (largest if split.wait else 0) <= room
    assert {part.name for part in parts if part.name in split.wait} <= {part.name for part in layers}
    if split.wait:  # one more would not have fitted
        assert split.staying_bytes + sizes[split.wait[0]] + largest > room


def test_the_expected_split_has_all_weights_and_as_many_layers_on_the_card_as_fit():
    split = expected_split(SHAPE, "bfloat16", 12 * GB)
    assert split.staying_bytes + split.waiting_bytes == pytest.approx(16 * GB, rel=1e-6)
    layer = (16 * GB - 2 * 128_000 * 4096) / 32
    room = room_for(SHAPE, "bfloat16", 12 * GB)
    assert room - 2 * layer < split.staying_bytes <= room - layer + 1  # a visitor needs room as well
    assert expected_split(SHAPE, "int8", 12 * GB) == split  # layers that move are held in 16 bits
    assert not expected_split(SHAPE, "bfloat16", 40 * GB).wait
    with pytest.raises(ValueError, match="do not fit"):
        expected_split(SHAPE, "bfloat16", 2 * GB)


def test_a_split_model_takes_the_time_of_a_whole_one_and_of_the_visits():
    speeds = Speeds(500 * GB, 1e-5, visiting=10 * GB)
    waiting = expected_split(SHAPE, "bfloat16", 12 * GB).waiting_bytes
    whole = tokens_per_second(SHAPE, "bfloat16", speeds, 2048, accelerated=True)
    found = split_tokens_per_second(SHAPE, "bfloat16", speeds, 12 * GB)
    assert 1 / found == pytest.approx(1 / whole + waiting / (10 * GB))
    assert 1 < found < whole / 10
    rates = [split_tokens_per_second(SHAPE, "bfloat16", speeds, free * GB) for free in (8, 12, 16, 40)]
    assert rates == sorted(rates)
    assert rates[-1] == pytest.approx(whole)


def test_nothing_is_said_of_what_was_not_measured_or_cannot_be_split():
    assert split_tokens_per_second(SHAPE, "bfloat16", Speeds(500 * GB, 1e-5), 12 * GB) == 0
    assert split_tokens_per_second(SHAPE, "bfloat16", Speeds(500 * GB, 1e-5, visiting=GB), 2 * GB) == 0

import math

import pytest

from engine.errors import InputError
from engine.events import Result, Surprises
from engine.modes import Mode
from tests.engine.remote.asking import run


def words_of(events):
    return [word for event in events if isinstance(event, Surprises) for word in event.words]


def values_of(events):
    (result,) = [event for event in events if isinstance(event, Result)]
    return result.values


def test_every_word_has_the_bits_of_its_tokens(fake):
    fake.odds = -math.log(8)
    text = "It rained all day."
    events = run(fake, Mode.SURPRISE, text, chat=False)
    words = words_of(events)
    assert [text[start:end] for start, end, _ in words] == ["It", "rained", "all", "day", "."]
    bits = [bits for *_, bits in words]
    assert bits[:3] == pytest.approx([0, 3, 3])
    assert bits[3] + bits[4] == pytest.approx(3)  # "day." is one token there
    assert values_of(events)["words"] == 4


def test_a_long_text_goes_in_parts_with_what_stands_before_them(fake):
    fake.odds = -math.log(2)
    text = "Rain fell on the sea and on the land. " * 200 + "Amen"
    words = words_of(run(fake, Mode.SURPRISE, text, chat=False))
    assert words == sorted(words)
    assert len(words) == 200 * 10 + 1
    assert sum(bits for *_, bits in words) == pytest.approx(200 * 9)  # every token once, the first for nothing
    asked = [body["prompt"] for _, body in fake.asked]
    assert len(asked) > 3
    assert all(len(prompt) <= 4_000 for prompt in asked)


def test_variants_are_ordered_by_how_usual_they_are(fake, monkeypatch):
    monkeypatch.setattr("tests.engine.remote.fake_server.scored", odds_by_word)
    before = "It rained. " * 40
    values = values_of(
        run(fake, Mode.RANK, before, chat=False, texts=("dull dull dull", "it rained on", "odd odd odd"))
    )
    assert values["order"][0] == 1
    assert values["method"] == "typicality"
    assert "more predictable" in values["reasons"][0]
    assert "more startling" in values["reasons"][2]
    with pytest.raises(InputError, match="at least two variants"):
        run(fake, Mode.RANK, before, chat=False, texts=("one",))


def odds_by_word(text, _odds):
    """Say that "dull" is no surprise and "odd" a great one."""
    nats, starts, place = [], [], 0
    for word in text.split(" "):
        starts.append(place)
        nats.append({"dull": -0.1, "odd": -9.0}.get(word, -3.0))
        place += len(word) + 1
    return {"text_offset": starts, "token_logprobs": nats}

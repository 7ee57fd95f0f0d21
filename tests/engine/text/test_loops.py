import pytest

from engine.text.loops import loops, without_loops


@pytest.mark.parametrize(
    "text",
    [
        "the house the house the house",
        "I went to the sea, to the sea, to the sea, and back.",
        "我们我们我们去公园。",
        "aaaaaaaaaaaa",
        "He is an inacher-artartartart.",
        "Stop ! ! ! ! now",
        "走！ ！ ！ ！",
        "the king of the king and the king of a king and the king of the king",
    ],
)
def test_circles_are_found_unless_the_source_goes_in_them_too(text):
    assert loops(text)
    assert not loops(text, text)


@pytest.mark.parametrize(
    "text",
    [
        "The weather is nice today.",
        "Very, very good.",
        "She said that that was what it was.",
        "今天天气很好，我们去公园吧。",
        "1111 2222 1000000000",
        "No... really?!!!",
        "----------",
        "Mississippi banana",
        "Really? ! ? Murmur, barbarian.",
        "",
    ],
)
def test_plain_texts_are_none(text):
    assert not loops(text)
    assert without_loops(text) == text


def test_what_goes_round_is_said_once():
    assert without_loops("I went to the sea, to the sea, to the sea, and back.") == "I went to the sea, and back."
    assert without_loops("我们我们我们去公园。") == "我们去公园。"

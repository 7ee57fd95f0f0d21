import pytest

from engine.modes import Mode, Request
from engine.params import SamplingParams
from gui.panels.message_bar import MessageBar
from gui.repeating import Repeating, same_again
from gui.variant import Variant

BEFORE = Variant(text=" there was", seed=8, row=1, rows=2)


@pytest.fixture
def messages(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.mark.parametrize(
    ("variant", "words"),
    [(Variant(own=True, seed=7), "your making"), (Variant(sources=(0, 1)), "your making"), (Variant(), "seed")],
)
def test_what_no_model_can_write_again_is_said(messages, variant, words):
    assert not Repeating(messages).can(variant)
    assert words in messages.sentence


def test_all_that_were_written_together_are_written_again():
    asked = Request(Mode.WRITE, "Once", SamplingParams(seed=3))
    again = same_again(asked, BEFORE)
    assert (again.text, again.variants, again.params.seed) == ("Once", 2, 7)


def test_nobody_waits_for_those_beside_it(messages):
    repeating = Repeating(messages)
    assert [repeating.place(number) for number in range(2)] == [0, 1]
    repeating.begin(BEFORE)
    assert [repeating.place(number) for number in range(2)] == [None, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [(" there was", "word for word"), (" there", "up to where it was stopped"), (" there is", "Another text came")],
)
def test_what_became_of_it_is_said_once(messages, text, words):
    repeating, made = Repeating(messages), Variant(text=text)
    repeating.begin(BEFORE)
    repeating.judge([BEFORE, made], 1)
    assert words in messages.sentence
    assert (made.row, made.rows) == (1, 2), "so that it can be written again too"
    messages.withdraw(messages.sentence)
    repeating.judge([BEFORE, made], 1)
    assert messages.sentence == ""

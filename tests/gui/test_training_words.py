"""Numbers of a training as a person would say them, and curves with round axes."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from gui.plots import Curve, Plot, round_ticks, tick_words
from gui.training.words import advantage, duration, figure, languages, size


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute"),
        (60, "about a minute"),
        (700, "about 12 minutes"),
        (5400, "about 1.5 hours"),
        (7200, "about 2 hours"),
        (200_000, "about 2 days"),
    ],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(("megabytes", "words"), [(4.25, "4.2 MB"), (18.4, "18 MB"), (2600, "2.6 GB")])
def test_sizes(megabytes, words):
    assert size(megabytes) == words


@pytest.mark.parametrize(
    ("value", "words"), [(1130.2, "1,130"), (32.28, "32.3"), (1.923, "1.92"), (0.7412, "0.741"), (math.nan, "–")]
)
def test_figures(value, words):
    assert figure(value) == words


def test_languages_are_named_by_their_share():
    assert languages({"de": 12, "en": 300}) == "English 96 %, German 4 %"
    assert languages({"en-de": 29000}) == "English → German"
    assert languages({"ca": 3}) == "ca"
    assert languages({}) == ""


@pytest.mark.parametrize(
    ("score", "baseline", "lower", "words"),
    [
        (1.8, 2.0, True, "10 % better"),
        (2.03, 2.0, True, "1.5 % worse"),
        (33.0, 30.0, False, "3.0 points better"),
        (28.4, 30.0, False, "1.6 points worse"),
        (30.0, 30.0, False, "as good"),
        (2.0, 2.0, True, "as good"),
        (3.0, 0.0, True, ""),
        (math.nan, 2.0, True, ""),
    ],
)
def test_advantages_follow_the_measure(score, baseline, lower, words):
    assert advantage(score, baseline, lower_is_better=lower) == words


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_even_and_enclose_the_values(low, width):
    ticks = round_ticks(low, low + width)
    steps = [after - before for before, after in pairwise(ticks)]
    assert 2 <= len(ticks) <= 5
    assert ticks[0] <= low + 1e-6 * width
    assert ticks[-1] >= low + width * (1 - 1e-6)
    assert max(steps) == pytest.approx(min(steps))
    assert len({tick_words(tick, ticks) for tick in ticks}) == len(ticks)


def test_ticks_of_a_single_value_have_it_between_them():
    assert round_ticks(2.0, 2.0)[0] < 2.0 < round_ticks(2.0, 2.0)[-1]
    assert round_ticks(0.0, 0.0)[0] < 0.0 < round_ticks(0.0, 0.0)[-1]


@pytest.fixture
def plot(qtbot):
    made = Plot("Loss", "steps", lambda value: f"perplexity {math.exp(value):.0f}")
    qtbot.addWidget(made)
    made.resize(500, 240)
    with qtbot.waitExposed(made):
        made.show()
    return made


def pixels(plot):
    return plot.grab().toImage()


def test_a_plot_shows_curves_and_says_them_aloud(plot):
    empty = pixels(plot)
    plot.show_curves([Curve("training", []), Curve("validation", [(10.0, 3.0)], main=True)], 100)
    one = pixels(plot)
    curve = [(float(x), 5.0 - x / 50) for x in range(0, 100, 10)]
    plot.show_curves([Curve("training", curve), Curve("validation", [(10.0, 3.0)], main=True)], 100)
    assert len({image.constBits().tobytes() for image in (empty, one, pixels(plot))}) == 3
    assert plot.accessibleDescription() == "training 3.20; validation 3.00 (perplexity 20)"


def test_the_pointer_shows_the_values_at_its_place(plot):
    plot.show_curves([Curve("training", [(0.0, 5.0), (50.0, 4.0), (100.0, 3.0)])], 100)
    latest = pixels(plot)
    QTest.mouseMove(plot, QPoint(plot.width() // 2, 100))
    plot.repaint()
    assert pixels(plot) != latest


def test_a_course_begins_at_its_first_place_and_says_values_only_under_the_pointer(qtbot):
    made = Plot("Lines", "lines", begin=1, latest=False)
    qtbot.addWidget(made)
    made.resize(500, 240)
    with qtbot.waitExposed(made):
        made.show()
    made.show_curves([Curve("chrF", [(1.0, 5.0), (2.0, 7.0)], main=True)], 2)
    at_rest = pixels(made)
    accent = made.palette().accent().color()
    drawn = [x for x in range(made.width()) for y in range(30, 200) if at_rest.pixelColor(x, y) == accent]
    assert min(drawn) < made.width() / 4  # beside the axis
    made.show_curves([Curve("chrF", [(1.0, 5.0), (2.0, 6.9)], main=True)], 2)
    heading = made.rect().adjusted(0, 0, 0, 28 - made.height())
    assert pixels(made).copy(heading) == at_rest.copy(heading)

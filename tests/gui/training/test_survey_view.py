"""What was read of the writer's files, shown before anything is learnt."""

from dataclasses import replace

import pytest

from engine.events import Progress
from engine.purposes import Purpose
from tests.gui.training.using_training import REQUEST, SURVEY


def test_what_was_read_is_shown_at_once(workshop, novel, qtbot):
    setup = workshop.setup
    assert "you see here" in setup.view.words
    assert not setup.start.isEnabled()
    setup.files.add([novel])
    assert setup.view.words == "Reading…"
    workshop.survey(qtbot)
    assert workshop.commands[-1].request == replace(REQUEST, files=(str(novel),))
    for words in ("Texts: 312", "Words: 84,120", "English 96 %", "12 duplicates", "38 names", "cover.jpg", "老人"):
        assert words in setup.view.words
    assert setup.words.startswith(
        "This takes about 32 minutes at most, less where nothing more is learnt. "
        "It needs at least 152 MB of memory, and the model 18 MB of disk."
    )
    assert setup.start.isEnabled()


@pytest.mark.parametrize(("remarks", "more"), [(6, ""), (7, "And 1 more like these."), (1206, "And 1,200 more like")])
def test_of_many_remarks_on_files_the_first_are_shown_and_the_others_counted(workshop, novel, qtbot, remarks, more):
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, replace(SURVEY, skipped=[f"{number}.txt was left out." for number in range(remarks)]))
    assert "5.txt was left out." in workshop.setup.view.words
    assert "6.txt was left out." not in workshop.setup.view.words
    assert more in workshop.setup.view.words
    assert ("more like" in workshop.setup.view.words) is bool(more)


def test_a_short_estimate_and_the_two_sides_of_pairs_are_said_as_one_says_them(workshop, novel, qtbot):
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.setup.files.add([novel])
    short = replace(SURVEY, seconds=20.0, languages={"en": 256, "de": 256}, pair="en-de")
    for _ in range(2):  # the second time with the translator that it goes on from
        workshop.survey(qtbot, short)
    assert workshop.setup.words.startswith("This takes less than a minute. ")
    assert "English → German" in workshop.setup.view.words


def test_pairs_are_shown_in_two_lines(workshop, novel, qtbot):
    pair = replace(SURVEY, examples=["Er ging. → He went."], languages={"de": 312, "en": 312}, pair="de-en")
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, replace(pair, languages={"en": 312}, pair=""))
    assert "Er ging. → He went." in workshop.setup.view.words, "an arrow in a writer's own text stays"
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.survey(qtbot, pair)
    workshop.survey(qtbot, pair)  # once more, with the translator that it goes on from
    assert "Pairs: 312" in workshop.setup.view.words
    assert "Er ging.\nHe went." in workshop.setup.view.words


def test_a_survey_comes_before_its_estimate_and_again_with_it(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    qtbot.waitUntil(lambda: bool(workshop.commands))
    workshop.answer(Progress(1, 2, "files", "reading novel.txt"))
    assert "reading novel.txt" in workshop.setup.view.words
    workshop.answer(replace(SURVEY, seconds=0.0, megabytes=0.0))
    workshop.answer(Progress(0, 0, "steps", "measuring how long a step takes"))
    assert workshop.setup.words == "You can go on writing meanwhile."
    assert "Texts: 312" in workshop.setup.view.words
    workshop.answer(SURVEY)
    assert "32 minutes" in workshop.setup.words


def test_in_a_small_window_the_reading_is_told_beside_start(workshop, novel, qtbot):
    workshop.view.resize(700, 500)
    workshop.setup.files.add([novel])
    assert workshop.setup.words == "Reading…"
    qtbot.waitUntil(lambda: bool(workshop.commands))
    workshop.answer(Progress(1, 2, "files", "reading novel.txt"))
    assert workshop.setup.words == "Reading novel.txt…"
    workshop.view.resize(1080, 800)
    assert workshop.setup.words != "Reading novel.txt…", "it stands above there"
    workshop.view.resize(700, 500)
    workshop.survey(qtbot)
    assert workshop.setup.words.startswith("84,120 words were read.")

"""Models that somebody made so that reading them fails: the window starts, shows them as damaged, and does not wait."""

import time

from PySide6.QtCore import Qt

from engine.card import ModelCard, write_card
from engine.paths import models_dir
from gui.background import Background
from gui.jobs import Jobs
from gui.panels.model_box import ModelBox
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.installed_page import InstalledPage
from tests.engine.model_folders import damaged_in_many_ways, make_model
from tests.gui.scripted_engine import ScriptedClient


def page(qtbot):
    writing = ScriptedClient()
    jobs = Jobs(writing)
    made = InstalledPage(Settings(), MachineCare(writing, jobs, Background(writing, jobs), Settings()))
    made.kept = writing, jobs
    qtbot.addWidget(made)
    return made


def test_the_window_starts_and_offers_the_models_that_are_whole(open_window):
    damaged_in_many_ways(models_dir())
    (box,) = open_window().parts.write.findChildren(ModelBox)
    assert box.findData("story-en") >= 0
    assert box.findData("card") < 0


def test_each_is_listed_with_what_is_wrong(qtbot):
    names = damaged_in_many_ways(models_dir())
    installed = page(qtbot)
    for name in names:
        (item,) = installed.list.findItems(name, Qt.MatchFlag.MatchStartsWith)
        installed.list.setCurrentItem(item)
        assert installed.list.shelved.fault
        assert installed.view.warning.isVisibleTo(installed)
        assert not any(use.isVisibleTo(installed) for use in installed.uses.values())


def test_a_card_without_end_is_shown_as_far_as_it_is_read_at_once(qtbot):
    folder = make_model(models_dir())
    write_card(folder, ModelCard("Tiny", ("write",), body="1. " * 300_000))
    installed = page(qtbot)
    (item,) = installed.list.findItems("Tiny", Qt.MatchFlag.MatchStartsWith)
    started = time.process_time()
    installed.list.setCurrentItem(item)
    assert time.process_time() - started < 10

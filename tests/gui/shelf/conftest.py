"""The models' window on engines that say what a test says."""

import pytest

from engine.paths import models_dir
from gui.background import Background
from gui.jobs import Jobs
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.chores import Chores
from gui.shelf.downloads import Downloads
from gui.shelf.questions import Questions
from gui.shelf.window import ModelsWindow
from tests.engine.tiny_models import tiny_causal
from tests.gui.scripted_engine import ScriptedClient


class Client(ScriptedClient):
    """An engine that is there without being started."""

    def start(self):
        """Start nothing: the test speaks."""


@pytest.fixture
def own():
    return tiny_causal(models_dir() / "mine", "llama")


@pytest.fixture
def window(qtbot, own):
    asking, fetching = Client(), Client()
    writing = Client()
    jobs = Jobs(writing)
    care = MachineCare(writing, jobs, Background(writing, jobs), Settings())
    working = Client()
    made = ModelsWindow(Settings(), Downloads(fetching), Questions(asking), care, Chores(working))
    made.asking, made.fetching, made.writing, made.jobs, made.working = asking, fetching, writing, jobs, working
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.open()
    return made

"""Imports, conversions, checks and repairs go on whatever is searched for meanwhile, and can be cancelled."""

import json

import pytest

from engine.events import Failed, Finished, ModelFound, ModelInstalled, Notice, Progress
from engine.hub.request import HubAction, HubRequest
from engine.paths import downloads_dir, models_dir
from gui.background import Background
from gui.engine_client import EngineClient
from gui.engine_process import CHORES
from gui.jobs import Jobs
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.chores import Chores
from gui.shelf.downloads import Downloads
from gui.shelf.questions import Questions
from gui.shelf.window import ModelsWindow
from tests.engine.tiny_models import tiny_causal
from tests.gui.scripted_engine import ScriptedClient

FOUND = ModelFound("writers/tiny", "text-generation", "mit", 269_000_000, 1234, True, "2026-05-01")


class Client(ScriptedClient):
    """An engine that is there without being started."""

    def start(self):
        """Start nothing: the test speaks."""


@pytest.fixture
def window(qtbot):
    asking, working, writing = Client(), Client(), Client()
    jobs = Jobs(writing)
    care = MachineCare(writing, jobs, Background(writing, jobs), Settings())
    made = ModelsWindow(Settings(), Downloads(Client()), Questions(asking), care, Chores(working))
    made.asking, made.working = asking, working
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.open()
    return made


def actions(client):
    return [command.request.action for command in client.open_jobs.values()]


def test_neither_a_search_nor_a_token_ends_them(window):
    page = window.installed
    page.import_asked.emit("/somewhere/copied")
    page.verify_asked.emit("mine")
    page.repair_asked.emit("mine")
    window.finding.search_asked.emit("tiny", "")
    window.finding.details_asked.emit("writers/tiny")
    window.servers.key_given.emit("http://studio:8000/v1", "secret")
    assert actions(window.working) == [HubAction.IMPORT, HubAction.VERIFY, HubAction.REPAIR]
    assert actions(window.asking) == [HubAction.DETAILS, HubAction.SIGN_IN]  # the older search made way
    window.working.finish(ModelInstalled("copied", ""))
    assert window.messages.sentence == "copied is installed."


def test_a_key_is_kept_whatever_is_searched_for_after_it(window):
    window.servers.key_given.emit("http://studio:8000/v1", "secret")
    window.finding.search_asked.emit("tiny", "")
    assert actions(window.asking) == [HubAction.SIGN_IN, HubAction.SEARCH]
    window.asking.finish(Notice("The token is in the keyring of the system."))
    assert "keyring" in window.messages.sentence
    window.asking.finish(FOUND)
    assert window.finding.list.topLevelItemCount() == 1


def test_each_has_a_row_that_says_how_far_it_is(window):
    assert window.work.isHidden()
    window.installed.import_asked.emit("/somewhere/copied")
    window.installed.import_asked.emit("/somewhere/copied")  # a second click
    window.installed.verify_asked.emit("mine")
    first, second = window.work.chore_rows
    assert not window.work.isHidden()
    assert (first.words, second.words) == ("Waiting…", "Waiting…")
    assert first.cancel.accessibleName() == "Give up: Importing copied"
    window.working.say(Progress(1, 4, "bytes", "1 of 4 MB"))
    assert (first.words, first._bar.accessibleName()) == ("1 of 4 MB", "25 %")
    window.working.finish(ModelInstalled("copied", ""))
    assert window.work.chore_rows == [second]
    window.working.say(Failed("The model mine is damaged."))
    assert window.messages.sentence == "The model mine is damaged."
    assert window.work.isHidden()


def test_a_long_name_leaves_room_for_the_button_in_a_small_window(window, qtbot):
    window.resize(window.minimumSize())
    window.installed.import_asked.emit("/下载/" + "中文长篇小说与散文续写模型" * 5)
    (row,) = window.work.chore_rows
    right = row.cancel.rect().bottomRight()
    qtbot.waitUntil(lambda: not row.cancel.visibleRegion().isEmpty())
    assert window.rect().contains(row.cancel.mapTo(window, right))
    assert row.cancel.visibleRegion().boundingRect() == row.cancel.rect()


def test_one_is_cancelled_and_no_word_is_said_of_it(window):
    window.installed.import_asked.emit("/somewhere/copied")
    (row,) = window.work.chore_rows
    job = next(iter(window.working.open_jobs))
    row.cancel.click()
    assert (row.words, row.cancel.isEnabled()) == ("Cancelling…", False)
    window.working._on_event(job, Finished(cancelled=True))
    assert window.work.chore_rows == []
    assert window.messages.isHidden()


def test_a_death_of_their_engine_is_told(window):
    window.installed.import_asked.emit("/somewhere/copied")
    window.working.engine_died.emit(CHORES.died)
    assert window.messages.sentence == CHORES.died
    assert window.work.chore_rows == []


@pytest.fixture
def chores(qapp):
    made = Chores(EngineClient(None, "", CHORES))
    yield made
    made.shutdown()


def test_an_import_that_is_cancelled_leaves_nothing(chores, qtbot, tmp_path):
    folder = tiny_causal(tmp_path / "large", "llama")
    size = 1_000_000_000
    head = json.dumps({"hole": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        file.truncate(file.tell() + size)  # a hole, which takes a while to copy and no room here
    told = []
    chores.failed.connect(lambda _request, sentence: told.append(sentence))
    chores.start(HubRequest(HubAction.IMPORT, str(folder)))
    (job,) = chores.items
    qtbot.waitUntil(lambda: any(downloads_dir().glob("*-large")), timeout=30_000)
    chores.cancel(job)
    qtbot.waitUntil(lambda: not chores.items, timeout=30_000)
    assert told == []
    assert not any(downloads_dir().glob("*"))
    assert not (models_dir() / "large").exists()

"""The models' window: what is here, what can be fetched, and downloads on their way."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMessageBox

from engine.events import DeviceFound, Failed, Finished, ModelDetails, ModelFound, ModelInstalled, Notice, Progress
from engine.hub.files import HubFile
from engine.hub.request import Connection, HubAction
from engine.hub.staging import Source, staging_folder, write_source
from engine.modes import Mode
from engine.paths import downloads_dir, models_dir
from engine.protocol import Care
from engine.server import Server
from gui.background import Background
from gui.jobs import Jobs
from gui.servers import keep_server
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.chores import Chores
from gui.shelf.connection_dialog import ConnectionDialog
from gui.shelf.downloads import Downloads, Stage
from gui.shelf.questions import Questions
from gui.shelf.window import ModelsWindow
from tests.engine.hub.conftest import REPO, files, server  # noqa: F401 - fixtures
from tests.engine.tiny_models import tiny_causal
from tests.gui.scripted_engine import ScriptedClient

FOUND = ModelFound("writers/tiny", "text-generation", "mit", 269_000_000, 1234, True, "2026-05-01")
DETAILS = ModelDetails("writers/tiny", "c0ffee", "", "mit", ["en"], True, [("model.safetensors", 10**9)], "# Tiny", "")


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


def select(page, title):
    tree = page.list
    (item,) = tree.findItems(title, Qt.MatchFlag.MatchStartsWith)
    tree.setCurrentItem(item)
    return item


def asked(client):
    """Return the request that the engine works on."""
    return next(iter(client.open_jobs.values())).request


def test_all_models_are_listed_with_what_they_are_for(window):
    item = select(window.installed, "mine")
    assert [item.text(column) for column in (1, 5)] == ["Write", "you"]
    assert "Penwright" in {window.installed.list.topLevelItem(row).text(5) for row in range(3)}
    shown = [mode for mode, use in window.installed.uses.items() if not use.isHidden()]
    assert shown == [Mode.WRITE]


def test_the_list_says_what_automatic_stands_for_and_how_models_scored(window):
    page = window.installed
    page.refresh("story-en")
    item = page.list.currentItem()
    assert item.text(1) == "in use: Write"
    assert "bits per byte" in item.text(7)
    assert "Score: 1.29 bits per byte of unseen books" in page.view.words
    page._settings.write.model = "mine"
    page.refresh("mine")
    assert page.list.currentItem().text(1) == "in use: Write"
    assert page.list.currentItem().text(7) == ""
    page.refresh("story-en")
    assert page.list.currentItem().text(1) == "Write"


def test_what_is_cut_in_the_list_is_whole_in_its_tip_and_read_out(window):
    page = window.installed
    for mode in (Mode.WRITE, Mode.SUMMARISE, Mode.DIALOGUE):
        page._settings.of(mode).model = "mine"
    page.refresh("mine")
    item = page.list.currentItem()
    assert item.text(1) == "in use: Write, Summarise,…"
    whole = "in use: Write, Summarise, Dialogue"
    assert (item.toolTip(1), item.data(1, Qt.ItemDataRole.AccessibleTextRole)) == (whole, whole)


def test_the_heads_of_numbers_stand_right_as_they_do(window):
    for listed, columns in ((window.installed.list, (3, 4)), (window.finding.list, (1,))):
        for column in columns:
            head, number = listed.headerItem().textAlignment(column), listed.topLevelItem(0).textAlignment(column)
            assert head == number
            assert Qt.AlignmentFlag(head) & Qt.AlignmentFlag.AlignRight


def test_what_finds_no_room_is_left_out_and_the_model_stays_in_view(window, qtbot):
    listed = window.installed.list
    window.installed.refresh("mine")
    for width, hidden in ((1300, []), (1080, [7]), (800, [6, 7]), (480, [2, 5, 6, 7])):
        window.resize(width, 420)
        qtbot.waitUntil(lambda hidden=hidden: [n for n in range(8) if listed.isColumnHidden(n)] == hidden)
        row = listed.visualItemRect(listed.currentItem())
        assert listed.viewport().rect().contains(row.center())


def test_servers_stand_in_the_list_and_can_be_put_to_use(window, qtbot):
    keep_server(window.installed._settings, "studio", Server("http://studio.example/v1", "big"))
    window.servers.changed.emit()
    page = window.installed
    item = select(page, "studio")
    assert [item.text(column) for column in (3, 5)] == ["", "a server"]
    assert "big on studio.example: text leaves this machine" in page.view.words
    assert not any(each.isEnabled() for each in (page.verify, page.repair, page.rename, page.remove, page.show_folder))
    with qtbot.waitSignal(page.use_asked) as used:
        page.uses[Mode.WRITE].click()
    assert used.args == [Mode.WRITE, "server:studio"]


def test_the_speed_that_was_measured_stands_in_the_list(window):
    window.installed._settings.speeds["mine"] = 34.4
    window.installed.refresh("mine")
    assert window.installed.list.currentItem().text(4) == "34"


def test_a_damaged_model_is_marked_and_cannot_be_used(window, own):
    (own / "model.safetensors").write_bytes(b"\x08")
    window.installed.refresh("mine")
    assert [window.installed.list.currentItem().text(column) for column in (0, 1)] == ["mine", "damaged"]
    assert "model.safetensors is cut off or garbled" in window.installed.view.words
    assert all(use.isHidden() for use in window.installed.uses.values())


def test_a_model_is_put_to_use_renamed_and_removed(window, monkeypatch, qtbot):
    page = window.installed
    select(page, "mine")
    with qtbot.waitSignal(page.use_asked) as used:
        page.uses[Mode.WRITE].click()
    assert used.args == [Mode.WRITE, "mine"]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("novels", True))
    with qtbot.waitSignals([page.renamed, window.changed]):
        page.rename.click()
    assert page.list.shelved.name == "novels"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    page.remove.click()
    assert (models_dir() / "novels").exists()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    with qtbot.waitSignal(page.removed):
        page.remove.click()
    assert not (models_dir() / "novels").exists()


def test_embedded_models_can_be_neither_renamed_nor_removed(window):
    window.installed.refresh("story-en")
    assert window.installed.list.shelved.name == "story-en"
    assert not window.installed.rename.isEnabled()
    assert not window.installed.remove.isEnabled()


def test_a_model_from_the_hub_is_repaired_by_its_origin(window, own):
    select(window.installed, "mine")
    assert not window.installed.repair.isEnabled()
    write_source(own, Source("writers/mine", "c0ffee", (HubFile("config.json", 2),)))
    window.installed.refresh("mine")
    window.installed.repair.click()
    assert (asked(window.working).action, asked(window.working).name) == (HubAction.REPAIR, "mine")
    window.working.finish(ModelInstalled("mine", str(own)), Notice("mine is whole again: 2 bytes were fetched."))
    assert "whole again" in window.messages.sentence


def test_a_name_that_is_taken_is_a_sentence(window, monkeypatch):
    select(window.installed, "mine")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("story-en", True))
    window.installed.rename.click()
    assert "a model called story-en already" in window.messages.sentence


def test_verifying_and_importing_are_answered_in_the_window(window):
    select(window.installed, "mine")
    window.installed.verify.click()
    assert (asked(window.working).action, asked(window.working).name) == (HubAction.VERIFY, "mine")
    window.working.finish(Progress(1, 2, "bytes", "Checking"), Notice("mine is complete."))
    assert window.messages.sentence == "mine is complete."
    window.installed.import_asked.emit("/somewhere/copied")
    tiny_causal(models_dir() / "copied", "llama")
    window.working.finish(ModelInstalled("copied", ""))
    assert window.installed.list.shelved.name == "copied"


def test_a_folder_of_pickles_is_refused_and_a_copy_converted_by_a_click(window, own):
    (own / "model.safetensors").rename(own / "pytorch_model.bin")
    window.installed.import_asked.emit(str(own))
    window.working.finish(Failed("The weights are pickled."))
    window.messages._button.click()
    assert (asked(window.working).action, asked(window.working).name) == (HubAction.CONVERT, str(own))


def test_nothing_is_asked_before_the_writer_searches(window):
    window.tabs.setCurrentIndex(1)
    page = window.finding
    assert page.list.topLevelItemCount() > 5
    assert "Nothing is sent before" in page.state.text()
    assert window.asking.open_jobs == window.fetching.open_jobs == {}
    page.task.setCurrentIndex(3)
    page.task.activated.emit(3)
    assert page.list.topLevelItemCount() == 6
    assert window.asking.open_jobs == {}


def test_a_model_is_searched_looked_at_and_fetched_by_keys_alone(window):
    window.tabs.setCurrentIndex(1)
    page = window.finding
    page.words.setFocus()
    QTest.keyClicks(page.words, "tiny")
    QTest.keyClick(page.words, Qt.Key.Key_Return)
    assert (asked(window.asking).action, asked(window.asking).name) == (HubAction.SEARCH, "tiny")
    window.asking.finish(FOUND)
    assert page.list.currentItem().text(1) == "269 MB"
    assert "terms to accept" in page.list.currentItem().text(3)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert asked(window.asking).action is HubAction.DETAILS
    window.asking.finish(DETAILS)
    assert "1.0 GB to download, in 1 files" in page.view.words
    assert "Licence: mit" in page.view.words
    assert "Tiny" in page.view.words
    page.download.setFocus()
    QTest.keyClick(page.download, Qt.Key.Key_Space)
    assert (asked(window.fetching).action, asked(window.fetching).revision) == (HubAction.DOWNLOAD, "c0ffee")


def test_a_model_that_cannot_be_used_says_why_and_is_not_fetched(window):
    window.finding.show_found([FOUND])
    window.finding.show_details(ModelDetails("writers/tiny", "", "", "", [], False, [], "", "It has no safetensors."))
    assert window.finding.view.warning.sentence == "It has no safetensors."
    assert not window.finding.download.isEnabled()


def test_a_card_fetches_nothing(window):
    window.finding.show_details(
        ModelDetails("a/b", "", "", "", [], False, [], "![x](https://example.org/x.png)\n\n<b>Words</b>", "")
    )
    assert "Words" in window.finding.view.words


def test_a_hub_that_does_not_answer_is_a_sentence(window):
    window.finding.words.setText("tiny")
    window.finding.search.click()
    window.asking.finish(Failed("The hub does not answer."))
    assert window.messages.sentence == "The hub does not answer."
    assert window.finding.state.text() == ""


def start(window, repo="writers/tiny", done=30, total=100):
    window.downloads.start(repo, Connection())
    window.fetching.say(Progress(done, total, "bytes", "30 kB of 100 kB, 1.0 MB a second, 2 min left"))
    return window.row(repo)


def test_a_download_shows_speed_and_time_and_is_installed(window):
    row = start(window)
    assert row.words == "30 kB of 100 kB, 1.0 MB a second, 2 min left"
    tiny_causal(models_dir() / "tiny", "llama")
    window.fetching.finish(ModelInstalled("tiny", ""))
    assert window.downloads.items == {}
    assert window.installed.list.shelved.name == "tiny"
    assert window.messages.sentence == "tiny is installed."


def test_a_download_is_paused_and_resumed(window):
    row = start(window)
    row.pause.click()
    assert not row.pause.isEnabled()
    window.downloads._client._on_event(window.downloads.items["writers/tiny"].job, Finished(cancelled=True))
    assert (row.words, row.pause.text()) == ("Paused at 0 kB of 0 kB", "Resume")
    row.pause.click()
    assert window.downloads.items["writers/tiny"].stage is Stage.WAITING


def test_a_cancelled_download_leaves_nothing(window):
    write_source(staging_folder("writers/tiny"), Source("writers/tiny", "c0ffee", (HubFile("config.json", 2),)))
    row = start(window)
    row.cancel.click()
    window.downloads._client._on_event(window.downloads.items["writers/tiny"].job, Finished(cancelled=True))
    assert window.downloads.items == {}
    assert not downloads_dir().exists()


def test_a_download_that_failed_says_why_and_can_go_on(window):
    row = start(window)
    window.fetching.finish(Failed("The disk is full."))
    assert (row.words, row.pause.text()) == ("The disk is full.", "Resume")


def test_downloads_of_earlier_days_are_offered():
    source = Source("writers/tiny", "c0ffee", (HubFile("config.json", 2), HubFile("model.safetensors", 2000)))
    write_source(staging_folder("writers/tiny"), source)
    (staging_folder("writers/tiny") / "config.json").write_text("{}")
    downloads = Downloads(Client())
    assert [(item.stage, item.done, item.total) for item in downloads.items.values()] == [(Stage.PAUSED, 2, 2002)]


GB = 1_000_000_000
DEVICE = DeviceFound(
    "cpu", "CPU, float32", "float32", "No GPU was found.", True, 8 * GB, 16 * GB, 20 * GB, 1e-5, loaded=["mine"]
)


def test_what_a_model_needs_is_said_once_the_engine_knows_its_device(window):
    select(window.installed, "mine")
    assert "Fits" not in window.installed.view.words
    window.writing.finish(DEVICE)
    assert "Fits: it needs" in window.installed.view.words
    assert "tokens a second" in window.installed.view.words
    details = replace(DETAILS, parameters=4 * GB, config={"hidden_size": 4096, "num_hidden_layers": 32})
    window.finding.show_details(details)
    assert "Does not fit" in window.finding.view.words
    assert "Or hold its weights in 8 bits: see This computer." in window.finding.view.words


def test_a_model_is_fetched_once_it_is_known_to_fit_or_asked_for_twice(window, qtbot):
    window.writing.finish(DEVICE)
    page = window.finding
    page.show_found([FOUND, replace(FOUND, repo="writers/other")])
    page.download.click()
    assert asked(window.asking).action is HubAction.DETAILS
    assert not window.downloads.items
    window.asking.finish(replace(DETAILS, parameters=4 * GB, config={"hidden_size": 4096, "num_hidden_layers": 32}))
    assert not window.downloads.items
    assert "It does not fit this computer" in page.state.text()
    page.download.click()
    assert list(window.downloads.items) == ["writers/tiny"]
    page.list.setCurrentItem(page.list.topLevelItem(1))
    page.download.click()
    window.asking.finish(Failed("The hub does not answer."))
    page.show_details(replace(DETAILS, repo="writers/other"))
    assert list(window.downloads.items) == ["writers/tiny"]
    page.list.setCurrentItem(page.list.topLevelItem(0))
    page.list.setCurrentItem(page.list.topLevelItem(1))
    page._details = None
    page.download.click()
    window.asking.finish(replace(DETAILS, repo="writers/other"))
    assert list(window.downloads.items) == ["writers/tiny", "writers/other"]


def test_the_speed_of_a_split_model_is_said_where_it_was_measured(window):
    card = DeviceFound("cuda:0", "a GPU", "bfloat16", "", True, 8 * GB, 8 * GB, 500 * GB, 1e-5)
    memory = replace(DEVICE, chosen=False, free_bytes=64 * GB)
    large = {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "vocab_size": 32_000}
    details = replace(DETAILS, parameters=8 * GB, config=large)
    for device, said in ((card, False), (replace(card, visiting=10 * GB), True)):
        window._care.look()
        window.writing.finish(device, memory)
        window.finding.show_details(details)
        assert "keep some of its layers in main memory" in window.finding.view.words
        assert ("tokens a second where it is split." in window.finding.view.words) is said


def test_the_devices_are_shown_and_models_unloaded_by_hand(window):
    window.tabs.setCurrentIndex(2)
    page = window.machine
    assert not page.unload.isEnabled()
    window.writing.finish(DEVICE)
    window._care.look()
    window.writing.finish(replace(DEVICE, weights="int8", abilities="Intel Xeon, 2 cores, AVX-512 with VNNI"))
    for words in (
        "CPU, float32 — in use",
        "Intel Xeon, 2 cores, AVX-512 with VNNI",
        "No GPU was found.",
        "8.0 GB of 16.0 GB free",
        "Weights are held in 8 bits, in main memory",
        "20.0 GB",
        "Loaded: mine",
    ):
        assert words in page.words
    page.unload.click()
    assert next(iter(window.writing.open_jobs.values())).care is Care.UNLOAD
    window.writing.finish(replace(DEVICE, loaded=[], free_bytes=9 * GB))
    assert "Loaded" not in page.words
    assert not page.unload.isEnabled()


def test_the_connection_is_checked_and_the_token_handed_on(qtbot):
    dialog = ConnectionDialog(Connection())
    qtbot.addWidget(dialog)
    dialog.endpoint.setText("nonsense")
    dialog.accept()
    assert "no web address" in dialog.warning.sentence
    dialog.endpoint.setText("https://mirror.example")
    dialog.token.setText(" secret ")
    with qtbot.waitSignal(dialog.token_given) as given:
        dialog.accept()
    assert given.args == ["secret"]
    assert dialog.connection == Connection("https://mirror.example")


def test_a_model_comes_from_the_hub_into_the_panel(open_window, server, files, qtbot):  # noqa: F811
    window = open_window("Text", hub_endpoint=server.endpoint)
    window.parts.commands["manage_models"].trigger()
    view = window.shelf.view
    view.downloads.start(REPO, view.connection)
    qtbot.waitUntil(lambda: view.messages.sentence == "tiny is installed.", timeout=30_000)
    assert (models_dir() / "tiny/model.safetensors").read_bytes() == files["model.safetensors"]
    view.installed.uses[Mode.WRITE].click()
    assert window.parts.write.controls.model == "tiny"
    view.installed.renamed.emit("tiny", "tiny2")
    (models_dir() / "tiny").rename(models_dir() / "tiny2")
    view.changed.emit()
    assert window.parts.write.controls.model == "tiny2"
    window.shelf.shutdown()

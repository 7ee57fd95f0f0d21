"""The models that are here: listed, used, renamed, repaired and removed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox

from engine.events import Failed, ModelInstalled, Notice, Progress
from engine.hub.files import HubFile
from engine.hub.request import HubAction
from engine.hub.staging import Source, write_source
from engine.modes import Mode
from engine.paths import models_dir
from engine.server import Server
from gui.servers import keep_server
from tests.engine.tiny_models import tiny_causal
from tests.gui.shelf.using_shelf import asked, select


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

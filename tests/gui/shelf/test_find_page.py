"""Finding models: nothing is sent unasked, and what a model needs is said before it is fetched."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import DeviceFound, Failed, ModelDetails
from engine.hub.request import HubAction
from tests.gui.shelf.using_shelf import DETAILS, DEVICE, FOUND, GB, asked, select


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
    details = ModelDetails("writers/tiny", "", "", "", [], False, [], "", "It has no safetensors.")
    window.finding.show_details(details, "writers/tiny")
    assert window.finding.view.warning.sentence == "It has no safetensors."
    assert not window.finding.download.isEnabled()


def test_a_card_fetches_nothing(window):
    window.finding.show_details(
        ModelDetails("a/b", "", "", "", [], False, [], "![x](https://example.org/x.png)\n\n<b>Words</b>", ""), "a/b"
    )
    assert "Words" in window.finding.view.words


def test_a_hub_that_does_not_answer_is_a_sentence(window):
    window.finding.words.setText("tiny")
    window.finding.search.click()
    window.asking.finish(Failed("The hub does not answer."))
    assert window.messages.sentence == "The hub does not answer."
    assert window.finding.state.text() == ""


def test_what_a_model_needs_is_said_once_the_engine_knows_its_device(window):
    select(window.installed, "mine")
    assert "Fits" not in window.installed.view.words
    window.writing.finish(DEVICE)
    assert "Fits: it needs" in window.installed.view.words
    assert "tokens a second" in window.installed.view.words
    details = replace(DETAILS, parameters=4 * GB, config={"hidden_size": 4096, "num_hidden_layers": 32})
    window.finding.show_details(details, "writers/tiny")
    assert "Does not fit" in window.finding.view.words
    assert "Or hold its weights in 8 bits: see This computer." in window.finding.view.words


def test_what_a_model_needs_by_the_size_of_its_files_is_said_to_be_an_estimate(window):
    window.writing.finish(DEVICE)
    known = replace(DETAILS, parameters=GB // 4, config={"hidden_size": 1024, "num_hidden_layers": 8})
    for details, told in ((known, False), (replace(known, estimated=True), True)):
        window.finding.show_details(details, "writers/tiny")
        assert "Fits: it needs" in window.finding.view.words
        assert ("Estimated from the size of its files." in window.finding.view.words) is told


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
    page.show_details(replace(DETAILS, repo="writers/other"), "writers/other")
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
        window.finding.show_details(details, "writers/tiny")
        assert "keep some of its layers in main memory" in window.finding.view.words
        assert ("tokens a second where it is split." in window.finding.view.words) is said


def test_a_model_that_was_renamed_is_fetched_by_its_new_name(window):
    window.writing.finish(DEVICE)
    page = window.finding
    page.show_found([replace(FOUND, repo="tiny")])
    page.download.click()
    window.asking.finish(DETAILS)
    assert list(window.downloads.items) == ["writers/tiny"]
    assert not page.look.isEnabled()

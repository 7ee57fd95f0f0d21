"""Downloads on their way: shown, paused, cancelled, and gone on with."""

from engine.events import Failed, Finished, ModelInstalled, Progress
from engine.hub.files import HubFile
from engine.hub.request import Connection
from engine.hub.staging import Source, fetching, staging_folder, write_source
from engine.paths import downloads_dir, models_dir
from gui.shelf.downloads import Downloads, Stage
from tests.engine.tiny_models import tiny_causal
from tests.gui.shelf.conftest import Client


def start(window, repo="writers/tiny", done=30, total=100):
    window.downloads.start(repo, Connection())
    window.fetching.say(Progress(done, total, "bytes", "30 kB of 100 kB, 1.0 MB a second, 2 min left"))
    return window.work.row(repo)


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


def test_a_download_that_rests_goes_on_at_its_version_whatever_is_newer(window):
    write_source(staging_folder("writers/tiny"), Source("writers/tiny", "older", (HubFile("config.json", 2),)))
    downloads = Downloads(client := Client())
    downloads.start("writers/tiny", Connection(), "newer")
    downloads.start("writers/other", Connection(), "newer")
    assert [job.request.revision for job in client.open_jobs.values()] == ["", "newer"]


def test_a_download_that_another_window_has_is_not_given_up_here(window):
    row = start(window)
    window.fetching.finish(Failed("It is being fetched by another window."))
    with fetching("writers/tiny") as folder:
        folder.mkdir()
        row.cancel.click()
        assert "writers/tiny is being fetched by another window or command" in row.words
        assert folder.exists()
    row.cancel.click()
    assert window.downloads.items == {}
    assert not downloads_dir().exists()

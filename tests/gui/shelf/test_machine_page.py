"""The machine: its devices, and models unloaded."""

from dataclasses import replace

from engine.protocol import Care
from gui.background import Background
from gui.jobs import Jobs
from gui.settings import Settings
from gui.shelf.care import MachineCare
from tests.gui.shelf.conftest import Client
from tests.gui.shelf.using_shelf import DEVICE, GB


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


def test_models_are_unloaded_after_a_rest_and_never_while_one_writes(qtbot):
    writing, settings = Client(), Settings(unload_minutes=5)
    jobs = Jobs(writing)
    care = MachineCare(writing, jobs, Background(writing, jobs), settings)
    jobs.ended.emit()
    assert care._rest.isActive()
    assert care._rest.interval() == 300_000
    jobs.started.emit()
    assert not care._rest.isActive()
    settings.unload_minutes = 0
    jobs.ended.emit()
    assert not care._rest.isActive()

"""The machine: its devices, and models unloaded."""

from dataclasses import replace

from engine.protocol import Care
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

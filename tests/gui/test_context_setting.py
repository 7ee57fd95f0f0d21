"""How much models read at once, as the writer chooses it: kept, told to the engine, and said of every model."""

import pytest

from engine.events import DeviceFound
from engine.model_shape import ModelShape
from engine.placement import Placement
from tests.gui.scripted_engine import ScriptedClient

GB = 1_000_000_000
SHAPE = ModelShape(parameters=GB, layers=32, cache=2 * 32 * 1024, hidden=4096, vocab=32_000, window=32_768)


@pytest.fixture
def client():
    return ScriptedClient()


@pytest.fixture
def care(open_window, client):
    return open_window("Once upon a time", client=client, complete=False).shelf.care


def test_the_choice_is_kept_and_told_to_the_engine(care, client):
    care.place(Placement("cpu", "int8", context=2048))
    assert client.placement == Placement("cpu", "int8", context=2048)
    assert care._settings.context == 2048


def test_what_a_model_needs_is_said_for_what_is_read(care):
    care.devices = [DeviceFound("cpu", "CPU", "int8", "", True, 8 * GB, 16 * GB)]
    needs = {}
    for context, tokens in ((0, 4096), (2048, 2048), (16_384, 16_384)):
        care.place(Placement(context=context))
        fit, _ = care.fit(SHAPE)
        assert f"{tokens:,} tokens" in fit.sentence
        needs[tokens] = fit.need.cache
    assert needs[16_384] == 4 * needs[4096] == 8 * needs[2048]

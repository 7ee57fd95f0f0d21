"""What is offered for a lack of memory while a job runs, on a processor as well; see `engine.room`."""

from dataclasses import replace

import pytest

from engine.catalog import read_entry
from engine.errors import DeviceError
from engine.loaded_models import LoadedModels
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import assets_dir
from engine.room import placed, short_of_memory
from engine.session import Session
from tests.engine.compiled.ready import compiled_functions
from tests.engine.tiny_loaded import CPU, tiny, tiny_folder, value_of

GB = 1_000_000_000
ONCE = Request(Mode.WRITE, "Once")


@pytest.fixture(autouse=True)
def _memory(monkeypatch):
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (GB, 8 * GB))


def loaded(folder, weights):
    """Return a model that is loaded on the processor with its weights held so."""
    models = LoadedModels("cpu", None, weights, split=False)
    return models.device(), value_of(models.take(Mode.WRITE, read_entry(folder)))


def test_wide_weights_can_be_held_in_fewer_bits_on_a_processor():
    device, model = loaded(tiny_folder("llama"), "float32")
    error = short_of_memory(device, ONCE, model)
    assert error.remedies == ("int8", "int4")
    assert str(error) == (
        "Main memory (1.0 GB of 8.0 GB free) was not enough for this text: hold its weights in 8 or 4 bits, "
        "close other programs or choose a smaller model."
    )


def test_4_bits_help_8_once_no_second_form_is_made():
    device, model = loaded(tiny_folder("llama"), "int8")
    with compiled_functions():
        assert short_of_memory(device, ONCE, model).remedies == ("int4",)


def test_8_bits_help_4_as_long_as_a_second_form_is_made():
    for held, remedies in (("int8", ()), ("int4", ("int8",))):
        device, model = loaded(tiny_folder("llama"), held)
        assert short_of_memory(device, ONCE, model).remedies == remedies


def test_a_model_whose_format_is_its_own_is_not_to_be_held_otherwise():
    device, model = loaded(assets_dir() / "models" / "vary-en", "float32")
    assert short_of_memory(device, ONCE, model).remedies == ()


def test_beams_and_other_models_can_be_let_go_of():
    request = replace(ONCE, params=SamplingParams(beams=4))
    error = short_of_memory(replace(CPU, weights="int4"), request, None, [tiny("gpt2")])
    assert error.remedies == ("beams", "unload")
    assert "for this text: search with one beam, unload the other models, close other programs" in str(error)


def test_unloading_is_offered_where_it_makes_room_for_the_next(monkeypatch):
    entry, (_, small) = read_entry(tiny_folder("llama")), loaded(tiny_folder("llama"), "int8")
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (0, 16 * GB))
    for others, remedies in (([], ()), ([small], ()), ([small, tiny("llama")], ("unload",))):
        with pytest.raises(DeviceError) as caught:
            placed(entry, CPU, others)
        assert caught.value.remedies == remedies


def test_a_session_names_what_else_it_has_loaded(monkeypatch):
    session = Session("cpu", weights="int8")
    list(session.warm(Mode.COMPLETE, str(tiny_folder("gpt2"))))

    def out_of_memory(_model, _request):
        raise MemoryError
        yield

    monkeypatch.setattr("engine.write.write", out_of_memory)
    with pytest.raises(DeviceError) as caught:
        list(session.run(replace(ONCE, model=str(tiny_folder("llama")))))
    assert caught.value.remedies == ("unload",)
    session.unload()
    with pytest.raises(DeviceError) as caught:
        list(session.run(replace(ONCE, model=str(tiny_folder("llama")))))
    assert caught.value.remedies == ()

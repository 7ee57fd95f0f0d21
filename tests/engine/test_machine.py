from dataclasses import replace

from engine.device import choose_device
from engine.fit import Speeds
from engine.machine import found_devices, known_speeds, measure
from engine.model_shape import read_shape
from engine.models.families import weights_held
from engine.models.formats import is_compiled
from tests.engine.tiny_loaded import CPU, tiny_folder, value_of


def test_what_is_measured_is_kept_for_its_device():
    device = replace(CPU, description="a test")
    assert known_speeds("a test") is None
    speeds = value_of(measure(device))
    assert known_speeds("a test") == speeds
    assert isinstance(speeds, Speeds)
    assert speeds.bandwidth > 1e8
    assert 0 < speeds.layer_seconds < 1
    assert set(speeds.formats) >= {"float32", "int8"}
    assert min(speeds.formats.values()) > 1e7
    assert speeds.visiting > 1e8


def test_the_reason_for_a_device_is_said():
    device = choose_device("cpu")
    (found,) = [each for each in found_devices(device, ["story-en"], "") if each.chosen]
    assert found.loaded == ["story-en"]
    assert "no GPU was found" in found.why or "fastest" in found.why


def test_the_format_said_of_a_device_is_the_one_that_models_are_loaded_in():
    device = choose_device("cpu")
    (found,) = [each for each in found_devices(device, [], "") if each.chosen]
    for kind in ("llama", "gpt2"):  # one with products of our own, one without
        assert found.weights_of(read_shape(tiny_folder(kind))) == weights_held(tiny_folder(kind), device)
    small = choose_device("cpu", "int8")
    (found,) = [each for each in found_devices(small, [], "") if each.chosen]
    assert found.weights_of(read_shape(tiny_folder("gpt2"))) == "int8"


def test_a_second_form_of_4_bits_is_said_as_it_is_made():
    (found,) = [each for each in found_devices(choose_device("cpu"), [], "") if each.chosen]
    assert found.copies is not is_compiled("int4")

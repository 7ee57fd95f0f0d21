from dataclasses import replace

from engine.device import choose_device
from engine.fit import Speeds
from engine.machine import found_devices, known_speeds, measure
from tests.engine.tiny_loaded import CPU, value_of


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


def test_the_reason_for_a_device_is_said():
    device = choose_device("cpu")
    (found,) = [each for each in found_devices(device, ["story-en"], "") if each.chosen]
    assert found.loaded == ["story-en"]
    assert "no GPU was found" in found.why or "fastest" in found.why

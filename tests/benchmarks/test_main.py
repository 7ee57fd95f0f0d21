from importlib.util import find_spec

import pytest

from benchmarks.__main__ import commands, platform_variables


def test_every_program_is_there_and_a_gpu_adds_its_own():
    plain = list(commands(quick=False, gpu=False, folder="x"))
    assert all(find_spec(program) for program, *_ in plain)
    assert len(list(commands(quick=False, gpu=True, folder="x"))) == len(plain) + 3


def test_a_trial_draws_nothing_into_the_results():
    quick = list(commands(quick=True, gpu=True, folder="x"))
    assert next(command for command in quick if command[0] == "benchmarks.growth")[-2:] == ["--folder", "x"]


@pytest.mark.parametrize(
    ("given", "system", "platform"),
    [
        ({}, "linux", "offscreen"),
        ({"DISPLAY": ""}, "linux", "offscreen"),
        ({"DISPLAY": ":0"}, "linux", None),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", None),
        ({"QT_QPA_PLATFORM": "vnc"}, "linux", "vnc"),
        ({}, "darwin", None),
        ({}, "win32", None),
    ],
)
def test_windows_are_measured_without_a_display_too(given, system, platform):
    found = platform_variables({"HOME": "x", **given}, system)
    assert found.get("QT_QPA_PLATFORM") == platform
    assert found["HOME"] == "x"

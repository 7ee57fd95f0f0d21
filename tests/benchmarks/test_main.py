from importlib.util import find_spec

from benchmarks.__main__ import commands


def test_every_program_is_there_and_a_gpu_adds_its_own():
    plain = list(commands(quick=False, gpu=False, folder="x"))
    assert all(find_spec(program) for program, *_ in plain)
    assert len(list(commands(quick=False, gpu=True, folder="x"))) == len(plain) + 3


def test_a_trial_draws_nothing_into_the_results():
    quick = list(commands(quick=True, gpu=True, folder="x"))
    assert next(command for command in quick if command[0] == "benchmarks.growth")[-2:] == ["--folder", "x"]

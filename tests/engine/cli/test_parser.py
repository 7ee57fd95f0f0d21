import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.parser import build_parser
from engine.cli.sampling_flags import given_settings
from engine.params import SamplingParams

NUMBERS = [field for field in dataclasses.fields(SamplingParams) if "setting" in field.metadata]


PARSER = build_parser()


def given_flags(*arguments):
    return given_settings(PARSER.parse_args(["write", *arguments]))


def flag(field):
    return "--" + field.name.replace("_", "-")


@settings(max_examples=10)
@given(data=st.data())
@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
def test_every_number_is_a_flag_of_the_same_name(field, data):
    setting = field.metadata["setting"]
    if field.type == "int":
        value = data.draw(st.integers(int(setting.low), int(setting.high)))
    else:
        value = data.draw(st.floats(setting.low, setting.high))
    assert given_flags(f"{flag(field)}={value!r}") == {field.name: value}


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
@pytest.mark.parametrize("value", ["below", "above", "nan", "many"])
def test_numbers_out_of_range_are_wrong_usage(field, value, capsys):
    setting = field.metadata["setting"]
    text = {"below": repr(setting.low - 1), "above": repr(setting.high * 2 + 1)}.get(value, value)
    with pytest.raises(SystemExit) as end:
        given_flags(f"{flag(field)}={text}")
    assert end.value.code == 2
    assert flag(field) in capsys.readouterr().err


def test_the_other_settings_are_flags_too():
    flags = ["--stop", "\n\n", "--stop", "END", "--banned-phrases", "very good", "--early-stopping"]
    values = given_flags(*flags, "--biased-words", "rain=2.5", "--biased-words", "a=b=-1")
    assert SamplingParams(**values) == SamplingParams(
        stop=("\n\n", "END"),
        banned_phrases=("very good",),
        early_stopping=True,
        biased_words=(("rain", 2.5), ("a=b", -1.0)),
    )
    assert given_flags("--no-early-stopping") == {"early_stopping": False}


def test_every_field_has_its_flag_and_a_flag_not_given_leaves_no_trace(capsys):
    with pytest.raises(SystemExit):
        given_flags("--help")
    shown = capsys.readouterr().out
    assert all(flag(field) in shown for field in dataclasses.fields(SamplingParams))
    assert given_flags() == {}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["write", "--warmth", "1"],
        ["write", "--temp", "1"],
        ["write", "--biased-words", "rain"],
        ["write", "--biased-words", "rain=wet"],
        ["summarize", "--style", "poem"],
        ["evaluate"],
        ["evaluate", "starter", "--limit", "0"],
        ["train"],
    ],
)
def test_wrong_usage_is_status_2(arguments, cli):
    status, out, error = cli(*arguments)
    assert (status, out) == (2, "")
    assert "usage: penwright-cli" in error


@pytest.mark.parametrize(
    "arguments",
    [
        ["write", "--prompt", "a", "book.txt"],
        ["write", "--prompt", "a", "--variants", "6"],
        ["write", "--prompt", "a", "--beams", "4", "--contrastive-alpha", "0.6"],
        ["summarize", "--sentences", "0"],
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage_too(arguments, cli):
    status, out, error = cli(*arguments, standard_input=b"text")
    assert (status, out) == (2, "")
    assert "usage: penwright-cli" in error

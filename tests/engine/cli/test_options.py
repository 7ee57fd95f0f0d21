import argparse

import pytest

from engine.cli import options


@pytest.fixture
def parser():
    made = argparse.ArgumentParser()
    options.add_files(made)
    options.add_model(made)
    return made


def test_everything_can_be_left_out(parser):
    found = vars(parser.parse_args([]))
    assert found == {
        "files": [],
        "encoding": "",
        "model": "",
        "device": "",
        "weights": "auto",
        "split": False,
        "context": 0,
        "json": False,
        "progress": False,
    }


@pytest.mark.parametrize(("said", "meant"), [("bf16", "bfloat16"), ("int8", "int8"), ("float32", "float32")])
def test_formats_of_weights_have_their_short_names(parser, said, meant):
    assert parser.parse_args(["--weights", said]).weights == meant


def test_a_format_that_does_not_exist_is_a_sentence(parser, capsys):
    with pytest.raises(SystemExit):
        parser.parse_args(["--weights", "int3"])
    assert "int3 is none of float32, bf16, int8, int4, auto" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "sentence"), [("0", "0 is not 1 or more"), ("x", "invalid whole number value: 'x'")])
def test_what_is_no_count_is_a_sentence(text, sentence, capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=options.count)
    assert parser.parse_args(["--limit", "3"]).limit == 3
    with pytest.raises(SystemExit):
        parser.parse_args(["--limit", text])
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(("text", "sentence"), [("255", "255 is not 256 or more"), ("x", "invalid whole number value")])
def test_a_context_that_is_too_short_is_a_sentence(parser, text, sentence, capsys):
    assert parser.parse_args(["--context", "256"]).context == 256
    with pytest.raises(SystemExit):
        parser.parse_args(["--context", text])
    assert sentence in capsys.readouterr().err

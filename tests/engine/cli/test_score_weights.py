"""`evaluate weights`, and what `models fit` says of it."""

import json
import shutil

import pytest

from engine.card import read_card
from engine.evaluation import perplexity
from engine.paths import models_dir
from tests.engine.tiny_loaded import tiny
from tests.engine.tiny_models import SENTENCES


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(SENTENCES), encoding="utf-8")
    return path


@pytest.fixture
def mine(llama):
    folder = models_dir() / "mine"
    shutil.copytree(llama, folder)
    return folder


def results(out):
    return [event["values"] for event in map(json.loads, out.splitlines()) if event["event"] == "Result"]


def test_every_format_is_measured_against_float32(cli, llama, text):
    status, out, _ = cli("evaluate", "weights", text, "--model", llama, "--json")
    assert status == 0
    found = {values["weights"]: values for values in results(out)}
    assert next(iter(found)) == "float32"
    assert {"float32", "int8", "int4"} <= set(found)
    whole = found["float32"]["perplexity"]
    assert whole == pytest.approx(perplexity(tiny("llama"), text.read_text(encoding="utf-8")), rel=1e-3)
    for values in found.values():
        assert values["loss"] == pytest.approx(100 * (values["perplexity"] / whole - 1))
    assert abs(found["int8"]["loss"]) < abs(found["int4"]["loss"]), "fewer bits predict otherwise"


def test_what_was_measured_is_kept_and_told_with_what_the_model_needs(cli, mine, text):
    status, out, _ = cli("evaluate", "weights", text, "--model", "mine", "--keep", "--json", "--characters", "60")
    assert status == 0
    losses = {values["weights"]: values["loss"] for values in results(out)}
    card = read_card(mine)
    assert card is not None
    assert card.loss == {name: round(losses[name], 2) for name in ("int8", "int4")}
    _, out, _ = cli("models", "fit", "mine")
    (line,) = [line for line in out.splitlines() if line.startswith("int8")]
    assert line.endswith(" than in float32.")
    _, out, _ = cli("models", "fit", "mine", "--json")
    assert {values["weights"]: values["loss"] for values in map(json.loads, out.splitlines())} == {
        "float32": None,
        "bfloat16": None,
        "float16": None,
        **card.loss,
    }


def test_models_without_a_choice_and_models_of_others_are_a_sentence(cli, marian, text):
    assert "cannot write" in cli("evaluate", "weights", text, "--model", marian)[2]
    assert "of your own" in cli("evaluate", "weights", text, "--model", "nobody", "--keep")[2]
    assert "stays as it is" in cli("evaluate", "weights", text, "--model", "story-en", "--keep")[2]

import json

import pytest

from engine.card import ModelCard, read_card, write_card
from engine.errors import ModelError, StorageError
from engine.loss import keep_losses, loss_sentence, loss_words, losses_of
from engine.paths import assets_dir

UNMEASURED = "What 8 or 4 bits cost its predictions was not measured."


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mine"
    made.mkdir()
    (made / "config.json").write_text(json.dumps({"model_type": "llama"}))
    return made


@pytest.mark.parametrize("name", ["story-en", "story-zh"])
def test_the_embedded_writers_state_what_fewer_bits_cost_within_what_they_may(name):
    losses = losses_of(assets_dir() / "models" / name)
    assert losses is not None
    assert set(losses) == {"int8", "int4"}
    assert losses["int8"] <= 0.5
    assert losses["int4"] <= 3


def test_the_loss_is_a_sentence():
    assert loss_sentence(assets_dir() / "models" / "story-en") == (
        "Held in 8 bits it predicts 0.08 % worse than in 32, in 4 bits 2.8 % worse."
    )


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        ({"int4": 12.4}, "Held in 4 bits it predicts 12 % worse than in 32."),
        ({"int8": 0.001, "int4": -0.31}, "Held in 8 bits it predicts no worse than in 32, in 4 bits 0.31 % better."),
        ({"int8": float("nan")}, UNMEASURED),
        ({}, UNMEASURED),
    ],
)
def test_a_model_says_what_was_measured_and_no_more(folder, losses, sentence):
    write_card(folder, ModelCard("Mine", ("write",), loss=losses))
    assert loss_sentence(folder) == sentence


def test_what_was_measured_is_kept_in_a_card_that_stays_as_it_was(folder):
    assert loss_sentence(folder) == UNMEASURED  # without a card as well
    keep_losses(folder, {"int8": 0.1})
    assert read_card(folder) == ModelCard("mine", ("write",), loss={"int8": 0.1})
    write_card(folder, ModelCard("Mine", ("translate",), licence="mine", body="As it was.\n"))
    keep_losses(folder, {"int8": 0.2})
    assert read_card(folder) == ModelCard(
        "Mine", ("translate",), licence="mine", loss={"int8": 0.2}, body="As it was.\n"
    )


def test_a_card_that_cannot_be_written_is_a_sentence(folder):
    (folder / "card.md").mkdir()
    with pytest.raises(StorageError, match="The card of mine cannot be written"):
        keep_losses(folder, {"int8": 0.1})


def test_a_model_with_a_format_of_its_own_has_no_loss(folder, tmp_path):
    (tmp_path / "file.gguf").write_bytes(b"GGUF")
    assert losses_of(tmp_path / "file.gguf") is None
    (folder / "config.json").write_text(json.dumps({"model_type": "penwright-ngram"}))
    assert loss_sentence(folder) == ""
    (folder / "config.json").write_text("{")
    assert loss_sentence(folder) == ""


@pytest.mark.parametrize("loss", ["5", "{int8: much}", "[int8]"])
def test_a_loss_that_is_no_number_is_a_damaged_card(folder, loss):
    (folder / "card.md").write_text(f"---\ntitle: x\ntasks: [write]\nloss: {loss}\n---\n", encoding="utf-8")
    with pytest.raises(ModelError, match="card"):
        read_card(folder)
    assert loss_sentence(folder) == ""


def test_each_format_has_its_words():
    losses = {"int8": 0.08}
    assert loss_words(losses, "int8") == "Predicts 0.08 % worse than in float32."
    assert loss_words(losses, "int4") == "Its loss is not measured."
    assert loss_words(losses, "bfloat16") == loss_words(None, "int8") == ""

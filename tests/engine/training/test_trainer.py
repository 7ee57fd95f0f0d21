import itertools
import random

import pytest
import torch
from safetensors.torch import load_file, save
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from engine.card import read_card
from engine.errors import InputError, TrainingStateError
from engine.events import Finished, Notice, Result, TrainingReport
from engine.training.trainer import train

RECIPE = """
name = "reverse"
precision = "float32"

[tokenizer]
vocab_size = 300

[model]
family = "marian"
hidden = 64
feed_forward = 128
layers = 2
decoder_layers = 2
heads = 4
context = 32

[batch]
tokens = 512
longest_source = 16
longest_target = 16

[optimizer]
learning_rate = 5e-3
warmup = 20
ema = 0.9

[schedule]
steps = {steps}
evaluate_every = {steps}
checkpoint_every = 5
validation = 40

[[sources]]
path = "pairs.tsv"
tags = [">>there<<", ">>back<<"]

[card]
title = "Reverse"
tasks = ["translate"]
"""
STORY = """
name = "story"
precision = "float32"
[tokenizer]
kind = "byte-level"
vocab_size = 300
[model]
family = "llama"
hidden = 32
feed_forward = 64
layers = 2
heads = 2
context = 32
[batch]
tokens = 256
[optimizer]
learning_rate = 1e-2
warmup = 5
[schedule]
steps = 60
validation = 2
[[sources]]
path = "story.txt"
kind = "documents"
[card]
title = "Story"
tasks = ["write"]
"""


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    rng = random.Random(0)
    rows = {tuple(rng.sample("abcdefgh", rng.randint(2, 5))) for _ in range(3000)}
    lines = [f"{' '.join(row)}\t{' '.join(reversed(row))}" for row in sorted(rows)]
    (folder / "pairs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tale = "The king went to the sea.\nThe sea was wide and the king was old.\n\n"
    (folder / "story.txt").write_text(tale * 40, encoding="utf-8")
    return folder


def recipe(tmp_path, text=RECIPE, steps=10):
    path = tmp_path / "recipe.toml"
    path.write_text(text.replace("{steps}", str(steps)), encoding="utf-8")
    return path


def weights(folder):
    return load_file(folder / "model" / "model.safetensors")


def test_learns_to_reverse_and_loads_in_transformers(tmp_path, data):
    events = list(train(recipe(tmp_path, steps=250), tmp_path / "run", data))
    reports = [event for event in events if isinstance(event, TrainingReport)]
    assert reports[0].loss > 2 * reports[-1].validation_loss
    assert reports[-1].score > 95, "chrF of greedy outputs"
    assert isinstance(events[-1], Finished)
    assert isinstance(events[-2], Result)

    model = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "run" / "model", dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "run" / "model")
    ids = tokenizer(">>back<< a d c b</s>", return_tensors="pt", add_special_tokens=False).input_ids
    written = model.generate(ids, max_new_tokens=12, do_sample=False)[0]
    assert tokenizer.decode(written, skip_special_tokens=True) == "b c d a"
    assert read_card(tmp_path / "run" / "model").title == "Reverse"


def test_a_causal_recipe_learns_its_text(tmp_path, data):
    events = list(train(recipe(tmp_path, STORY), tmp_path / "run", data))
    result = next(event for event in events if isinstance(event, Result))
    assert result.values["validation_loss"] < 1.0
    AutoModelForCausalLM.from_pretrained(tmp_path / "run" / "model")


def test_dropout_changes_what_is_learnt_and_follows_the_seed(tmp_path, data):
    dropping = STORY.replace("context = 32", "context = 32\ndropout = 0.3").replace("steps = 60", "steps = 2")
    plain = STORY.replace("steps = 60", "steps = 2")
    for name, text in {"a": dropping, "b": dropping, "c": plain}.items():
        list(train(recipe(tmp_path, text), tmp_path / name, data))
    a, b, c = (weights(tmp_path / name) for name in "abc")
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert any(not torch.equal(a[name], c[name]) for name in a)


def test_a_run_closed_half_way_resumes_exactly(tmp_path, data):
    path = recipe(tmp_path)
    list(train(path, tmp_path / "whole", data))

    run = train(path, tmp_path / "parts", data)
    next(event for event in run if getattr(event, "done", 0) == 7 and event.unit == "steps")
    run.close()
    resumed = list(train(path, tmp_path / "parts", data))
    assert any(isinstance(event, Notice) and "step 7 of 10" in event.message for event in resumed)

    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_the_same_seed_gives_the_same_model_and_another_another(tmp_path, data):
    for name, text in {"a": RECIPE, "b": RECIPE, "c": "seed = 9\n" + RECIPE}.items():
        list(train(recipe(tmp_path, text, steps=3), tmp_path / name, data))
    a, b, c = (weights(tmp_path / name) for name in "abc")
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert any(not torch.equal(a[name], c[name]) for name in a)


def test_no_weight_is_left_untrained(tmp_path, data):
    for steps in (1, 15):
        list(train(recipe(tmp_path, steps=steps), tmp_path / str(steps), data))
    first, later = weights(tmp_path / "1"), weights(tmp_path / "15")
    fixed = {name for name in first if torch.equal(first[name], later[name])}
    # Keys' biases cancel in the softmax and positions are sinusoids; everything else must move.
    assert all(name.endswith(("k_proj.bias", "embed_positions.weight", "final_logits_bias")) for name in fixed), fixed


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "missing"), ("", "too little text"), ("a\tb\nc\n", "Line 2"), ("a\tb\tc\n", "3 columns")],
)
def test_unusable_data_is_a_sentence(tmp_path, data, content, sentence):
    path = data / "pairs.tsv"
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        list(train(recipe(tmp_path), tmp_path / "run", data))


def test_a_state_of_another_recipe_is_refused(tmp_path, data):
    list(train(recipe(tmp_path, steps=5), tmp_path / "run", data))
    other = recipe(tmp_path, RECIPE.replace("hidden = 64", "hidden = 32"))
    with pytest.raises(TrainingStateError, match="does not fit"):
        list(train(other, tmp_path / "run", data))


@pytest.mark.parametrize(
    "damaged", [b"\0" * 100, save({}, {"position": "[" * 100_000})], ids=["zeros", "a deep position"]
)
def test_a_damaged_state_is_a_sentence(tmp_path, data, damaged):
    path = recipe(tmp_path)
    list(itertools.islice(train(path, tmp_path / "run", data), 10))
    (tmp_path / "run" / "state.safetensors").write_bytes(damaged)
    with pytest.raises(TrainingStateError, match="does not fit"):
        list(train(path, tmp_path / "run", data))

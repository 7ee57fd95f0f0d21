"""Runs in memory: streams with carried state, pauses, early ends, and what is kept."""

import math
import random
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from engine.card import ModelCard
from engine.errors import SettingsError, TrainingStateError
from engine.events import Notice, Progress, Result, TrainingReport
from engine.generate import generate
from engine.models.loaded import load_model
from engine.params import SamplingParams
from engine.training.corpus import Texts
from engine.training.recipe import (
    BatchSettings,
    ModelSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
    Source,
    TokenizerSettings,
)
from engine.training.trainer import finish_recipe, train_recipe
from tests.engine.tiny_loaded import CPU, value_of

LETTERS = "abcdef"


def copies(count, seed):
    """Return lines such as "c a | c a": what follows the mark can only be known by remembering."""
    rng = random.Random(seed)
    words = [" ".join(rng.choices(LETTERS, k=2)) for _ in range(count)]
    return [("", f"{word} | {word}") for word in words]


TEXTS = [Texts(Source("toy", "documents"), copies(400, 0), copies(40, 1))]
RECIPE = Recipe(
    name="copy",
    sources=(TEXTS[0].source,),
    model=ModelSettings("recurrent", hidden=24, embedding=8, layers=2, dropout=0.1),
    card=ModelCard("Copy", ("write",)),
    tokenizer=TokenizerSettings(kind="whitespace"),
    batch=BatchSettings(streams=8, bptt=12),
    optimizer=OptimizerSettings(learning_rate=1e-2, kind="adamw", warmup=5, weight_decay=0.0),
    schedule=ScheduleSettings(steps=12, evaluate_every=6, checkpoint_every=5),
    precision="float32",
)


def with_schedule(**changes):
    return replace(RECIPE, schedule=replace(RECIPE.schedule, **changes))


def run(recipe, out):
    return list(train_recipe(recipe, TEXTS, out))


def result(events):
    return next(event for event in events if isinstance(event, Result)).values


def reports(events):
    return [event for event in events if isinstance(event, TrainingReport)]


def weights(out):
    return load_file(out / "model" / "model.safetensors")


def same(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_recurrent_model_learns_to_copy_and_writes(cell, tmp_path):
    recipe = replace(
        with_schedule(steps=250, evaluate_every=250),
        model=replace(RECIPE.model, cell=cell, dropout=0.0),
        optimizer=replace(RECIPE.optimizer, learning_rate=2e-2),
    )
    events = run(recipe, tmp_path)
    entropy = 2 * math.log(len(LETTERS)) / 6  # two letters, the mark, two letters and the end
    assert result(events)["validation_loss"] < entropy + 0.15
    model = value_of(load_model(tmp_path / "model", CPU))
    for text in ("a b", "f c"):
        params = SamplingParams(temperature=0, max_new_tokens=4)
        written = generate(model, [[1, *model.tokenizer.encode(f"{text} |")]], params)[0]
        assert written.split() == text.split()


@pytest.mark.parametrize("stop", [4, 6, 11])
def test_a_pause_anywhere_changes_nothing_even_of_what_is_carried(stop, tmp_path):
    recipe = replace(RECIPE, optimizer=replace(RECIPE.optimizer, ema=0.9, average=2))
    run(recipe, tmp_path / "whole")
    paused = train_recipe(recipe, TEXTS, tmp_path / "parts")
    next(event for event in paused if step_of(event) == stop)
    paused.close()
    events = run(recipe, tmp_path / "parts")
    assert any(isinstance(event, Notice) and f"step {stop} of 12" in event.message for event in events)
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "parts"))


def test_measuring_does_not_disturb_the_training(tmp_path):
    run(with_schedule(evaluate_every=2), tmp_path / "often")
    run(with_schedule(evaluate_every=12), tmp_path / "once")
    assert same(weights(tmp_path / "often"), weights(tmp_path / "once"))


def step_of(event):
    if isinstance(event, TrainingReport):
        return event.step
    return event.done if isinstance(event, Progress) and event.unit == "steps" else None


def test_the_state_is_carried_and_makes_a_difference(tmp_path):
    run(RECIPE, tmp_path / "streams")
    state = load_file(tmp_path / "streams" / "state.safetensors")
    assert state["carried.0"].shape == (2, 8, 24)
    assert state["carried.0"].abs().sum() > 0


def test_the_same_seed_gives_the_same_model_and_another_another(tmp_path):
    for name, seed in {"a": 1, "b": 1, "c": 2}.items():
        run(replace(with_schedule(steps=3), seed=seed), tmp_path / name)
    a, b, c = (weights(tmp_path / name) for name in "abc")
    assert same(a, b)
    assert not same(a, c)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_no_weight_is_left_untrained(cell, tmp_path):
    recipe = replace(with_schedule(steps=1), model=replace(RECIPE.model, cell=cell))
    run(recipe, tmp_path / "first")
    run(replace(recipe, schedule=replace(recipe.schedule, steps=6)), tmp_path / "later")
    first, later = weights(tmp_path / "first"), weights(tmp_path / "later")
    assert not [name for name in first if torch.equal(first[name], later[name])]


def test_epochs_take_the_place_of_steps_and_are_measured_at_their_end(tmp_path):
    events = run(with_schedule(epochs=2, evaluate_every=0), tmp_path)
    measured = [report for report in reports(events) if report.validation_loss is not None]
    batches = measured[0].step
    assert [report.step for report in measured] == [batches, 2 * batches]
    assert all(report.total_steps == 2 * batches for report in measured)
    assert all(report.sample for report in measured)


def test_a_bound_in_time_ends_the_run_with_a_model(tmp_path):
    events = run(with_schedule(steps=10**6, minutes=0.02), tmp_path)
    assert 1 <= result(events)["steps"] < 10**6
    assert reports(events)[-1].seconds_left == 0
    assert reports(events)[-1].total_steps == result(events)["steps"]
    assert weights(tmp_path)


def test_without_progress_the_run_ends_and_the_best_is_kept(tmp_path):
    """A rate this high spoils what was learnt: the model of the lowest loss must be the one that is left."""
    recipe = replace(
        with_schedule(steps=200, evaluate_every=4, patience=3),
        optimizer=OptimizerSettings(learning_rate=0.3, kind="adam", warmup=60, clip=100.0),
    )
    events = run(recipe, tmp_path)
    losses = [report.validation_loss for report in reports(events) if report.validation_loss is not None]
    assert result(events)["steps"] < 200
    assert losses.index(min(losses)) == len(losses) - 4
    assert result(events)["validation_loss"] == min(losses)
    again = result(list(finish_recipe(recipe, TEXTS, tmp_path)))
    assert again["validation_loss"] == min(losses)


def test_a_paused_run_can_be_ended_as_it_stands(tmp_path):
    recipe = with_schedule(steps=1000, evaluate_every=500, patience=2)
    paused = train_recipe(recipe, TEXTS, tmp_path)
    next(event for event in paused if step_of(event) == 7)
    paused.close()
    assert not (tmp_path / "model").exists()
    found = result(list(finish_recipe(recipe, TEXTS, tmp_path)))
    assert found["steps"] == 7
    assert value_of(load_model(tmp_path / "model", CPU)).decoder.vocab_size == 10


def test_a_run_goes_on_from_a_trained_model(tmp_path):
    run(with_schedule(steps=60), tmp_path / "first")
    folder = str(tmp_path / "first" / "model")
    events = run(replace(with_schedule(steps=1, evaluate_every=1), start=folder), tmp_path / "second")
    before = result(run(with_schedule(steps=1), tmp_path / "fresh"))["validation_loss"]
    assert result(events)["validation_loss"] < before - 0.5


def test_what_cannot_be_built_or_taken_up_is_a_sentence(tmp_path):
    with pytest.raises(SettingsError, match="Tied weights"):
        run(replace(RECIPE, model=replace(RECIPE.model, tied=True)), tmp_path / "tied")
    run(with_schedule(steps=2), tmp_path / "run")
    with pytest.raises(TrainingStateError, match="does not fit"):
        run(replace(RECIPE, model=replace(RECIPE.model, hidden=16)), tmp_path / "run")

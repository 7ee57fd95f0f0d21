import json
import shutil

import pytest
import torch

from engine.device import choose_device
from engine.errors import InputError, ModelError
from engine.events import Progress, Result, TrainingReport
from engine.models.discriminator import load
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.naturalness import Likelihood
from engine.rank import FOLDER, rank
from engine.training.discriminating import Passage, pairwise_accuracy, train_discriminator
from tests.engine.tiny_loaded import tiny, tiny_folder, value_of
from tests.engine.tiny_models import SENTENCES

TEXTS = [" ".join(SENTENCES[start:] + SENTENCES[:start]) * 8 for start in range(5)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A random model with a discriminator of its own, and what its training yielded: it ends before its time."""
    folder = tmp_path_factory.mktemp("models") / "llama"
    shutil.copytree(tiny_folder("llama"), folder)
    return folder, list(train_discriminator(folder, TEXTS, 120.0, 1))


def test_nonsense_is_told_from_a_persons_text(trained):
    _, events = trained
    values = events[-1].values
    assert isinstance(events[-1], Result)
    assert values["discriminator"] > 0.9
    assert values["pairs"] >= 10
    assert 0 <= values["likelihood"] <= 1
    assert any(isinstance(event, Progress) for event in events)
    losses = [event.validation_loss for event in events if isinstance(event, TrainingReport)]
    assert min(losses) < losses[0]


def test_figures_and_weights_are_kept_beside_the_model(trained):
    folder, events = trained
    assert load(folder / FOLDER, torch.device("cpu"))[1] == events[-1].values
    assert json.loads((folder / FOLDER / "config.json").read_text())["model_type"] == "penwright-discriminator"


def test_ranking_finds_and_uses_it_where_it_is_better(trained):
    folder, events = trained
    model = value_of(load_model(folder, choose_device("cpu")))
    texts = (" The weather is nice today. Where is the station?", " xx!q 1%% 😀😀 zzzzz kkk ))) wq")
    values = list(rank(model, Request(Mode.RANK, "", texts=texts)))[-1].values
    figures = {name: events[-1].values[name] for name in ("likelihood", "typicality", "discriminator")}
    assert figures[values["method"]] == max(figures.values())
    if values["method"] == "discriminator":
        assert values["order"] == [0, 1]


def test_pairs_are_counted_with_ties_as_half():
    class Longest:
        name = "longest"

        def score(self, before, ids):
            return float(len(ids))

        def fault(self, before, ids):
            return "is short"

    pairs = [Passage([], [1, 2], [1]), Passage([], [1], [1, 2]), Passage([], [1], [2]), Passage([], [1, 1], [2])]
    assert pairwise_accuracy(Longest(), pairs) == 2.5 / 4


def test_likelihood_prefers_what_the_model_writes_greedily():
    """Search finds texts likelier than any person's: ranking by likelihood alone would always take the model's."""
    model = tiny("llama")
    ids = model.tokenizer.encode(SENTENCES[0])
    logits, _ = model.decoder.prefill(torch.tensor([ids]), model.decoder.new_state(1))
    greedy = [int(logits.argmax())]
    assert pairwise_accuracy(Likelihood(model.decoder), [Passage(ids, [(greedy[0] + 1) % 300], greedy)]) == 0.0


def test_too_little_text_is_told():
    with pytest.raises(InputError, match="too little text"):
        list(train_discriminator(tiny_folder("llama"), ["Just one sentence."], 1.0, 1))


def test_a_translator_is_refused():
    with pytest.raises(ModelError, match="one that writes"):
        list(train_discriminator(tiny_folder("marian"), TEXTS, 1.0, 1))

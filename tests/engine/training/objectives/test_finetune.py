import json
import shutil

import pytest
import torch
from transformers import AutoModelForCausalLM

from engine.errors import ModelError
from engine.training.batches import Batch
from engine.training.objectives.finetune import FinetuneObjective
from engine.training.recipe import ModelSettings
from tests.engine.tiny_loaded import tiny_folder
from tests.engine.tiny_models import CAUSAL_KINDS

IDS = torch.tensor([[5, 9, 7, 30, 2], [8, 8, 3, 1, 0]])
BATCH = Batch(IDS[:, :-1], IDS[:, 1:], torch.tensor([[True] * 4, [True] * 3 + [False]]))


def objective(folder, adapters=0):
    torch.manual_seed(1)
    made = FinetuneObjective(ModelSettings(family="finetune", adapters=adapters), 0)
    made.load(folder)
    made.module.eval()
    return made


@pytest.mark.parametrize("kind", CAUSAL_KINDS)
@pytest.mark.parametrize("adapters", [0, 2])
def test_the_loss_is_that_of_the_model_in_the_folder(kind, adapters):
    folder = tiny_folder(kind)
    logits = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()(BATCH.inputs).logits
    kept = BATCH.target_mask
    expected = torch.nn.functional.cross_entropy(logits[kept], BATCH.targets[kept], reduction="sum")
    result = objective(folder, adapters).loss(BATCH, 0)
    assert result.tokens == 7
    torch.testing.assert_close(result.nll, expected.detach(), rtol=1e-4, atol=1e-3)


def test_only_adapters_learn_where_there_are_some():
    made = objective(tiny_folder("llama"), adapters=2)
    made.loss(BATCH, 0).loss.backward()
    learnt = [name for name, weight in made.module.named_parameters() if weight.grad is not None]
    assert learnt
    assert all("lora" in name for name in learnt)


@pytest.mark.parametrize("name", ["final_logit_softcapping", "logit_scale", "logits_scaling"])
def test_a_kind_that_changes_its_logits_is_refused(tmp_path, name):
    shutil.copytree(tiny_folder("llama"), tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), name: 0.5}))
    with pytest.raises(ModelError, match="cannot be trained on yet"):
        objective(tmp_path / "model")


def test_damaged_weights_are_told(tmp_path):
    shutil.copytree(tiny_folder("llama"), tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be trained on"):
        objective(tmp_path / "model")

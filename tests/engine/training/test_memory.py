import pytest
import torch
from torch import nn

from engine.device import Device
from engine.errors import DeviceError
from engine.training.memory import check_room, check_start, training_bytes
from engine.training.optimizer import Optimizer
from engine.training.recipe import OptimizerSettings
from tests.engine.tiny_loaded import CPU, tiny_folder

ADAMW = OptimizerSettings(kind="adamw", ema=0.9)


def network():
    """An embedding of 7 × 4, a matrix of 4 × 3 with a bias of 3: 28 + 12 + 3 = 43 weights."""
    return nn.Sequential(nn.Embedding(7, 4), nn.Linear(4, 3)).to(torch.bfloat16)


def test_every_trained_weight_costs_its_master_gradient_average_and_moments():
    assert training_bytes(network(), ADAMW) == 43 * 2 + 43 * 4 * (1 + 1 + 1 + 2)
    assert training_bytes(network(), OptimizerSettings(kind="sgd")) == 43 * 2 + 43 * 4 * 2
    muon = OptimizerSettings(kind="muon")
    assert training_bytes(network(), muon) == 43 * 2 + 43 * 4 * 2 + 12 * 4 * 1 + 31 * 4 * 2


def test_of_adapters_only_theirs_are_counted():
    made = network()
    made[0].requires_grad_(False)
    assert training_bytes(made, ADAMW) == 43 * 2 + 15 * 4 * 5


@pytest.mark.parametrize("kind", ["muon", "adamw", "adam", "sgd"])
@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_it_is_what_an_optimiser_holds_after_a_step(kind, ema):
    made, settings = network(), OptimizerSettings(kind=kind, ema=ema)
    optimizer = Optimizer(made, settings)
    made(torch.arange(7)).float().square().sum().backward()
    optimizer.step(0, 1.0, 1.0)
    kept = [*optimizer.state().values(), *made.parameters(), *(master.grad for master in optimizer.masters)]
    held = sum(tensor.numel() * tensor.element_size() for tensor in kept if tensor.ndim)  # not the counters of steps
    assert training_bytes(made, settings) == held


def test_what_cannot_be_held_is_refused_with_what_to_do():
    check_room(1000, CPU)
    check_start(tiny_folder("llama"), CPU)
    with pytest.raises(DeviceError, match=r"at least another 1000\.0 TB of memory, and .* are free on CPU.*LoRA"):
        check_room(10**15, CPU)


def test_a_start_that_is_damaged_is_left_to_the_loading(tmp_path):
    check_start(tmp_path, Device(torch.device("cpu"), torch.float32, "CPU"))

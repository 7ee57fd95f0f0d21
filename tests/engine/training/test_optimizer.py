import pytest
import torch
from torch import nn

from engine.training.optimizer import Optimizer
from engine.training.recipe import OptimizerSettings


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Embedding(7, 4), nn.Linear(4, 4), nn.LayerNorm(4))


def run(optimizer, network, steps, start=0):
    for number in range(start, start + steps):
        network(torch.arange(7)).float().square().sum().backward()
        optimizer.step(number, 1.0, 1.0)


@pytest.mark.parametrize("kind", ["muon", "adamw", "adam", "sgd"])
def test_every_weight_moves_and_the_model_holds_the_masters(kind):
    network = model().to(torch.bfloat16)
    before = [weight.detach().clone() for weight in network.parameters()]
    optimizer = Optimizer(network, OptimizerSettings(kind=kind, learning_rate=0.05))
    run(optimizer, network, 3)
    for old, weight, master in zip(before, network.parameters(), optimizer.masters, strict=True):
        assert not torch.equal(old, weight)
        assert torch.equal(weight, master.to(torch.bfloat16))


def test_updates_too_small_for_bfloat16_still_add_up():
    network = nn.Linear(1, 1, bias=False).to(torch.bfloat16)
    with torch.no_grad():
        network.weight.fill_(1.0)
    optimizer = Optimizer(network, OptimizerSettings(kind="adamw", learning_rate=1e-4, weight_decay=0.0))
    for number in range(100):
        network(torch.ones(1, 1, dtype=torch.bfloat16)).sum().backward()
        optimizer.step(number, 1.0, 1.0)
    assert network.weight.item() == pytest.approx(0.99, abs=0.004)


def test_the_average_is_between_start_and_end_and_can_be_put_in():
    network = model()
    optimizer = Optimizer(network, OptimizerSettings(ema=0.9))
    run(optimizer, network, 20)
    optimizer.use_average()
    averaged = [weight.detach().clone() for weight in network.parameters()]
    optimizer.use_masters()
    assert any(not torch.equal(a, b) for a, b in zip(averaged, network.parameters(), strict=True))


def test_saved_and_loaded_it_goes_on_as_if_nothing_had_happened():
    settings = OptimizerSettings(ema=0.9)
    straight = model()
    whole = Optimizer(straight, settings)
    run(whole, straight, 6)

    first, second = model(), model()
    saved = Optimizer(first, settings)
    run(saved, first, 3)
    loaded = Optimizer(second, settings)
    loaded.load_state(saved.state())
    run(loaded, second, 3, start=3)
    for name, tensor in whole.state().items():
        assert torch.equal(tensor, loaded.state()[name]), name

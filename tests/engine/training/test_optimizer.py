import pytest
import torch
from torch import nn

from engine.training.muon import Muon
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


def test_plain_descent_moves_against_the_clipped_mean_gradient():
    network = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[1.0, 2.0]]))
    optimizer = Optimizer(network, OptimizerSettings(kind="sgd", learning_rate=0.5, clip=0.5))
    network(torch.tensor([[6.0, 8.0]])).sum().backward()
    assert optimizer.step(0, 1.0, 0.5) == pytest.approx(5.0)
    assert network.weight.detach().flatten().tolist() == pytest.approx([1 - 0.5 * 0.3, 2 - 0.5 * 0.4], abs=1e-5)


def test_the_mean_of_the_last_weights_is_put_in():
    network = nn.Linear(1, 1, bias=False)
    optimizer = Optimizer(network, OptimizerSettings(average=2))
    for value in (1.0, 2.0, 4.0):
        with torch.no_grad():
            optimizer.masters[0].fill_(value)
        optimizer.keep_masters()
        optimizer.keep_masters()  # as a run that is taken up again just after an evaluation does
    optimizer.use_average()
    assert network.weight.item() == 3.0
    optimizer.use_masters()
    assert network.weight.item() == 4.0
    again = Optimizer(network, OptimizerSettings(average=2))
    again.load_state(optimizer.state())
    again.use_average()
    assert network.weight.item() == 3.0


@pytest.mark.parametrize("kind", ["muon", "adam", "sgd"])
def test_saved_and_loaded_it_goes_on_as_if_nothing_had_happened(kind):
    settings = OptimizerSettings(ema=0.9, kind=kind)
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


def test_muon_moves_weights_as_pytorchs_own_does():
    torch.manual_seed(3)
    shapes = [(8, 16), (8, 16), (16, 8), (12, 12), (8, 16)]
    ours = [torch.randn(shape) for shape in shapes]
    theirs = [weight.clone() for weight in ours]
    mine = Muon(ours, lr=0.02, weight_decay=0.3)
    reference = torch.optim.Muon(theirs, lr=0.02, weight_decay=0.3, adjust_lr_fn="match_rms_adamw")
    for _ in range(4):
        for weight, other in zip(ours, theirs, strict=True):
            weight.grad = torch.randn_like(weight)
            other.grad = weight.grad.clone()
        mine.step()
        reference.step()
    for weight, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(weight, other, rtol=0, atol=2e-3)

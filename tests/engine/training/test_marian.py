import pytest
import torch

from engine.training.architectures import build_objective
from engine.training.marian import decoder_hidden
from engine.training.recipe import ModelSettings

SETTINGS = ModelSettings(
    family="marian", hidden=32, feed_forward=48, layers=2, decoder_layers=3, heads=4, context=32, dropout=0.3
)


@pytest.fixture
def model():
    torch.manual_seed(2)
    module = build_objective(SETTINGS, 40).module
    with torch.no_grad():
        for weight in module.parameters():
            if weight.ndim == 1:
                weight.add_(torch.randn_like(weight) / 5)
    return module


def example():
    torch.manual_seed(5)
    mask = torch.ones(3, 7, dtype=torch.bool)
    mask[1, 4:] = False
    return torch.randint(3, 40, (3, 7)), mask, torch.randint(3, 40, (3, 9))


def test_equals_transformers_and_so_do_the_gradients(model):
    source, mask, inputs = example()
    model.eval()
    towards = torch.randn(3, 9, 32)
    gradients = []
    for ours in (True, False):
        model.zero_grad()
        if ours:
            hidden = decoder_hidden(model, source, mask, inputs)
        else:
            hidden = model.model(input_ids=source, attention_mask=mask, decoder_input_ids=inputs, use_cache=False)[0]
        (hidden * towards).sum().backward()
        gradients.append({name: weight.grad for name, weight in model.named_parameters() if weight.grad is not None})
        gradients[-1]["hidden"] = hidden.detach()
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name], atol=1e-4, rtol=1e-4)


def test_dropout_is_of_training_alone_and_follows_the_seed(model):
    arguments = example()
    still = decoder_hidden(model.eval(), *arguments)
    model.train()
    drawn = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drawn.append(decoder_hidden(model, *arguments))
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.allclose(drawn[0], drawn[2])
    assert not torch.allclose(drawn[0], still)

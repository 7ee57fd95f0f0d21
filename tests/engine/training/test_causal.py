import pytest
import torch

from engine.training.architectures import build_objective
from engine.training.causal import causal_attention, causal_hidden
from engine.training.recipe import ModelSettings


def model(family, dropout=0.0):
    torch.manual_seed(2)
    settings = ModelSettings(family=family, hidden=32, feed_forward=48, layers=2, heads=4, context=300, dropout=dropout)
    module = build_objective(settings, 40).module
    with torch.no_grad():
        for weight in module.parameters():
            if weight.ndim == 1:
                weight.add_(torch.randn_like(weight) / 5)
    return module


@pytest.mark.parametrize("family", ["llama", "qwen3"])
def test_equals_transformers_and_so_do_the_gradients(family):
    module = model(family).eval()
    inputs = torch.randint(3, 40, (2, 290))  # of several blocks, the last one short
    towards = torch.randn(2, 290, 32)
    gradients = []
    for ours in (True, False):
        module.zero_grad()
        hidden = causal_hidden(module, inputs) if ours else module.model(input_ids=inputs, use_cache=False)[0]
        (hidden * towards).sum().backward()
        gradients.append({name: weight.grad for name, weight in module.named_parameters() if weight.grad is not None})
        gradients[-1]["hidden"] = hidden.detach()
    assert gradients[0].keys() == gradients[1].keys()
    assert any("q_norm" in name for name in gradients[0]) == (family == "qwen3")
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name], atol=2e-3, rtol=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_attention_has_the_gradients_of_finite_differences(share):
    torch.manual_seed(1)
    parts = [torch.randn(2, 5, 3, dtype=torch.float64, requires_grad=True) for _ in range(3)]

    def attention(*given):
        torch.manual_seed(4)  # the same weights are dropped each time
        return causal_attention(*given, share)

    assert torch.autograd.gradcheck(attention, parts, atol=1e-4)


def test_dropped_attention_is_the_same_on_average():
    torch.manual_seed(1)
    parts = [torch.randn(1, 9, 4) for _ in range(3)]
    draws = torch.stack([causal_attention(*parts, 0.25) for _ in range(4000)])
    assert draws.std(dim=0).min() > 0
    torch.testing.assert_close(draws.mean(dim=0), causal_attention(*parts), atol=0.08, rtol=0)


def test_no_word_sees_a_later_one():
    module = model("llama").eval()
    inputs = torch.randint(3, 40, (1, 200))
    changed = inputs.clone()
    changed[0, 150:] = 7
    before, after = causal_hidden(module, inputs), causal_hidden(module, changed)
    assert torch.equal(before[:, :150], after[:, :150])
    assert not torch.allclose(before[:, 150:], after[:, 150:])


def test_dropout_is_of_training_alone():
    module = model("llama", dropout=0.2)
    inputs = torch.randint(3, 40, (1, 20))
    still = causal_hidden(module.eval(), inputs)
    assert torch.equal(still, causal_hidden(module, inputs))
    assert not torch.allclose(still, causal_hidden(module.train(), inputs))

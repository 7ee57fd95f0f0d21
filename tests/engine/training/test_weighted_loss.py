import pytest
import torch

from engine.training.weighted_loss import weighted_cross_entropy


@pytest.fixture
def tensors():
    torch.manual_seed(1)
    hidden = torch.randn(700, 6, requires_grad=True)  # more rows than a block
    weight, bias = torch.randn(11, 6, requires_grad=True), torch.randn(11, requires_grad=True)
    return hidden, weight, bias, torch.randint(0, 11, (700,)), torch.randn(700)


def test_loss_and_gradients_equal_the_plain_ones(tensors):
    hidden, weight, bias, targets, weights = tensors
    plain = torch.nn.functional.cross_entropy(hidden @ weight.t() + bias, targets, reduction="none")
    expected = torch.autograd.grad((plain * weights).sum(), (hidden, weight, bias))
    loss = weighted_cross_entropy(hidden, weight, bias, targets, weights, torch.float32)
    assert loss.item() == pytest.approx((plain * weights).sum().item(), rel=1e-4)
    for found, wanted in zip(torch.autograd.grad(loss, (hidden, weight, bias)), expected, strict=True):
        assert torch.allclose(found, wanted, atol=1e-3)


def test_bfloat16_products_keep_the_direction(tensors):
    hidden, weight, bias, targets, weights = tensors
    gradients = []
    for dtype in (torch.float32, torch.bfloat16):
        loss = weighted_cross_entropy(hidden, weight, bias, targets, weights, dtype)
        gradients.append(torch.autograd.grad(loss, weight)[0].flatten())
    assert torch.nn.functional.cosine_similarity(*gradients, dim=0) > 0.999

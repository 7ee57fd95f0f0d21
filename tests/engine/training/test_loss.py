import pytest
import torch

from engine.training.loss import fused_cross_entropy


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("rows", [1, 512, 700])
def test_equals_the_definition_with_its_gradients(rows, smoothing):
    torch.manual_seed(rows)
    hidden = torch.randn(rows, 16, requires_grad=True)
    weight = torch.randn(60, 16, requires_grad=True)
    targets = torch.randint(0, 60, (rows,))
    loss, nll = fused_cross_entropy(hidden, weight, targets, smoothing)
    (3 * loss).backward()
    ours = hidden.grad.clone(), weight.grad.clone()
    hidden.grad = weight.grad = None

    logits = hidden @ weight.t()
    expected = torch.nn.functional.cross_entropy(logits, targets, label_smoothing=smoothing, reduction="sum")
    (3 * expected).backward()

    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(nll, torch.nn.functional.cross_entropy(logits, targets, reduction="sum"))
    torch.testing.assert_close(ours[0], hidden.grad, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ours[1], weight.grad, rtol=1e-4, atol=1e-4)


def test_the_plain_loss_takes_no_gradient():
    hidden = torch.randn(4, 8, requires_grad=True)
    _, nll = fused_cross_entropy(hidden, torch.randn(10, 8), torch.tensor([1, 2, 3, 4]))
    assert not nll.requires_grad

import pytest
import torch
from torch import nn

from engine.models.cells import make_cell


@pytest.mark.parametrize(("kind", "reference"), [("lstm", nn.LSTMCell), ("gru", nn.GRUCell)])
def test_a_step_equals_the_library(kind, reference):
    torch.manual_seed(0)
    cell, other = make_cell(kind, 3, 5), reference(3, 5)
    with torch.no_grad():
        other.weight_ih.copy_(cell.input.weight)
        other.bias_ih.copy_(cell.input.bias)
        other.weight_hh.copy_(cell.hidden.weight)
        other.bias_hh.copy_(torch.zeros(1) if cell.hidden.bias is None else cell.hidden.bias)
    inputs = torch.randn(4, 3)
    before = tuple(torch.randn(4, 5) for _ in range(cell.states))
    expected = other(inputs, before) if kind == "lstm" else (other(inputs, before[0]),)
    for ours, theirs in zip(cell(cell.input(inputs), before), expected, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="elman"):
        make_cell("elman", 3, 5)

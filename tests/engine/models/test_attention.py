import math

import pytest
import torch

from engine.models.attention import AdditiveAttention, MultiplicativeAttention, attend, make_attention


def weigh(module, **weights):
    with torch.no_grad():
        for name, value in weights.items():
            module.get_parameter(name).copy_(torch.tensor(value))
    return module


def test_additive_scores_worked_by_hand():
    attention = weigh(
        AdditiveAttention(2, 1),
        **{
            "query.weight": [[1.0, 0.0], [0.0, 2.0]],
            "key.weight": [[1.0], [-1.0]],
            "key.bias": [0.0, 0.5],
            "energy.weight": [[2.0, 3.0]],
        },
    )
    memory = torch.tensor([[[1.0], [2.0]]])
    query = torch.tensor([[0.5, 0.25]])
    # W q = (0.5, 0.5); U m + b = (1, -0.5) and (2, -1.5)
    expected = [2 * math.tanh(1.5) + 3 * math.tanh(0.0), 2 * math.tanh(2.5) + 3 * math.tanh(-1.0)]
    scores = attention.scores(query, attention.keys(memory))
    torch.testing.assert_close(scores, torch.tensor([expected]))


def test_multiplicative_scores_worked_by_hand():
    attention = weigh(MultiplicativeAttention(2, 3), **{"key.weight": [[1.0, 0.0, 2.0], [0.0, -1.0, 0.0]]})
    memory = torch.tensor([[[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]])
    # W m = (7, -2) and (0, -1); q = (1, 3)
    scores = attention.scores(torch.tensor([[1.0, 3.0]]), attention.keys(memory))
    torch.testing.assert_close(scores, torch.tensor([[1.0, -3.0]]))


def test_context_is_the_mean_by_softmax_and_padding_gets_nothing():
    memory = torch.tensor([[[1.0, 0.0], [0.0, 4.0], [9.0, 9.0]]])
    padding = torch.tensor([[0.0, 0.0, -math.inf]])
    context, weights = attend(torch.tensor([[math.log(3.0), 0.0, 50.0]]), padding, memory)
    torch.testing.assert_close(weights, torch.tensor([[0.75, 0.25, 0.0]]))
    torch.testing.assert_close(context, torch.tensor([[0.75, 1.0]]))


@pytest.mark.parametrize("kind", ["additive", "multiplicative"])
def test_each_row_is_scored_by_itself(kind):
    torch.manual_seed(0)
    attention = make_attention(kind, 4, 6)
    queries, memory = torch.randn(3, 4), torch.randn(3, 5, 6)
    together = attention.scores(queries, attention.keys(memory))
    apart = [attention.scores(queries[row : row + 1], attention.keys(memory[row : row + 1])) for row in range(3)]
    torch.testing.assert_close(together, torch.cat(apart))


def test_none_is_none_and_others_are_refused():
    assert make_attention("none", 4, 6) is None
    with pytest.raises(ValueError, match="dot"):
        make_attention("dot", 4, 6)

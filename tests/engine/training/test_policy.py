import pytest
import torch

from engine.models.recurrent import RecurrentLM
from engine.training.policy import Alphabet, Policy

END, PAD = 1, 0
ENDING = Alphabet(END, END, PAD)


def policy(alphabet=ENDING, size=11, seed=1):
    torch.manual_seed(seed)
    return Policy(RecurrentLM(size, 6, 6), alphabet)


def test_words_are_drawn_as_often_as_the_model_says():
    made = policy(Alphabet(0))
    for temperature in (1.0, 0.5):
        drawn = made.sample(40_000, 1, torch.Generator().manual_seed(2), temperature)
        hidden, _ = made.model.hidden(torch.zeros(1, 1, dtype=torch.int64))
        weight, bias = made.model.head()
        expected = ((hidden[0, 0] @ weight.t() + bias) / temperature).softmax(dim=0)
        shares = torch.bincount(drawn[:, 0], minlength=11) / len(drawn)
        assert torch.allclose(shares, expected, atol=0.01)


def test_later_words_follow_the_words_drawn_before():
    made = policy(Alphabet(0), size=5)
    drawn = made.sample(40_000, 2, torch.Generator().manual_seed(2))
    hidden, _ = made.model.hidden(torch.tensor([[0, 3]]))
    weight, bias = made.model.head()
    expected = (hidden[0, 1] @ weight.t() + bias).softmax(dim=0)
    after = drawn[drawn[:, 0] == 3, 1]
    assert torch.allclose(torch.bincount(after, minlength=5) / len(after), expected, atol=0.02)


def test_after_its_end_a_text_is_padding():
    drawn = policy().sample(500, 12, torch.Generator().manual_seed(3))
    ended = drawn[(drawn == END).any(dim=1)]
    assert len(ended) > 50
    for row in ended.tolist():
        assert set(row[row.index(END) + 1 :]) <= {PAD}


def test_what_follows_the_end_counts_nothing():
    made = policy()
    short = torch.tensor([[4, 5, END]])
    long = torch.tensor([[4, 5, END, PAD, PAD]])
    assert made.mask(long).tolist() == [[True, True, True, False, False]]
    assert made.loss(long).item() == pytest.approx(made.loss(short).item(), rel=1e-5)


def test_the_loss_is_the_likelihood():
    made = policy()
    ids = torch.tensor([[4, 5, 6, END], [7, END, PAD, PAD]])
    assert made.loss(ids).item() == pytest.approx(-made.log_probabilities(ids).sum().item(), rel=1e-4)
    weights = torch.full((2, 4), 3.0)
    assert made.loss(ids, weights).item() == pytest.approx(3 * made.loss(ids).item(), rel=1e-4)


def test_the_same_seed_draws_the_same():
    made = policy()
    first, again, other = (made.sample(20, 8, torch.Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)

import pytest
import torch

from engine.models.recurrent import RecurrentLM
from engine.training.policy import Alphabet, Policy
from engine.training.rollouts import rollout_rewards


def policy(bias, alphabet=None):
    """Return a policy that draws by `bias` alone, whatever it has read."""
    model = RecurrentLM(len(bias), 2, 2)
    with torch.no_grad():
        model.output.weight.zero_()
        model.output.bias.copy_(torch.tensor(bias))
    return Policy(model, alphabet or Alphabet(0))


def share_of_ones(texts):
    return (texts == 1).float().mean(dim=1)


def test_a_word_is_worth_what_can_still_come():
    """The policy always goes on with 1: after a 0 two of three words can be 1, after two 0s one, then none."""
    random = torch.Generator().manual_seed(1)
    rewards = rollout_rewards(policy([-50.0, 50.0]), share_of_ones, torch.tensor([[0, 0, 0], [1, 0, 1]]), 4, random)
    assert torch.allclose(rewards, torch.tensor([[2, 1, 0], [3, 2, 2]]) / 3, atol=1e-6)


def test_rollouts_are_a_fair_mean():
    """The policy tosses a coin: each word to come is worth half."""
    random = torch.Generator().manual_seed(1)
    rewards = rollout_rewards(policy([0.0, 0.0]), share_of_ones, torch.tensor([[0, 1, 0]]), 4000, random)
    assert rewards[0].tolist() == pytest.approx([1 / 3, 1.5 / 3, 1 / 3], abs=0.01)


def test_a_text_that_has_ended_stays_as_it_is():
    """2 ends a text: what the policy would go on with is never written."""
    seen = []

    def score(texts):
        seen.extend(texts.tolist())
        return share_of_ones(texts)

    ends = policy([-50.0, 50.0, -50.0, -50.0], Alphabet(2, 2, 3))
    rewards = rollout_rewards(ends, score, torch.tensor([[1, 2, 3, 3]]), 2, torch.Generator().manual_seed(1))
    assert rewards[0].tolist() == [1.0, 0.25, 0.25, 0.25]
    assert {tuple(text) for text in seen} == {(1, 1, 1, 1), (1, 2, 3, 3)}


def test_texts_keep_their_beginnings_and_policies_their_state():
    """What was read before must count: drawn texts are as likely as if the policy had written them itself."""
    torch.manual_seed(4)
    made = Policy(RecurrentLM(5, 6, 6), Alphabet(0))
    with torch.no_grad():
        made.model.output.weight.mul_(6)
    ids = torch.tensor([[3, 1, 2, 4]])
    kept = []
    rollout_rewards(made, lambda texts: (kept.append(texts), texts[:, 0].float())[1], ids, 5000, torch.Generator())
    texts = kept[0][:-1].view(3, 5000, 4)
    for group in range(3):
        assert torch.equal(texts[group, :, : group + 1], ids[:, : group + 1].expand(5000, -1))
    hidden, _ = made.model.hidden(torch.tensor([[0, 3, 1]]))
    weight, bias = made.model.head()
    expected = (hidden[0, 2] @ weight.t() + bias).softmax(dim=0)
    shares = torch.bincount(texts[1, :, 2], minlength=5) / 5000
    assert torch.allclose(shares, expected, atol=0.03)

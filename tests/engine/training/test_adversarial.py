from dataclasses import replace

import torch
from torch import nn

from engine.card import ModelCard
from engine.checkpoint import END_ID, PAD_ID
from engine.device import choose_device
from engine.events import TrainingReport
from engine.generate import generate
from engine.models.discriminator import Discriminator, DiscriminatorSettings
from engine.models.loaded import load_model
from engine.models.recurrent import RecurrentLM
from engine.params import SamplingParams
from engine.training.adversarial import AdversarialSettings, follow, policy_loss, train_adversarially
from engine.training.objectives.recurrent import RecurrentObjective
from engine.training.policy import Alphabet, Policy
from engine.training.recipe import ModelSettings
from tests.engine.tiny_loaded import value_of
from tests.engine.tiny_models import byte_level

SIZE, LENGTH = 8, 6
SETTINGS = AdversarialSettings(
    length=LENGTH,
    batch=32,
    likelihood_epochs=3,
    warmups=4,
    rounds=30,
    rollouts=4,
    lessons=1,
    lesson_epochs=1,
    lesson_batch=64,
    lesson_rate=5e-3,
    report_every=1,
)
SHORT = replace(SETTINGS, likelihood_epochs=2, warmups=1, rounds=2)


def ordered_texts(count):
    """Return texts in which each word is followed by the next higher."""
    first = torch.randint(0, SIZE, (count, 1), generator=torch.Generator().manual_seed(1))
    return (first + torch.arange(LENGTH)) % SIZE


def share_in_order(texts):
    return ((texts[:, :-1] + 1) % SIZE == texts[:, 1:]).float().mean().item()


def made(seed=1):
    torch.manual_seed(seed)
    judge = DiscriminatorSettings(SIZE + 1, embedding=8, windows=(1, 2), filters=(8, 32), pad_id=SIZE)
    return Policy(RecurrentLM(SIZE, 12, 12), Alphabet(0)), Discriminator(judge)


def run(settings=SETTINGS, seed=1, measure=None):
    policy, judge = made()
    reports = list(train_adversarially(policy, judge, ordered_texts(128), settings, seed, measure))
    return policy, judge, [report for report in reports if isinstance(report, TrainingReport)]


def test_a_rewarded_word_becomes_likelier():
    policy, _ = made()
    ids = torch.tensor([[1], [2], [3], [4]])
    before = policy.log_probabilities(ids)
    optimizer = torch.optim.SGD(policy.model.parameters(), lr=0.5)
    policy_loss(policy, ids, torch.tensor([[0.0], [1.0], [0.0], [0.0]])).backward()
    optimizer.step()
    change = (policy.log_probabilities(ids) - before)[:, 0]
    assert change[1] > 0
    assert change[1] == change.max()


def test_the_gradient_is_reinforce_with_a_baseline():
    policy, _ = made()
    ids = torch.randint(0, SIZE, (5, LENGTH), generator=torch.Generator().manual_seed(2))
    rewards = torch.rand(5, LENGTH, generator=torch.Generator().manual_seed(3))
    hidden, _ = policy.model.hidden(policy.inputs(ids))
    weight, bias = policy.model.head()
    chosen = (hidden @ weight.t() + bias).log_softmax(dim=2).gather(2, ids[..., None])[..., 0]
    weights = list(policy.model.parameters())
    expected = torch.autograd.grad(-((rewards - rewards.mean(dim=0)) * chosen).sum() / 5, weights)
    found = torch.autograd.grad(policy_loss(policy, ids, rewards), weights)
    for one, other in zip(found, expected, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_equal_rewards_teach_nothing_with_a_baseline():
    policy, _ = made()
    ids = torch.randint(0, SIZE, (5, LENGTH), generator=torch.Generator().manual_seed(2))
    policy_loss(policy, ids, torch.full((5, LENGTH), 0.7)).backward()
    assert max(float(weight.grad.abs().max()) for weight in policy.model.parameters()) < 1e-6


def test_the_rollout_policy_follows_at_its_rate():
    behind, ahead = nn.Linear(2, 2), nn.Linear(2, 2)
    expected = 0.8 * behind.weight + 0.2 * ahead.weight
    follow(behind, ahead, 0.8)
    assert torch.allclose(behind.weight, expected)


def test_rounds_bring_the_texts_nearer_to_what_they_should_be():
    def measure(policy):
        return {"order": share_in_order(policy.sample(500, LENGTH, torch.Generator().manual_seed(9)))}

    _, _, reports = run(measure=measure)
    likelihood = [report.parts["order"] for report in reports if report.parts["phase"] == 0]
    rounds = [report.parts["order"] for report in reports if report.parts["phase"] == 2]
    assert sum(rounds[-5:]) / 5 > likelihood[-1] + 0.1


def test_reports_tell_the_phases_in_order():
    _, _, reports = run(SHORT)
    assert [report.parts["phase"] for report in reports] == [0.0, 0.0, 1.0, 2.0, 2.0]
    assert [report.step for report in reports] == [1, 2, 3, 4, 5]
    assert reports[1].loss < reports[0].loss
    assert all(0 <= report.parts["reward"] <= 1 for report in reports[3:])


def test_the_same_seed_gives_the_same_weights():
    first, again, other = (run(SHORT, seed)[0].model.state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_no_part_stays_untrained():
    policy, judge = made()
    before = [weight.clone() for module in (policy.model, judge) for weight in module.parameters()]
    list(train_adversarially(policy, judge, ordered_texts(64), SHORT, 1))
    after = [weight for module in (policy.model, judge) for weight in module.parameters()]
    assert all(not torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_closing_stops_at_once():
    policy, judge = made()
    running = train_adversarially(policy, judge, ordered_texts(64), SETTINGS, 1)
    next(running)
    weights = [weight.clone() for weight in policy.model.parameters()]
    running.close()
    assert all(torch.equal(old, new) for old, new in zip(weights, policy.model.parameters(), strict=True))


def test_a_trained_generator_writes_through_the_one_search(tmp_path):
    tokenizer = byte_level(300)
    settings = ModelSettings("recurrent", hidden=8, embedding=8, layers=1)
    objective = RecurrentObjective(settings, tokenizer.get_vocab_size())
    policy = Policy(objective.module, Alphabet(END_ID, END_ID, PAD_ID))
    judge = Discriminator(DiscriminatorSettings(tokenizer.get_vocab_size(), embedding=4, windows=(2,), filters=(4,)))
    texts = torch.tensor([[50, 51, 52, END_ID]] * 16)
    short = AdversarialSettings(length=4, batch=8, likelihood_epochs=60, warmups=1, rounds=1, lessons=1, rollouts=2)
    list(train_adversarially(policy, judge, texts, short, 1))
    objective.save(tmp_path / "gan", tokenizer, ModelCard("GAN", ("write",)))
    model = value_of(load_model(tmp_path / "gan", choose_device("cpu")))
    written = generate(model, [], SamplingParams(temperature=0.0, max_new_tokens=5))
    assert written == [tokenizer.decode([50, 51, 52])]

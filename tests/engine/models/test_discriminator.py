import pytest
import torch
from torch import nn

from engine.card import ModelCard
from engine.checkpoint import PAD_ID
from engine.errors import ModelError
from engine.models.discriminator import Discriminator, DiscriminatorSettings, load, pad_ids
from tests.engine.tiny_models import byte_level, tiny_causal

SETTINGS = DiscriminatorSettings(12, embedding=4, windows=(1, 2, 3), filters=(4, 8, 4))


def model(settings=SETTINGS, seed=1):
    torch.manual_seed(seed)
    return Discriminator(settings).eval()


def test_padding_changes_nothing():
    made = model()
    alone = made(torch.tensor([[3, 4, 5]]))
    padded = made(torch.tensor([[3, 4, 5, PAD_ID, PAD_ID], [6, 7, 8, 9, 10]]))
    assert torch.allclose(padded[:1], alone, atol=1e-6)


def test_a_text_shorter_than_the_widest_window_is_scored():
    assert 0 < model().probabilities(torch.tensor([[3]])).item() < 1


def test_the_order_of_words_counts():
    scores = model().probabilities(torch.tensor([[3, 4, 5], [5, 4, 3]]))
    assert scores[0] != scores[1]


def test_every_parameter_gets_a_gradient():
    made = model()
    ids = torch.randint(1, 12, (64, 6), generator=torch.Generator().manual_seed(2))
    (nn.functional.softplus(made(ids)).sum() + made.penalty()).backward()
    for name, weight in made.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name
    assert made.embedding.weight.grad[PAD_ID].abs().sum() == 0  # padding is no word to learn


def test_the_penalty_is_half_the_squares_of_the_output_layer():
    made = model(DiscriminatorSettings(12, windows=(1,), filters=(2,), l2=0.2))
    with torch.no_grad():
        made.output.weight.copy_(torch.tensor([[1.0, 2.0]]))
        made.output.bias.fill_(3.0)
    assert made.penalty().item() == pytest.approx(0.1 * (1 + 4 + 9))


def test_it_learns_to_tell_two_sources_apart():
    """In one source each word is followed by the next higher, in the other by any."""
    random = torch.Generator().manual_seed(3)
    first = torch.randint(1, 12, (400, 1), generator=random)
    ordered = (first - 1 + torch.arange(6)) % 11 + 1
    texts = torch.cat((ordered, torch.randint(1, 12, (400, 6), generator=random)))
    human = torch.cat((torch.ones(400), torch.zeros(400)))
    held_out = torch.arange(800) % 4 == 0
    made = model().train()
    optimizer = torch.optim.Adam(made.parameters(), lr=0.02)
    for _ in range(30):
        loss = nn.functional.binary_cross_entropy_with_logits(made(texts[~held_out]), human[~held_out])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    right = (made.probabilities(texts[held_out]) > 0.5) == (human[held_out] > 0.5)
    assert right.float().mean() > 0.95
    assert made.training  # scoring leaves it as it was


def test_saved_and_loaded_it_scores_the_same(tmp_path):
    made = model()
    made.save(tmp_path / "judge", byte_level(300), ModelCard("Judge", ()), {"pairs": 7.0})
    loaded, measured = load(tmp_path / "judge", torch.device("cpu"))
    ids = torch.tensor([[3, 4, 5, 6]])
    assert torch.equal(loaded.probabilities(ids), made.probabilities(ids))
    assert measured == {"pairs": 7.0}


def test_another_kind_of_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="discriminator"):
        load(tiny_causal(tmp_path / "llama", "llama"), torch.device("cpu"))


def test_windows_and_filters_must_pair_up():
    with pytest.raises(ValueError, match="pair up"):
        DiscriminatorSettings(10, windows=(1, 2), filters=(3,))


def test_padding_keeps_the_ends_of_texts():
    assert pad_ids([[1, 2, 3], [4]], 0, 2).tolist() == [[2, 3], [4, 0]]

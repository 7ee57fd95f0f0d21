import pytest
import torch

from engine.models.encoder import BidirectionalEncoder


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2])
def test_padding_changes_nothing(cell, layers):
    torch.manual_seed(0)
    encoder = BidirectionalEncoder(cell, 4, 3, layers, 0.0)
    long, short = torch.randn(1, 6, 4), torch.randn(1, 3, 4)
    padded = torch.cat((short, torch.full((1, 3, 4), 100.0)), dim=1)
    mask = torch.tensor([[True] * 6, [True] * 3 + [False] * 3])
    memory, ends = encoder(torch.cat((long, padded)), mask)
    for row, alone in enumerate((long, short)):
        own_memory, own_ends = encoder(alone, torch.ones(1, alone.shape[1], dtype=torch.bool))
        torch.testing.assert_close(memory[row, : alone.shape[1]], own_memory[0])
        torch.testing.assert_close(ends[row], own_ends[0])


def test_ends_are_what_each_direction_knew_at_its_last_word():
    torch.manual_seed(0)
    encoder = BidirectionalEncoder("gru", 4, 3, 1, 0.0)
    memory, ends = encoder(torch.randn(1, 5, 4), torch.ones(1, 5, dtype=torch.bool))
    torch.testing.assert_close(ends[0, :3], memory[0, -1, :3])
    torch.testing.assert_close(ends[0, 3:], memory[0, 0, 3:])

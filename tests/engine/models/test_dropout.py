import pytest
import torch

from engine.models.dropout import Dropout, dropout


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_dropout_drops_its_share_and_keeps_the_mean(share):
    torch.manual_seed(0)
    ones = torch.ones(501, 399)
    dropped = dropout(ones, share)
    assert float((dropped == 0).float().mean()) == pytest.approx(share, abs=0.006)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.01)
    byte_by_byte = (dropped == 0).flatten()[: 8 * 24000].view(-1, 8).float().mean(dim=0)
    assert byte_by_byte.sub(share).abs().max() < 0.02
    assert dropout(ones, 0.0) is ones


def test_only_training_drops():
    module, ones = Dropout(0.5), torch.ones(9, 7)
    assert not torch.equal(module.train()(ones), ones)
    assert torch.equal(module.eval()(ones), ones)

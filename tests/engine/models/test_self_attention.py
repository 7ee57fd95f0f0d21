import pytest
import torch

from engine.models.self_attention import attend, attend_biased, attend_coarsely, attend_once, visible_positions

ROWS, WIDTH = 2, 16


def by_definition(queries, keys, values, mask):
    """Softmax of scaled scalar products, position by position and head by head (Vaswani et al. 2017, equation 1)."""
    found = torch.zeros_like(queries)
    count, length = queries.shape[2], keys.shape[2]
    shared = queries.shape[1] // keys.shape[1]
    for row, head, place in torch.cartesian_prod(*map(torch.arange, queries.shape[:3])).tolist():
        seen = [other for other in range(length - count + place + 1) if mask is None or mask[row, other]]
        if not seen:
            continue  # padding, of which nobody asks
        weights = (keys[row, head // shared, seen] @ queries[row, head, place] / WIDTH**0.5).softmax(dim=0)
        found[row, head, place] = weights @ values[row, head // shared, seen]
    return found


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("length", [5, 12])
@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize(("function", "tolerance"), [(attend, 1e-5), (attend_coarsely, 0.03)])
def test_equals_its_definition(function, tolerance, groups, length, padded):
    generator = torch.Generator().manual_seed(length)
    queries = torch.randn((ROWS, 2 * groups, 5, WIDTH), generator=generator)
    keys, values = torch.randn((2, ROWS, 2, length, WIDTH), generator=generator)
    mask = None
    if padded:
        mask = torch.ones((ROWS, length), dtype=torch.bool)
        mask[1, :3] = False
    visible = visible_positions(mask, 5, length, torch.device("cpu"))
    found = function(queries, keys, values, visible)
    assert found.isfinite().all()
    expected = by_definition(queries, keys, values, mask)
    real = expected.abs().sum(dim=3) > 0
    torch.testing.assert_close(found.float()[real], expected[real], atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("count", [1, 4])
def test_few_positions_look_no_further_than_themselves(count, groups, rows):
    generator = torch.Generator().manual_seed(count)
    queries = torch.randn((rows, 2 * groups, count, WIDTH), generator=generator)
    keys, values = torch.randn((2, rows, 2, 12, WIDTH), generator=generator)
    known = 7  # what stands further on is not to be seen
    places = torch.arange(known, known + count)
    bias = torch.zeros((count, 12)).masked_fill(torch.arange(12) > places[:, None], -torch.inf)
    expected = by_definition(queries, keys[:, :, : known + count], values[:, :, : known + count], None)
    torch.testing.assert_close(attend_biased(queries, keys, values, bias), expected, atol=1e-5, rtol=1e-5)
    if count == 1:
        found = attend_once(queries, keys[:, :, : known + 1], values[:, :, : known + 1], None)
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)

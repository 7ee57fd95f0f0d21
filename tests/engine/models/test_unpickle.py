import torch

from engine.models.unpickle import separate


def test_of_tied_matrices_the_first_is_kept_and_nothing_shares_memory():
    matrix, vector = torch.arange(12.0).view(3, 4), torch.arange(3.0)
    tensors = {
        "shared": matrix,
        "embed_tokens": matrix,
        "turned": matrix.t(),
        "first rows": matrix[:2],
        "equal": matrix.clone(),
        "bias": vector,
        "head.bias": vector,
        "nothing": torch.empty(0, 4),
        "nothing either": torch.empty(0, 4),
    }
    found = separate(tensors)
    assert tensors.keys() - found.keys() == {"embed_tokens"}
    assert all(torch.equal(found[name], tensors[name]) for name in found)
    places = [tensor.data_ptr() for tensor in found.values() if tensor.numel()]
    assert len(set(places)) == len(places)
    assert all(tensor.is_contiguous() for tensor in found.values())

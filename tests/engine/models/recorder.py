"""What stands in for a CUDA graph where there is no GPU, and steps to record."""

import torch
from torch.utils._python_dispatch import TorchDispatchMode

# Their results are numbers of Python, or tensors as long as what they find: a GPU would have to be waited for.
WAITING = ("_local_scalar_dense", "nonzero", "equal", "_unique2", "unique_dim", "unique_consecutive", "masked_select")


class Capturable(TorchDispatchMode):
    """Refuse what a graph could not record."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        assert name not in WAITING, f"{name} cannot be recorded"
        return func(*args, **(kwargs or {}))


class Recorder:
    """Run again what it was given, and count: what a graph does, without a GPU. Its result stays where it is."""

    def __init__(self):
        self.recorded = self.replayed = 0

    def __call__(self, run):
        self.recorded += 1
        with Capturable():
            found = run()

        def replay():
            self.replayed += 1
            with Capturable():
                again = run()
            for kept, fresh in zip(found, again, strict=True):
                kept.copy_(fresh)
            return found

        return replay


def stepped(decoder, state, ids):
    """Read `ids` (B, T) one after the other; return the logits after each, (T, B, V)."""
    return torch.stack([decoder.step(ids[:, place], state)[0] for place in range(ids.shape[1])])

"""One text read in parts, as decoders of every family are."""

import torch

from engine.models.pretrained import PretrainedSeq2Seq


def read(decoder, rows):
    ids = torch.randint(10, 300, (rows, 12), generator=torch.Generator().manual_seed(1)).to(decoder.device)
    if isinstance(decoder, PretrainedSeq2Seq):
        state = decoder.encode(ids, torch.ones_like(ids, dtype=torch.bool))
    else:
        state = decoder.new_state(rows)
    _, state = decoder.prefill(ids[:, :7], state)
    state.rewind(2)
    state.select(torch.arange(rows, device=decoder.device).flip(0))
    logits, state = decoder.step(ids[:, 5].flip(0), state)
    return logits.cpu()

"""The public oracle LSTM of SeqGAN (Yu et al. 2017, section 4): it makes the data and judges what learnt from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.models.recurrent import RecurrentLM
from engine.training.policy import Alphabet, Policy

START = 0  # what the oracle reads before every text; also a word like any other
VOCABULARY, LENGTH = 5000, 20
_GATES = ("i", "f", "c", "og")  # in torch's order: input, forget, cell, output
_BLOCK = 1000


def read_oracle(path: Path) -> Policy:
    """Return the oracle whose 15 arrays `path` holds, named after the equations of the LSTM."""
    arrays = np.load(path)
    model = RecurrentLM(VOCABULARY)
    weights = {
        "embedding.weight": arrays["embeddings"],
        "rnn.weight_ih_l0": np.concatenate([arrays[f"W{gate}"].T for gate in _GATES]),
        "rnn.weight_hh_l0": np.concatenate([arrays[f"U{gate}"].T for gate in _GATES]),
        "rnn.bias_ih_l0": np.concatenate([arrays[f"b{gate}"] for gate in _GATES]),
        "rnn.bias_hh_l0": np.zeros(4 * 32, dtype=np.float32),
        "output.weight": arrays["Wo"].T,
        "output.bias": arrays["bo"],
    }
    model.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    return Policy(model, Alphabet(START))


@torch.inference_mode()
def nats_per_word(oracle: Policy, texts: Tensor) -> float:
    """Return the mean negative log-likelihood of `texts` (N, T) by the oracle."""
    total = sum(float(-oracle.log_probabilities(block).sum()) for block in texts.split(_BLOCK))
    return total / texts.numel()

"""Training computes with one thread that nobody changes, as in a process of its own."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    # A session of an earlier test has this process choose anew while it writes: sums would be rounded otherwise.
    monkeypatch.setattr("engine.threads._chooser", None)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)

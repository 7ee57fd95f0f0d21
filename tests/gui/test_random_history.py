import os

import pytest

from benchmarks.random_history import RandomHistory


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits_kills_and_saves_agree_with_a_string(open_window, tmp_path, monkeypatch, seed):
    monkeypatch.setenv("XDG_DATA_HOME", os.environ["XDG_DATA_HOME"])  # put back afterwards
    history = RandomHistory(tmp_path, open_window, seed)
    history.run(70)
    assert history.lives >= 1

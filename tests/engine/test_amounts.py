import pytest

from engine.amounts import duration_words, size_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 kB"),
        (999_400, "999 kB"),
        (1_500_000, "1.5 MB"),
        (269e6, "269 MB"),
        (999.6e6, "1.0 GB"),
        (3.42e9, "3.4 GB"),
    ],
)
def test_sizes(count, words):
    assert size_words(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (3590, "1 h"), (4800, "1 h 20 min")]
)
def test_durations(seconds, words):
    assert duration_words(seconds) == words

from engine.reading import Reading, window
from tests.engine.tiny_loaded import tiny


class Counting:
    """A tokenizer that counts the characters it is given."""

    def __init__(self):
        self.characters = 0
        self.encode_one = tiny("llama").tokenizer.encode

    def encode(self, text):
        self.characters += len(text)
        return self.encode_one(text)


TEXT = "The old king walked down to the sea every morning of his life. " * 300


def test_only_the_last_block_is_encoded_again():
    tokenizer = Counting()
    reading = Reading(tokenizer)
    reading.encode(TEXT)
    assert tokenizer.characters == len(TEXT)
    tokenizer.characters = 0
    blocks = reading.encode(TEXT + "He sang.")
    assert tokenizer.characters < 4300
    assert [token for block in blocks for token in block] == tokenizer.encode_one(TEXT + "He sang.")


def test_a_text_without_spaces_comes_apart_too():
    blocks = Reading(Counting()).encode("海" * 9000)
    assert len(blocks) == 3


def test_the_window_moves_seldom_and_is_at_least_half_full():
    ids = list(range(1000))
    begins = []
    for length in range(1, 1000):
        shown = window([ids[:length]], 100)
        assert shown == ids[length - len(shown) : length]
        assert min(length, 50) <= len(shown) <= 100
        begins.append(length - len(shown))
    assert sorted(set(begins)) == list(range(0, 950, 50))

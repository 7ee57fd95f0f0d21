import random

from engine.training.duplicates import NearDuplicates, find_duplicates
from tests.engine.tiny_loaded import value_of


def left_out(*texts):
    return sorted(value_of(find_duplicates(texts)))


WORDS = [
    "the",
    "old",
    "king",
    "went",
    "down",
    "to",
    "the",
    "sea",
    "and",
    "saw",
    "a",
    "ship",
    "with",
    "seven",
    "sails",
    "that",
    "came",
    "from",
    "far",
    "away",
]


def text(seed, words=400):
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def test_equal_texts_count_once_whatever_their_case_and_marks():
    assert left_out("The sea.", "A ship!", "the sea", "THE  SEA!", "...") == [2, 3, 4]


def test_a_draft_of_the_same_text_is_a_duplicate_and_another_text_is_not():
    draft = text(1).split()
    draft[200:203] = ["and", "then", "suddenly"]
    assert left_out(text(1), text(2), " ".join(draft)) == [2]


def test_sentences_that_share_half_their_words_are_both_kept():
    assert left_out("A man sits on a bench.", "A man sits on a horse and waits.", "Two dogs run.") == []


def test_a_letter_more_or_less_in_a_long_sentence_is_a_duplicate():
    sentence = "In the evening the old king went down to the sea and saw a ship with seven sails"
    assert left_out(sentence, sentence + "s") == [1]


def test_the_first_of_many_is_kept():
    assert left_out(*[text(3)] * 5) == [1, 2, 3, 4]


def test_texts_that_are_nearly_known_ones_are_found_whatever_their_marks():
    known = NearDuplicates(
        ["The old king went down to the sea.", "Where is the station?", "", "天气今天很好，我们去公园吧。"]
    )
    assert "the OLD king went down to the sea" in known
    assert "The old king went down to the seas." in known
    assert "天气今天很好 我们去公园吧" in known
    assert "The old queen went down to the station." not in known
    assert "Where was he?" not in known
    assert "…" not in known


def test_no_near_duplicate_is_missed_among_many():
    rng = random.Random(3)
    texts = [" ".join(rng.choices(WORDS, k=12)) for _ in range(200)]
    known = NearDuplicates(texts)
    for text in texts:
        changed = text + "s"
        assert changed in known
    assert sum(" ".join(rng.choices(WORDS, k=12)) in known for _ in range(200)) == 0

import pytest
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from benchmarks.reproduction.diversity import bleu, self_bleu

TEXTS = [
    ["a", "man", "rides", "a", "wave", "on", "a", "board", "."],
    ["a", "man", "rides", "a", "horse", "."],
    ["two", "dogs", "play", "in", "the", "park", "."],
    ["a", "a", "a", "man"],
    ["dogs"],
]
REFERENCES = [["a", "man", "on", "a", "wave", "."], ["two", "dogs", "in", "a", "park", "."], ["the", "park", "."]]


def nltk(text, references, size):
    return sentence_bleu(references, text, (1 / size,) * size, smoothing_function=SmoothingFunction().method1)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_both_equal_nltk(size):
    quality = sum(nltk(text, REFERENCES, size) for text in TEXTS) / len(TEXTS)
    assert bleu(TEXTS, REFERENCES, (size,)) == [pytest.approx(quality)]
    others = [TEXTS[:number] + TEXTS[number + 1 :] for number in range(len(TEXTS))]
    sameness = sum(nltk(text, other, size) for text, other in zip(TEXTS, others, strict=True)) / len(TEXTS)
    assert self_bleu(TEXTS, (size,)) == [pytest.approx(sameness)]


def test_a_text_told_twice_is_not_diverse():
    assert self_bleu([TEXTS[0], TEXTS[0]], (2, 4)) == pytest.approx([1.0, 1.0])

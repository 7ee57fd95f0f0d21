import pytest

from engine.text.edges import fit


@pytest.mark.parametrize(
    ("source", "answer", "target", "expected"),
    [
        ("Heading", "Überschrift.", "de", "Überschrift"),
        ("A sentence.", "Ein Satz.", "de", "Ein Satz."),
        ("the end", "La fin.", "fr", "la fin"),
        ("Well,", "Nun", "de", "Nun,"),
        ("Well,", "好", "zh", "好，"),
        ("the end", "Das Ende", "de", "das Ende"),
        ("end", "Ende", "de", "Ende"),
        ("once", "À lui", "fr", "à lui"),
        ("but I", "I do", "en", "I do"),
        ("and Tom", "Tom und", "fr", "Tom und"),
        ("it", "USA", "fr", "USA"),
        ("The end", "la fin", "fr", "La fin"),
        ("Words", "", "de", "Words"),
        ("Two words", "zwei\nWörter", "de", "Zwei Wörter"),
        ("你好", "Hello.", "en", "Hello"),
        ("你好，他说。", "Hello，he says。", "en", "Hello, he says."),
    ],
)
def test_answer_is_fitted_to_its_source(source, answer, target, expected):
    assert fit(source, answer, target) == expected

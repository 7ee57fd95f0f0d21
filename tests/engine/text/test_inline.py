import pytest

from engine.text.inline import fit, split_inline, translate_sentence
from tests.engine.text.test_markup import finish

GERMAN = {
    "Press the red button.": "Drücke den roten Knopf.",
    "red button": "roten Knopf",
    "Press the": "Drücke den",
    ".": ".",
    "Run X1 before you leave.": "Bevor du gehst, starte X1.",
    "Run X1 twice.": "Starte zweimal.",
    "Run": "Starte",
    "twice.": "zweimal.",
    "I have 7 cats.": "Ich habe sieben Katzen.",
    "In 1984 it rained.": "Im Jahr 1948 regnete es.",
    "It costs 99 euros.": "Das ist teuer.",
    "It costs": "Es kostet",
    "euros.": "Euro.",
}


def german(sentence):
    return finish(translate_sentence(sentence, "en", "de"), GERMAN.__getitem__)


def test_emphasis_finds_its_words_again():
    assert german("Press the **red button**.") == "Drücke den **roten Knopf**."
    assert german("Press the [red button](a.html).") == "Drücke den [roten Knopf](a.html)."


def test_code_moves_with_the_word_order():
    assert german("Run `make test` before you leave.") == "Bevor du gehst, starte `make test`."


def test_code_that_the_model_loses_is_translated_around():
    assert german("Run `make test` twice.") == "Starte `make test` zweimal."


def test_numbers_come_back():
    assert german("I have 7 cats.") == "Ich habe 7 Katzen."
    assert german("In 1984 it rained.") == "Im Jahr 1984 regnete es."
    assert german("It costs 99 euros.") == "Es kostet 99 Euro."


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("`a` b", ["atom", "text"]),
        ("*a* _b_", ["open", "text", "close", "text", "open", "text", "close"]),
        ("snake_case_name 2*3", ["text", "atom", "text"]),
        ("**`a` b**", ["open", "atom", "text", "close"]),
        ("(https://a.b/c).", ["text", "atom", "text"]),
        ("[a](b) [c][d]", ["open", "text", "close", "text", "open", "text", "close"]),
        ('<a href="x">y</a><br>', ["open", "text", "close", "atom"]),
    ],
)
def test_items(sentence, kinds):
    items = split_inline(sentence)
    assert [item.kind for item in items] == kinds
    assert "".join(item.text for item in items) == sentence


@pytest.mark.parametrize(
    ("source", "answer", "target", "expected"),
    [
        ("Heading", "Überschrift.", "de", "Überschrift"),
        ("A sentence.", "Ein Satz.", "de", "Ein Satz."),
        ("the end", "La fin.", "fr", "la fin"),
        ("the end", "Das Ende", "de", "Das Ende"),
        ("The end", "la fin", "fr", "La fin"),
        ("Words", "", "de", "Words"),
        ("Two words", "zwei\nWörter", "de", "Zwei Wörter"),
        ("你好", "Hello.", "en", "Hello"),
    ],
)
def test_answer_is_fitted_to_its_source(source, answer, target, expected):
    assert fit(source, answer, target) == expected

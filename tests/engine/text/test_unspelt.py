import pytest

from engine.text.unspelt import is_picture, mostly_unspelt, unknown_script, unspelt_spans

LETTERS = "。，äöüßéèñç中文今天气很好学生私是你们爱"


def spells(text):
    return all(sign.isascii() or sign in LETTERS for sign in text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("I'm so happy 😀🎉", ["😀🎉"]),
        ("A 👩‍👩‍👧 and 🤷🏽, 🇫🇷, ❤️ and 1️⃣.", ["👩‍👩‍👧", "🤷🏽", "🇫🇷", "❤️", "1️⃣"]),
        ("happy😀now", ["😀"]),
        ("It costs £1,299.99.", ["£1,299.99"]),
        ("½ cup, e = mc² and H₂O", ["½", "mc²", "H₂O"]),
        ("Søren O'Børg-Smith came.", ["Søren O'Børg-Smith"]),
        ("He said привет, мир! and left.", ["привет, мир"]),
        ("Я тебя люблю.", ["Я тебя люблю"]),
        ("私は学生です。", ["私は学生です"]),
        ("我们爱привет", ["привет"]),
        ("Señor ÑU: cafe\u0301", []),  # whose small letters are known, and an accent that stands apart
        ("今天很好", []),
    ],
)
def test_what_cannot_be_spelt_is_found_with_the_word_it_belongs_to(text, spans):
    assert [text[start:end] for start, end in unspelt_spans(text, lambda part: spells(normal(part)))] == spans


def normal(text):
    return text.replace("e\u0301", "é")


def test_other_symbols_are_no_pictures():
    assert all(map(is_picture, "😀✓🏽"))
    assert not any(map(is_picture, "°©$€£+=<>^`"))


def test_scripts_that_are_unknown_are_told_from_rare_signs():
    assert unknown_script("He said привет.", spells)
    assert unknown_script("私は学生です。", spells)
    assert mostly_unspelt("這句話是繁體中文。", spells)
    assert unknown_script("這句話是繁體中文。", spells)
    assert not unknown_script("Søren paid £5 😀.", spells)
    assert not mostly_unspelt("今天天气很好，學生。", spells)
    assert not mostly_unspelt("Plain words.", spells)

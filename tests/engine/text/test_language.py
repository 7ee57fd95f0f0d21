import pytest

from engine.errors import InputError
from engine.text.language import detect_language, translation_languages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The weather is nice today.", "en"),
        ("Das Wetter ist heute schön.", "de"),
        ("Il fait beau aujourd'hui.", "fr"),
        ("Hoy hace buen tiempo.", "es"),
        ("¡No seas absurdo!", "es"),
        ("今天天气很好。", "zh"),
        ("我用 Python 写程序。", "zh"),
        ("WHERE IS THE STATION?", "en"),
        ("He said 你好 to everyone in the big room and then he left.", "en"),
    ],
)
def test_short_sentences_are_recognised(text, code):
    assert detect_language(text) == code


@pytest.mark.parametrize("text", ["", "  \n", "12,345.67 — 99 %", "😀"])
def test_text_without_letters_has_no_language(text):
    assert detect_language(text) == ""
    assert translation_languages(f"1{text}", "", "de") == ("en", "de")


@pytest.mark.parametrize(
    "text", ["Я тебя люблю.", "Σ' αγαπώ, Tom.", "أنا أحبك", "私は学生です。", "東京へ行きます", "나는 학생이다"]
)
def test_other_scripts_are_no_known_language_and_it_is_said(text):
    assert detect_language(text) == ""
    with pytest.raises(InputError, match="none of the languages known here"):
        translation_languages(text, "", "en")
    assert translation_languages(text, "de", "en") == ("de", "en"), "what the writer says is taken"


@pytest.mark.parametrize(
    ("text", "code"), [("He said привет.", "en"), ("日本歌『さくら』很好听，我们都很喜欢这首歌。", "zh")]
)
def test_a_few_foreign_letters_change_nothing(text, code):
    assert detect_language(text) == code


def test_a_word_is_taken_for_a_language_that_the_model_translates_from():
    assert translation_languages("Hello", "", "de", ["en"]) == ("en", "de")
    assert translation_languages("Bonjour", "", "en", ["de", "fr", "es", "zh"]) == ("fr", "en")
    assert translation_languages("你好", "", "en", ["de"]) == ("zh", "en"), "Chinese is never mistaken"
    with pytest.raises(InputError, match="already in English"):
        translation_languages("Thanks", "", "en", ["de"])
    long = "Das Wetter ist heute schön, wir gehen in den Wald."
    assert translation_languages(long, "", "fr", ["en"]) == ("de", "fr"), "which the model then says it does not know"


def test_english_words_by_the_score_are_english_and_a_title_within_a_sentence_is_not_enough():
    story = "The old king took his lamp and went down to the shore with the men, where a boat had come out of the fog."
    assert detect_language(f"{story} They were from the other side, and that was all of it.") == "en"
    titled = (
        "Nell Scovell, eine Autorin des Buches „Just the Funny Parts: And a Few Hard Truths About Sneaking Into the"
    )
    rest = "Hollywood Boys‘ Club“, hat dazu eine ganz andere Theorie, die sie gern und überall erzählt, auch im Garten."
    assert detect_language(f"{titled} {rest}") == "de"

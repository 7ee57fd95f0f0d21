import pytest

from engine.text.language import detect_language


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

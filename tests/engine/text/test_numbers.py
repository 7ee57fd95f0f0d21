import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.numbers import in_english, keep_numbers, said_numbers, split_numbers


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("It costs 1,234.50 euros.", "Es kostet 1.234,50 Euro."),
        ("1,000 men", "1 000 hommes"),
        ("no number", "3 numbers"),
        ("at 10:30", "um 10.30 Uhr"),
    ],
)
def test_numbers_that_are_there_are_left_alone(source, answer):
    assert keep_numbers(source, answer) == answer


@pytest.mark.parametrize(
    ("source", "answer", "language", "expected"),
    [
        ("I have 3 cats", "Ich habe drei Katzen", "de", "Ich habe 3 Katzen"),
        ("2 cats", "两只猫", "zh", "2只猫"),
        ("12 months", "douze mois", "fr", "12 mois"),
        ("in 1984 and 1985", "in 1948 und 1985", "de", "in 1984 und 1985"),
        ("room 101", "Zimmer", "de", None),
        ("room 101", "Zimmer 1 und 2", "de", None),
    ],
)
def test_numbers_are_repaired_or_given_up(source, answer, language, expected):
    assert keep_numbers(source, answer, "en", language) == expected


def test_ten_thousands_are_not_checked():
    assert keep_numbers("3 million people", "300万人", "en", "zh") == "300万人"


@settings(deadline=None)
@given(st.text(st.sampled_from("a1.,2 "), max_size=30))
def test_pieces_restore_the_text(text):
    assert "".join(split_numbers(text)) == text


@settings(deadline=None)
@given(st.text(st.sampled_from("a1.,2 五万"), max_size=20), st.text(st.sampled_from("b13.,2 "), max_size=20))
def test_what_is_returned_has_every_number(source, answer):
    kept = keep_numbers(source, answer, "en", "de")
    assert kept is None or keep_numbers(source, kept, "en", "de") == kept


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Twelve men, 12 more, and 1,000.5", "en", {"12": "12", "10005": "1,000.5"}),
        ("vierzig Tage und drei", "de", {"40": "vierzig", "3": "drei"}),
        ("三百二十一天，两年，一万二千人，十分好，一个", "zh", {"321": "三百二十一", "2": "两", "12000": "一万二千"}),
        ("二〇一九", "zh", {"2019": "二〇一九"}),
    ],
)
def test_numbers_said_in_any_way(text, language, found):
    assert said_numbers(text, language) == found


@pytest.mark.parametrize(
    ("source", "answer", "kept"),
    [
        ("It costs $5.", "Es kostet 5 Dollar.", True),
        ("It costs $5.", "Es kostet $5.", True),
        ("It costs $5.", "Es kostet 5.", False),
        ("About 20 % came.", "Etwa 20 Prozent kamen.", True),
        ("About 20 % came.", "Etwa 20 kamen.", False),
        ("这本书100元。", "This book is 100 meters.", False),
        ("这本书100元。", "This book is 100 yuan.", True),
    ],
)
def test_an_amount_keeps_its_sign_or_has_a_word_for_it(source, answer, kept):
    assert (keep_numbers(source, answer, "", "") == answer) == kept


def test_amounts_stand_apart_with_their_signs():
    assert split_numbers("for £5, 3 € or 20 %, $1,299.99")[1::2] == ["£5", "3 €", "20 %", "$1,299.99"]
    assert split_numbers("2021年1月3日下午5点，100元，3个")[1::2] == ["2021年1月3日", "5点", "100元", "3"]


def test_chinese_amounts_are_said_in_english():
    said = {"2021年1月3日": "3 January 2021", "12月25日": "25 December", "100元": "100 yuan", "5点": "5 o'clock"}
    assert {amount: in_english(amount) for amount in said} == said
    assert in_english("13月1日") == "13月1日"
    assert in_english("`x`") == "`x`"

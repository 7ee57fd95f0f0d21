import pytest

from engine.errors import SettingsError
from engine.languages import LANGUAGES, language_name, parse_language


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("de", "de"),
        ("German", "de"),
        ("Deutsch", "de"),
        ("deu", "de"),
        ("zh-CN", "zh"),
        ("zh_Hans", "zh"),
        ("中文", "zh"),
        (" english ", "en"),
        ("EN-gb", "en"),
        ("français", "fr"),
        ("Español", "es"),
        ("es-419", "es"),
    ],
)
def test_codes_locales_and_names_are_understood(name, code):
    assert parse_language(name) == code


def test_every_language_is_known_by_each_of_its_names():
    for language in LANGUAGES.values():
        assert {parse_language(name) for name in (language.code, language.english, language.native)} == {language.code}


@pytest.mark.parametrize("name", ["Klingon", "", "xx", "e", "-"])
def test_unknown_language_lists_the_known_ones(name):
    with pytest.raises(SettingsError, match=r"Chinese \(zh\)"):
        parse_language(name)


def test_name_of_a_code():
    assert language_name("fr") == "French"
    assert language_name("it") == "it"

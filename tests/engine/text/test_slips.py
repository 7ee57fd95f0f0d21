import pytest

from engine.text.language import detect_language
from engine.text.slips import Fact, Slip, slips


def number(gone, came):
    return Slip(Fact.NUMBER, gone, came)


def name(gone, came=""):
    return Slip(Fact.NAME, gone, came)


def negation(gone, came=""):
    return Slip(Fact.NEGATION, gone, came)


DOGS = [number("dos", "tres"), name("María")]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("They waited 12 days for the boat.", "They waited 21 days for the boat.", [number("12", "21")]),
        ("They waited twelve days for it.", "For 12 days they waited.", []),
        ("It cost 1,000 and then 5 more.", "It cost 1000.", [number("5", "")]),
        ("We saw that Anna was here.", "We saw that she was here.", [name("Anna")]),
        ("We saw Anna Keller here.", "We saw Anna here.", []),
        ("It was Mr Quill who rang.", "It was Mr Hill who rang.", [name("Quill", "Hill")]),
        ("He did not answer the door.", "He answered the door.", [negation("not")]),
        ("He answered the door.", "He never answered the door.", [negation("", "never")]),
        ("Nobody came to the house.", "No guest came to the house.", []),
        ("The house stood by the sea.", "By the sea stood a house.", []),
    ],
)
def test_english(old, new, found):
    assert slips(old, new, detect_language(old)) == found


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Der alte Hund lief über die Straße.", "Über die lange Straße lief ein alter Köter.", []),
        ("Gestern kam Frau Seidel nicht zu uns.", "Gestern kam sie zu uns.", [name("Seidel"), negation("nicht")]),
        ("Wir warteten zwölf lange Tage darauf.", "Wir warteten 12 lange Tage darauf.", []),
        ("Il a vu trente bateaux dans le port.", "Il a vu 13 bateaux dans le port.", [number("trente", "13")]),
        ("Elle n'est pas venue à la maison.", "Elle est venue à la maison.", [negation("ne")]),
        ("No vino nadie a la casa aquel día.", "Nadie vino a la casa aquel día.", []),
        ("Ayer vi que María llegó con dos perros.", "Ayer vi que llegó con tres perros.", DOGS),
        ("他等了十二天，船没有来。", "他等了12天，船来了。", [negation("没")]),
        ("他等了二十一天。", "他等了十二天。", [number("二十一", "十二")]),
        ("昨天王先生来了，我十分高兴。", "昨天他来了，我非常高兴。", [name("王")]),
        ("二〇一九年的冬天很冷。", "2019年的冬天很冷。", []),
    ],
)
def test_other_languages(old, new, found):
    assert slips(old, new, detect_language(old)) == found


def test_a_text_in_no_known_language_still_has_numbers():
    assert slips("1 2 3", "1 2 4", "") == [number("3", "4")]

import pytest

from engine.text.emphasis import Emphasis, put_marks


def marked(plain, inner, answer, translated):
    return put_marks(plain, answer, [Emphasis("*", inner, "*", plain.index(inner))], [translated])


@pytest.mark.parametrize(
    ("inner", "answer", "translated", "expected"),
    [
        ("red", "der rote Hund und der Vogel", "rote", "der *rote* Hund und der Vogel"),
        ("bird", "Vogel und roter Hund", "VOGEL", "*Vogel* und roter Hund"),
        ("the red dog", "ein roter Hund und der Vogel", "der rote Hund Hund", "ein roter *Hund* und der Vogel"),
        ("the red dog", "ein so roter Hund und ein Vogel", "so roter Wolf", "ein *so roter* Hund und ein Vogel"),
        ("bird", "le chien et l'oiseau", "rien", "le chien et *l'oiseau*"),
        ("red", "le chien bird red", "rien", "le chien bird *red*"),
        ("red", "红狗和鸟", "红色的", "红*狗*和鸟"),
        ("red dog", "红狗和鸟", "红狗狗", "*红狗*和鸟"),
    ],
)
def test_marks_find_their_words(inner, answer, translated, expected):
    assert marked("the red dog and the bird", inner, answer, translated) == expected


def test_repeated_words_are_told_apart_by_their_place():
    plain = "a dog is a dog"
    assert put_marks(plain, plain, [Emphasis("*", "dog", "*", 11)], ["dog"]) == "a dog is a *dog*"
    assert put_marks(plain, plain, [Emphasis("*", "dog", "*", 2)], ["dog"]) == "a *dog* is a dog"


def test_two_emphases_may_change_places_but_not_overlap():
    emphases = [Emphasis("*", "red", "*", 0), Emphasis("_", "dog", "_", 4)]
    assert put_marks("red dog", "chien rouge", emphases, ["rouge", "chien"]) == "_chien_ *rouge*"
    assert put_marks("red dog", "Rothund", emphases, ["x", "y"]) is None


def test_words_within_words_are_known():
    assert Emphasis("*", "liev", "*", 5).is_glued("un believ.")
    assert not Emphasis("*", "believ", "*", 3).is_glued("un believ.")
    assert not Emphasis("*", "红", "*", 1).is_glued("大红狗")

import pytest

from engine.cli.odd_inputs import OddInput, faults, odd_inputs
from engine.text.words import count_words

ENGLISH = ["The weather is nice today.", "Where is the station?", "I would like a cup of tea, please."]
GERMAN = ["Das Wetter ist heute schön.", "Wo ist der Bahnhof?", "Ich hätte gern eine Tasse Tee."]


def test_there_are_as_many_as_asked_for_of_every_kind_and_always_the_same():
    made = odd_inputs(ENGLISH, GERMAN, 200)
    assert abs(len(made) - 200) <= 8
    assert {odd.kind for odd in made} == {"word", "name", "number", "capitals", "address", "emoji", "long", "target"}
    assert made == odd_inputs(ENGLISH, GERMAN, 200)
    assert not any("\n" in odd.text for odd in made)
    assert all(count_words(odd.text) >= 200 for odd in made if odd.kind == "long")
    assert all(odd.text in GERMAN for odd in made if odd.kind == "target")


@pytest.mark.parametrize(
    ("kind", "text", "answer", "target", "found"),
    [
        ("word", "weather", "Wetter", "de", []),
        ("word", "weather", " ", "de", ["empty"]),
        ("capitals", "WHERE IS THE STATION NOW?", "WHERE IS THE STATION NOW?", "de", ["copied"]),
        ("long", ENGLISH[0], "Das Wetter, das Wetter, das Wetter ist heute schön.", "de", ["looping"]),
        ("capitals", ENGLISH[0].upper(), "Il fait très beau aujourd'hui à Paris et à Lyon.", "de", ["language"]),
        ("long", ENGLISH[2], "I would like a cup of tea now.", "zh", ["language"]),
        ("number", "12,345", "12.345", "de", ["lost"]),
        ("address", "www.example.com/de/", "www.example.com/de/", "de", []),
        ("name", "Tom Jackson", "Tom Jackson", "zh", []),
        ("name", "José García", "José garage", "de", ["lost"]),
        ("name", "Maria Müller", "Marie Müller", "fr", []),
        ("name", "Ngozi", "无gozi", "zh", ["lost"]),
        ("name", "Tom", "汤姆", "zh", []),
        ("word", "fox", "fox", "zh", ["copied"]),
        ("word", "fox", "fox", "de", []),
        ("emoji", "I am happy 🎉", "Ich bin froh 🎉", "de", []),
        ("emoji", "I am happy 🎉", "Ich bin froh", "de", ["lost"]),
        ("emoji", "I am happy 🎉", "Ich bin froh 🎉👑", "de", ["garbled"]),
        ("capitals", "SO HAPPY!", "SO \ufffd FROH!", "de", ["garbled"]),
        ("target", GERMAN[0], GERMAN[0], "de", []),
        ("target", GERMAN[0], GERMAN[0] + "!", "de", ["altered"]),
    ],
)
def test_what_is_wrong_with_an_answer_is_named(kind, text, answer, target, found):
    assert list(faults(OddInput(kind, text), answer, target)) == found

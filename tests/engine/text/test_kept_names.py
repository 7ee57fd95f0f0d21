import pytest

from engine.text.kept_names import is_name, lost_names, stays_a_name


@pytest.mark.parametrize("text", ["Tom", "José García", "Maria van der Berg", "Zoe O'Brien-Smith"])
def test_given_names_and_what_follows_them_are_names(text):
    assert is_name(text, "en")


def test_letters_of_another_language_make_a_name():
    assert is_name("Jiří", "fr")
    assert is_name("Müller", "en")
    assert not is_name("Müller", "de")
    assert is_name("Ada van der Waals", "es")
    assert not is_name("Müll trennen", "en")


@pytest.mark.parametrize("text", ["", "Hello", "Tom sleeps", "Tom, come!", "TOM", "New York", "12", "Tom A B C D"])
def test_other_texts_are_none(text):
    assert not is_name(text, "en")


def test_capitalised_words_of_which_one_is_not_translated_are_a_name():
    assert stays_a_name("Chen Wei O'Brien", "Chen Teich O'Brien", "de")
    assert stays_a_name("Olga Smith-Jones", "Horch Smith Jones", "de")
    assert not stays_a_name("Chapter One", "Kapitel eins", "de")
    assert not stays_a_name("Wolf", "Wolf", "de")
    assert stays_a_name("Ngozi", "无gozi", "zh")
    assert not stays_a_name("Tom", "汤姆", "zh")
    assert not stays_a_name("I sleep", "I 睡觉", "zh")


@pytest.mark.parametrize(
    ("text", "answer", "target", "lost"),
    [
        ("I met Ahmed Müller.", "Ich traf Ahmed Abfall.", "de", ["Ahmed Müller"]),
        ("I met Mary in France.", "Ich traf Maria in Frankreich.", "de", []),
        ("I saw José García's dog.", "Vi al perro de José Garaje.", "es", ["José García"]),
        ("Dr. Smith met Tom.", "Dr. Smith traf Tom.", "de", []),
        ("Tom sleeps.", "汤姆在睡觉。", "zh", []),
        ("Ahmed Müller sleeps.", "Ahmed garbage 在睡觉。", "zh", ["Ahmed Müller"]),
    ],
)
def test_names_that_an_answer_has_not_kept_are_found(text, answer, target, lost):
    assert lost_names(text, answer, "en", target) == lost


def test_a_given_name_may_become_another_and_german_nouns_are_no_surnames():
    assert lost_names("Tom traf Johannes.", "Tom met John.", "de", "en") == []
    assert lost_names("Tom spielt mit Maria Karten.", "Tom plays cards with Mary.", "de", "en") == []
    assert lost_names("Wo ist Ben?", "Where is the user?", "de", "en") == ["Ben"]

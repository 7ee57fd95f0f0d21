import pytest

from engine.text.negations import negated_clauses, negations


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "He didn't come, not even once. I know nobody.", ["not", "not", "nobody"]),
        ("de", "Er kam nicht. Keiner sah ihn, niemals.", ["nicht", "keiner", "niemals"]),
        ("fr", "Il n'est pas venu. Elle ne dit rien.", ["ne", "pas", "ne", "rien"]),
        ("es", "No vino nadie. Nunca.", ["no", "nadie", "nunca"]),
        ("zh", "他没来。我不知道。别走！", ["没", "不", "别"]),
        ("xx", "not known", []),
    ],
)
def test_words_that_deny(language, text, words):
    assert negations(text, language) == words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Notable nodes: note the north. Not only this, no doubt."),
        ("de", "Nicht nur das. Die Kneipe, Niederlage."),
        ("fr", "Il fit un pas, ses pas sur la neige. Sans doute."),
        ("es", "La noche, el nido. Sin embargo, no solo eso."),
        ("zh", "不过，特别的人差不多。是不是？别人对不起。"),
    ],
)
def test_words_that_only_look_like_it(language, text):
    assert negations(text, language) == []


def test_two_words_in_a_clause_deny_once():
    assert negated_clauses("No vino nadie. Nadie vino, ni hoy.", "es") == 3
    assert negated_clauses("Il n'est pas venu.", "fr") == negated_clauses("Il est venu sans elle.", "fr") == 1
    assert negated_clauses("他没有来，也没有说。", "zh") == 2

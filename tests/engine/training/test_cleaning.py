import lzma

import pytest

from engine.card import ModelCard
from engine.errors import InputError
from engine.training.cleaning import clean_texts
from engine.training.corpus import Texts
from engine.training.recipe import ModelSettings, Recipe, Source
from tests.engine.tiny_loaded import value_of

GOOD = [
    ("The weather is very nice today, is it not?", "Das Wetter ist heute sehr schön, nicht wahr?"),
    ("I would like to have a cup of tea, please.", "Ich hätte gern eine Tasse Tee, bitte."),
    ("She has lived in this house for twenty years.", "Sie wohnt seit zwanzig Jahren in diesem Haus."),
    ("Hi.", "Hallo."),
]
ODD = [
    ("This page has not been translated at all yet.", "This page has not been translated at all yet."),
    ("Yes.", "Ja, das ist ganz richtig, aber es steht so nicht im Text, den ich gelesen habe."),
    ("We have to go now because it is late.", "Wir Wir Wir Wir müssen jetzt gehen."),
    ("", "Leer."),
]


def cleaned(rows, tmp_path, languages=("en", "de"), exclude=()):
    source = Source("pairs.tsv", tags=(">>en<<", ">>de<<"), languages=languages)
    recipe = Recipe("toy", (source,), ModelSettings("marian"), ModelCard("t", ("translate",)), exclude=exclude)
    texts = [Texts(source, rows, [])]
    return value_of(clean_texts(texts, recipe, tmp_path))[0].training


def test_what_does_not_look_like_a_translation_goes(tmp_path):
    assert cleaned(GOOD + ODD, tmp_path) == GOOD
    assert cleaned(GOOD + ODD, tmp_path, languages=()) == GOOD + ODD


def test_chinese_counts_by_its_length_too(tmp_path):
    pairs = [("The weather is nice today.", "今天天气很好。"), ("I am reading a book.", "我在看书。")]
    assert (
        cleaned([*pairs, ("Select the path for the zone.", "Select the path 为 zone of it")], tmp_path, ("en", "zh"))
        == pairs
    )


def test_what_a_test_will_ask_is_not_learnt(tmp_path):
    (tmp_path / "eval").mkdir()
    with lzma.open(tmp_path / "eval" / "test.en-fr.tsv.xz", "wt", encoding="utf-8") as file:
        file.write("The weather is very nice today is it not\tIl fait très beau aujourd'hui, n'est-ce pas ?\n")
    assert cleaned(GOOD, tmp_path, exclude=("eval",)) == GOOD[1:]


def test_missing_test_sets_are_a_sentence(tmp_path):
    with pytest.raises(InputError, match=r"no tables in .*eval"):
        cleaned(GOOD, tmp_path, exclude=("eval",))

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.training.recipe import TokenizerSettings
from engine.training.tokenizers import train_tokenizer

TEXTS = ["The weather is nice today.", "Das Wetter ist heute schön.", "今天天气很好。", "in 1984 and 2024"] * 5
TAGS = [">>de<<", ">>zh<<"]


def tokenizer(kind):
    return train_tokenizer(TEXTS, TokenizerSettings(kind=kind, vocab_size=600), TAGS)


METASPACE, BYTE_LEVEL = tokenizer("metaspace"), tokenizer("byte-level")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="▁<"), max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_text_survives_byte_level_exactly(text):
    assert BYTE_LEVEL.decode(BYTE_LEVEL.encode(text).ids) == text


@pytest.mark.parametrize("text", ["The weather, 鑫 and 🎉!", "Zürich 2024 ist schön", "今天2024年", "a  b"])
def test_metaspace_falls_back_to_bytes(text):
    assert METASPACE.decode(METASPACE.encode(text).ids) == text


def test_digits_stand_alone_so_that_any_number_can_be_copied():
    assert METASPACE.encode("in 1984").tokens[-4:] == ["1", "9", "8", "4"]


@pytest.mark.parametrize("made", [METASPACE, BYTE_LEVEL])
def test_special_ids_are_where_the_models_expect_them(made):
    assert [made.token_to_id(token) for token in ("<pad>", "</s>", "<unk>")] == [0, 1, 2]
    ids = made.encode(">>de<< Hello").ids
    assert ids[0] == made.token_to_id(">>de<<")
    assert "de" not in made.decode(ids)


def test_the_same_texts_give_the_same_vocabulary():
    assert tokenizer("metaspace").to_str() == METASPACE.to_str()

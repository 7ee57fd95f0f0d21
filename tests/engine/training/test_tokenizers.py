import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tokenizer import TextTokenizer
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


WORDS, CHARACTERS, WORD_PIECE = tokenizer("words"), tokenizer("characters"), tokenizer("wordpiece")


@given(st.text(alphabet=sorted(set("".join(TEXTS))), max_size=40))
@settings(max_examples=100, deadline=None)
def test_text_of_known_characters_survives_as_characters(text):
    assert CHARACTERS.decode(CHARACTERS.encode(text).ids) == text
    assert len(CHARACTERS.encode(text).ids) == len(text)


@given(st.lists(st.sampled_from(["The", "weather", "is", "Das", "2024", "nice", "1984"]), max_size=8))
@settings(max_examples=50, deadline=None)
def test_text_of_known_words_survives(words):
    text = " ".join(words)
    assert WORDS.decode(WORDS.encode(text).ids) == text
    assert WORD_PIECE.decode(WORD_PIECE.encode(text).ids) == text


@pytest.mark.parametrize("text", [*TEXTS[:4], "nice  weather.", "today.today"])
def test_spacing_and_marks_survive(text):
    kinds = [CHARACTERS, WORD_PIECE]
    assert all(made.decode(made.encode(text).ids) == text for made in kinds if "<unk>" not in made.encode(text).tokens)
    assert "<unk>" not in CHARACTERS.encode(text).tokens
    if text in TEXTS:
        assert WORDS.decode(WORDS.encode(text).ids) == text


def test_words_are_split_at_marks_but_keep_apostrophes_and_hyphens():
    text = "It's a well-known fact, isn't it?"
    made = train_tokenizer([text], TokenizerSettings(kind="words"))
    assert made.encode(text).tokens == ["▁It's", "▁a", "▁well-known", "▁fact", ",", "▁isn't", "▁it", "?"]


def test_the_most_frequent_words_are_known_in_a_fixed_order():
    text = "a b b c c c d d d d <unk>"
    made = train_tokenizer([text], TokenizerSettings(kind="whitespace", vocab_size=6))
    assert [made.id_to_token(index) for index in range(6)] == ["<pad>", "</s>", "<unk>", "d", "c", "b"]
    assert made.encode("a <unk> b").ids == [2, 2, 5]
    assert made.decode(made.encode("d c b").ids) == "d c b"


def test_rare_words_are_unknown():
    made = train_tokenizer(["one two two"], TokenizerSettings(kind="words", min_count=2))
    assert made.encode("one two").ids == [2, made.token_to_id("▁two")]


def test_word_pieces_put_words_together():
    made = train_tokenizer(
        ["low lower lowest new newer newest"] * 20, TokenizerSettings(kind="wordpiece", vocab_size=60)
    )
    assert "▁lower" in made.encode("lower").tokens or "##er" in made.encode("lower").tokens
    assert made.decode(made.encode("newest low").ids) == "newest low"
    assert made.encode("鑫").ids == [2]


@pytest.mark.parametrize("kind", ["words", "whitespace", "characters", "wordpiece"])
def test_every_kind_loads_as_a_models_tokenizer(kind, tmp_path):
    made = tokenizer(kind)
    made.save(str(tmp_path / "tokenizer.json"))
    config = '{"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "</s>", "unk_token": "<unk>"}'
    (tmp_path / "tokenizer_config.json").write_text(config)
    loaded = TextTokenizer(tmp_path)
    text = "The weather is nice"
    assert loaded.encode(text) == made.encode(text).ids
    assert loaded.decode(loaded.encode(text)) == text

import json

import pytest
import transformers

from engine.errors import ModelError
from engine.hub.pieces import make_tokenizer
from engine.hub.tagged_pieces import SPM, is_tagged, tagged_words
from engine.tokenizer import TextTokenizer
from tests.engine.hub.pieces_files import SPECIAL, m2m_folder, pieces_file
from tests.engine.tagged_models import TAGS

DEEP = '{"tokenizer_class": "M2M100Tokenizer", "x": ' + "[" * 500 + "]" * 500 + "}"  # which Python itself reads
SCORES = {"\u2581the": -2.0, "\u2581sea": -3.0, "\u2581": -4.0, **dict.fromkeys("theasz_CN", -8.0)}


def mbart_folder(folder, others=53):
    size = 4 + len(SCORES) + others
    (folder / SPM).write_bytes(pieces_file(SCORES))
    (folder / "config.json").write_text(json.dumps({"model_type": "mbart", "vocab_size": size}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "MBart50Tokenizer"}))
    return folder


def test_mbart_50_is_numbered_as_by_transformers(tmp_path):
    folder = mbart_folder(tmp_path)
    assert is_tagged(folder)
    make_tokenizer(folder)
    vocabulary = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), *SCORES.items()]  # as SentencePiece counts them
    reference = transformers.MBart50Tokenizer(vocab=vocabulary, src_lang="zh_CN")
    tokenizer = TextTokenizer(folder)
    assert tokenizer.size == len(reference)
    for text in ("the sea", "heat the seas", "queen", ""):
        assert tokenizer.tagged_spans(text, "zh_CN")[0] == reference(text).input_ids
    assert tokenizer.token_id("zh_CN") not in tokenizer.encode("zh_CN"), "a tag in a text is text"
    for tag in [*TAGS["mbart50"].values(), "sl_SI", "<mask>"]:
        assert tokenizer.token_id(tag) == reference.convert_tokens_to_ids(tag)


def test_m2m100_numbers_its_tags_behind_its_vocabulary(tmp_path):
    words, special = tagged_words(m2m_folder(tmp_path, SCORES), list(SCORES))
    assert words[: 4 + len(SCORES)] == [*SPECIAL, *SCORES]
    tags = words[4 + len(SCORES) :]
    assert (len(tags), tags[0], tags[18], tags[-1]) == (100, "__af__", "__en__", "__zu__")
    assert set(TAGS["m2m100"].values()) <= set(tags)
    assert special == [*SPECIAL, *tags]


def test_relatives_that_name_languages_otherwise_are_refused(tmp_path):
    folder = m2m_folder(tmp_path, SCORES)
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "SMALL100Tokenizer"}')
    with pytest.raises(ModelError, match="names languages is not known here"):
        make_tokenizer(folder)
    with pytest.raises(ModelError, match="names languages is not known here"):
        make_tokenizer(mbart_folder(tmp_path, others=26))  # the first mBART


@pytest.mark.parametrize(
    ("name", "text"),
    [("vocab.json", "{"), ("vocab.json", '{"a": 5}'), ("tokenizer_config.json", "[]"), ("tokenizer_config.json", DEEP)],
)
def test_damage_is_a_sentence(name, text, tmp_path):
    folder = m2m_folder(tmp_path, SCORES)
    (folder / name).write_text(text)
    with pytest.raises(ModelError, match="vocabulary of the model"):
        make_tokenizer(folder)


def test_pieces_of_other_models_are_left_alone(tmp_path):
    (tmp_path / SPM).write_bytes(pieces_file(SCORES))
    for kind in ("[]", '"xglm"'):
        (tmp_path / "config.json").write_text(f'{{"model_type": {kind}}}')
        assert not is_tagged(tmp_path)
    make_tokenizer(tmp_path)
    assert not (tmp_path / "tokenizer.json").exists()

import json

import pytest

from engine.paths import assets_dir
from engine.tokenizer import TextTokenizer
from engine.vocabulary import same_vocabulary
from tests.engine.tiny_loaded import tiny_folder
from tests.engine.tiny_models import byte_level, write_tokenizer


def test_it_agrees_with_what_the_tokenizers_say():
    models = [tiny_folder("llama"), tiny_folder("gpt2"), *sorted((assets_dir() / "models").glob("*-en"))]
    for one in models:
        for other in models:
            alike = TextTokenizer(one).vocabulary == TextTokenizer(other).vocabulary
            assert same_vocabulary(one, other) == alike


def test_one_token_with_another_id_is_another_vocabulary(tmp_path):
    write_tokenizer(tmp_path, byte_level(), ends_source=False)
    assert same_vocabulary(tmp_path, tiny_folder("llama"))
    path = tmp_path / "tokenizer.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    words = data["model"]["vocab"]
    words["a"], words["b"] = words["b"], words["a"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert not same_vocabulary(tmp_path, tiny_folder("llama"))


@pytest.mark.parametrize("content", ["", "{}", '{"model": {"vocab": 3}}', "[1]"])
def test_a_damaged_file_is_like_no_other(tmp_path, content):
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    assert not same_vocabulary(tmp_path, tmp_path)
    assert not same_vocabulary(tmp_path / "nowhere", tiny_folder("llama"))

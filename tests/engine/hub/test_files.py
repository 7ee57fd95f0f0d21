import hashlib

import pytest

from engine.errors import ModelError
from engine.hub.files import HubFile, check_file, fetched_files, needed_files, pickled_among

BASE = ("config.json", "tokenizer.json", "tokenizer_config.json")


def names(*paths, size=1):
    return [file.path for file in needed_files([HubFile(path, size) for path in (*BASE, *paths)], "a/b")]


def test_one_file_of_weights_goes_before_shards():
    shards = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json")
    assert names(*shards) == [*BASE, shards[2], shards[0], shards[1]]
    assert names(*shards, "model.safetensors") == [*BASE, "model.safetensors"]


def test_shards_without_an_index_are_no_model():
    with pytest.raises(ModelError, match="not there"):
        names("model-00001-of-00002.safetensors")


def test_pickled_weights_are_fetched_only_where_there_are_no_others():
    def fetched(*paths):
        return [file.path for file in fetched_files([HubFile(path, 1) for path in (*BASE, *paths)], "a/b")]

    shards = ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json")
    assert fetched("pytorch_model.bin", "tf_model.h5") == [*BASE, "pytorch_model.bin"]
    assert fetched(*shards) == [*BASE, shards[2], shards[0], shards[1]]
    assert fetched("pytorch_model.bin", "model.safetensors") == [*BASE, "model.safetensors"]
    assert not pickled_among([HubFile("model.safetensors", 1), HubFile("pytorch_model.bin", 1)])
    with pytest.raises(ModelError, match="format that can run programs"):
        fetched("tf_model.h5")


def test_a_translator_may_bring_pieces_in_place_of_a_tokenizer():
    files = [
        HubFile(path, 1) for path in ("config.json", "model.safetensors", "vocab.json", "source.spm", "target.spm")
    ]
    assert {file.path for file in needed_files(files, "a/b")} == {file.path for file in files}
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        needed_files(files[:3], "a/b")
    assert needed_files([*files[:2], HubFile("sentencepiece.bpe.model", 1)], "a/b")
    two = HubFile("target_vocab.json", 1)
    with pytest.raises(ModelError, match="two vocabularies"):
        needed_files([*files, two], "a/b")
    assert two not in needed_files([*files, two, HubFile("tokenizer.json", 1)], "a/b")


@pytest.mark.parametrize("path", ["../vocab.json", "/etc/vocab.json", "a/vocab.json", "..\\vocab.json", ".vocab.json"])
def test_no_name_leads_out_of_the_folder(path):
    assert path not in names("model.safetensors", path)


def test_files_that_the_hub_does_not_send_are_refused():
    with pytest.raises(ModelError, match="50 GB"):
        names("model.safetensors", size=60_000_000_000)


def is_whole(path, file):
    checking = check_file(path, file)
    while True:
        try:
            next(checking)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("data", [b"", b"text\n"])
def test_a_file_is_compared_by_either_hash(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    known = HubFile("file", len(data), sha256=hashlib.sha256(data).hexdigest())
    small = HubFile("file", len(data), blob=hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest())
    for file in (known, small):
        assert is_whole(path, file)
    path.write_bytes(data[:-1] + b"x")
    assert not any(is_whole(path, file) for file in (known, small))


def test_git_hashes_are_those_of_git(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"hello\n")
    assert is_whole(path, HubFile("file", 6, blob="ce013625030ba8dba906f756967f9e9ca394464a"))

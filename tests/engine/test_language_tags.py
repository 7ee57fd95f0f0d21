import json
import shutil
import time

import pytest

from engine.language_tags import LanguageTags, read_tags
from tests.engine.tagged_models import TAGGED_KINDS, TAGS, tagged_folder, trimmed
from tests.engine.tiny_loaded import tiny_folder


def tags_of(folder):
    return read_tags(folder, json.loads((folder / "config.json").read_text()))


@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_a_translator_is_known_by_its_configuration_and_tokens(kind):
    assert tags_of(tagged_folder(kind)) == LanguageTags(TAGS[kind])
    assert LanguageTags(TAGS[kind]).languages == ("en", "de", "fr", "es", "zh")


@pytest.mark.parametrize("kind", ["llama", "bart", "marian", "t5"])
def test_other_models_have_no_tags(kind):
    assert tags_of(tiny_folder(kind)) is None


@pytest.mark.parametrize("kind", ["nllb", "mbart50"])
def test_tags_that_a_tokenizer_lacks_are_not_known(kind, tmp_path):
    found = tags_of(trimmed(kind, tmp_path / "model", "en", "de"))
    assert found is not None
    assert found.languages == ("en", "de")
    assert tags_of(trimmed(kind, tmp_path / "none")) is None


def test_the_first_mbart_puts_its_tags_elsewhere_and_is_none_of_these(tmp_path):
    folder = shutil.copytree(tagged_folder("mbart50"), tmp_path / "model")
    path = folder / "tokenizer.json"
    path.write_text(path.read_text().replace('"af_ZA"', '"<af>"'))
    assert tags_of(folder) is None


@pytest.mark.parametrize("name", ["config.json", "generation_config.json"])
@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_a_model_that_is_made_to_begin_with_one_language_writes_that_alone(kind, name, tmp_path):
    folder = shutil.copytree(tagged_folder(kind), tmp_path / "model")
    ids = {
        token["content"]: token["id"] for token in json.loads((folder / "tokenizer.json").read_text())["added_tokens"]
    }
    values = json.loads((folder / name).read_text())

    def begin_with(tag):
        (folder / name).write_text(json.dumps({**values, "forced_bos_token_id": ids[tag]}))

    begin_with(TAGS[kind]["de"])
    found = tags_of(folder)
    assert found is not None
    assert found.languages == ("en-de", "fr-de", "es-de", "zh-de")
    begin_with({"nllb": "ron_Latn", "m2m100": "__ro__", "mbart50": "ro_RO"}[kind])
    assert tags_of(folder) is None


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        '{"added_tokens": 3}',
        '{"added_tokens": [3]}',
        '{"added_tokens": [{"id": 1}]}',
        '{"added_tokens": [' * 9000,
    ],
    ids=range(6),
)
def test_a_damaged_tokenizer_has_none(damage, tmp_path):
    folder = shutil.copytree(tagged_folder("nllb"), tmp_path / "model")
    (folder / "tokenizer.json").write_text(damage)
    assert tags_of(folder) is None
    (folder / "tokenizer.json").unlink()
    (folder / "generation_config.json").write_text("[")
    assert tags_of(folder) is None


def test_only_the_head_of_a_large_tokenizer_is_read(tmp_path):
    folder = shutil.copytree(tagged_folder("nllb"), tmp_path / "model")
    path = folder / "tokenizer.json"
    with path.open("ab") as file:
        file.truncate(2_000_000_000)  # the rest is a hole
    started = time.perf_counter()
    assert tags_of(folder) == LanguageTags(TAGS["nllb"])
    assert time.perf_counter() - started < 1

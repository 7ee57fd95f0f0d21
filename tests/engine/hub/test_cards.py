import shutil

from huggingface_hub.hf_api import ModelInfo

from engine.card import read_card
from engine.hub.answers import repository_of
from engine.hub.cards import write_hub_card
from engine.hub.curated import curated_models
from tests.engine.tagged_models import tagged_folder


def card_of(folder, repo, known=None, **facts):
    (folder / "config.json").write_text("{}")
    write_hub_card(folder, repository_of(ModelInfo(id=repo, **facts), "c0ffee"), known)
    card = read_card(folder)
    assert card is not None
    return card


def test_tasks_follow_the_hub_and_else_the_files(tmp_path):
    assert card_of(tmp_path, "a/b", pipeline_tag="translation").tasks == ("translate",)
    assert card_of(tmp_path, "a/b", pipeline_tag="text-generation").tasks == ("write",)
    card = card_of(tmp_path, "a/b", tags=["license:mit"], cardData={"language": ["en", "de"], "license": "mit"})
    assert (card.title, card.licence, card.languages) == ("b", "mit", ("en", "de"))


def test_languages_follow_the_tags_that_a_translator_knows_and_not_the_hubs_long_list(tmp_path):
    folder = shutil.copytree(tagged_folder("nllb"), tmp_path / "model")
    facts = {"tags": [], "cardData": {"language": ["ace", "acm", "eng"]}, "pipeline_tag": "translation"}
    write_hub_card(folder, repository_of(ModelInfo(id="a/b", **facts), "c0ffee"), None)
    card = read_card(folder)
    assert card is not None
    assert (card.tasks, card.languages) == (("translate",), ("en", "de", "fr", "es", "zh"))


def test_the_curated_list_knows_how_a_model_is_asked(tmp_path):
    known = next(model for model in curated_models() if model.repo == "google/madlad400-3b-mt")
    card = card_of(tmp_path, known.repo, known, pipeline_tag="translation")
    assert card.prompt("translate", "Hello.", "de") == "<2de> Hello."

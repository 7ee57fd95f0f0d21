import pytest

from engine.catalog import find_model, list_models
from engine.modes import Mode
from tests.engine.model_folders import make_model
from tests.engine.tagged_models import TAGGED_KINDS, tagged_folder


def test_tasks_without_a_card_follow_the_architecture(tmp_path):
    make_model(tmp_path, "causal")
    make_model(tmp_path, "pairs", {"is_encoder_decoder": True})
    chat = make_model(tmp_path, "chat")
    (chat / "tokenizer_config.json").write_text('{"chat_template": "x"}')
    tasks = {entry.id: entry.tasks for entry in list_models(tmp_path)}
    assert tasks == {
        "causal": ("write",),
        "pairs": ("translate", "summarise"),
        "chat": ("write", "translate", "summarise", "rewrite", "dialogue"),
    }


@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_a_translator_with_tags_translates_and_names_its_languages(kind):
    entry = find_model(str(tagged_folder(kind)), Mode.TRANSLATE)
    assert entry.tasks == ("translate",)
    assert entry.languages == ("en", "de", "fr", "es", "zh")
    assert entry.serves(Mode.ALIGN, "zh")
    assert not entry.serves(Mode.SUMMARISE)

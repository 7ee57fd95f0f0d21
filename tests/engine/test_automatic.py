"""The model that Automatic stands for, told beforehand, against the one that a session takes."""

from pathlib import Path

import pytest

from engine.automatic import automatic_models
from engine.catalog import ModelEntry, list_models, nearest_model
from engine.modes import Mode
from engine.text.language import telling_language

TEXTS = {
    "nothing": "",
    "English": "The old woman walked down to the river and looked at the water for a long time.",
    "German": "Die alte Frau ging zum Fluss hinunter und sah lange auf das Wasser hinaus.",
    "Chinese": "从前有一个老人，住在河边。",
    "turned Chinese": "The old woman walked down to the river. " + "她看着河水，想起了年轻的时候。" * 80,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_is_the_one_that_the_session_takes(text):
    models = list_models()
    taken = nearest_model(Mode.WRITE, telling_language(text))
    assert [entry.id for entry in automatic_models(models, Mode.WRITE, text)] == [taken.id]


def test_models_for_languages_that_letters_do_not_tell_apart_are_all_named():
    models = [
        ModelEntry(name, Path(name), name, ("write",), languages)
        for name, languages in (("english", ("en",)), ("german", ("de",)), ("any", ()), ("chinese", ("zh",)))
    ]
    found = [entry.id for entry in automatic_models(models, Mode.WRITE, TEXTS["German"])]
    assert found == ["english", "german", "any"]
    assert [entry.id for entry in automatic_models(models, Mode.WRITE, TEXTS["Chinese"])] == ["any"]
    assert automatic_models(models, Mode.DIALOGUE, "") == []

"""Draft models: chosen in the models' window, sent along with requests."""

import shutil

import pytest

from engine.library import shelf
from engine.modes import Mode
from engine.paths import models_dir
from gui.drafts import candidates, draft_of
from gui.settings import Settings
from gui.shelf.draft_row import DraftRow
from tests.engine.tiny_models import tiny_causal, tiny_chat


@pytest.fixture
def models():
    """Return the shelf with a larger and a smaller model of one vocabulary."""
    large, small = tiny_chat(models_dir() / "large"), tiny_causal(models_dir() / "small", "llama")
    (large / "padding.safetensors").write_bytes((large / "model.safetensors").read_bytes())
    return {each.name: each for each in shelf([str(small)])}


def test_smaller_models_of_the_same_vocabulary_can_draft(models):
    names = [other.name for other in candidates(models["large"], list(models.values()))]
    assert names == ["small", str(models_dir() / "small")]
    assert candidates(models["small"], list(models.values())) == []
    assert candidates(models["story-en"], list(models.values())) == []


def test_none_is_chosen_by_itself_and_a_choice_is_kept(qtbot, models):
    settings = Settings()
    row = DraftRow(settings)
    qtbot.addWidget(row)
    row.show_model(models["large"], list(models.values()))
    assert (row.box.currentText(), settings.drafts) == ("None", {})
    row.box.setCurrentIndex(row.box.findData("small"))
    row.box.activated.emit(row.box.currentIndex())
    assert settings.drafts == {"large": "small"}
    row.show_model(models["small"], list(models.values()))
    assert not row.box.isEnabled()
    row.show_model(models["large"], list(models.values()))
    assert row.box.currentData() == "small"
    row.box.setCurrentIndex(0)
    row.box.activated.emit(0)
    assert settings.drafts == {}


def test_nothing_is_offered_where_no_text_is_continued(qtbot, models):
    row = DraftRow(Settings())
    qtbot.addWidget(row)
    row.show_model(models["translate"], list(models.values()))
    assert row.isHidden()
    row.show_model(None, list(models.values()))
    assert row.isHidden()


def test_the_draft_of_a_model_is_asked_for_with_it(models):
    settings = Settings(drafts={"large": "small", "story-en": "gone", "small": 3})
    assert draft_of(settings, Mode.WRITE, "large") == "small"
    assert draft_of(settings, Mode.REWRITE, "") == "small", "the usual model for it"
    assert draft_of(settings, Mode.WRITE, "") == ""
    assert [draft_of(settings, Mode.WRITE, name) for name in ("story-en", "small", "server:Studio")] == ["", "", ""]


def test_a_folder_that_is_gone_drafts_no_more(models):
    folder = models_dir() / "small"
    settings = Settings(drafts={"large": str(folder)})
    assert draft_of(settings, Mode.WRITE, "large") == str(folder)
    shutil.rmtree(folder)
    assert draft_of(settings, Mode.WRITE, "large") == ""


def test_a_renamed_model_keeps_its_draft():
    settings = Settings(drafts={"large": "small", "other": "large"})
    settings.rename_model("large", "larger")
    assert settings.drafts == {"larger": "small", "other": "larger"}


def test_every_panel_that_continues_texts_sends_the_draft_model_along(open_window, models):
    parts = open_window("Text").parts
    parts.settings.drafts = {"large": "small"}
    for panel in (parts.write, parts.rewrite, parts.dialogue):
        panel.controls.choose_model("large")
    assert parts.write.request("Text").draft == "small"
    assert parts.rewrite.request("Text").draft == "small"
    assert parts.dialogue.request("Text", []).draft == "small"
    parts.write.controls.choose_model("story-en")
    assert parts.write.request("Text").draft == ""

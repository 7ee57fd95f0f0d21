import pytest

from engine.errors import ModelError
from engine.models.drafting import drafted
from engine.models.loaded import load_model
from engine.paths import assets_dir
from tests.engine.tiny_loaded import CPU, tiny, value_of


def test_two_models_with_the_same_vocabulary_fit_together():
    paired = drafted(tiny("llama"), tiny("gpt2"))
    assert paired.draft.model is tiny("gpt2")
    assert paired.decoder is tiny("llama").decoder
    assert paired.prefixes is tiny("llama").prefixes


def test_another_vocabulary_is_refused_in_a_sentence():
    story = value_of(load_model(assets_dir() / "models" / "story-en", CPU))
    with pytest.raises(ModelError, match="The draft model story-en has another vocabulary than tiny-llama"):
        drafted(tiny("llama"), story)


def test_an_encoder_decoder_neither_drafts_nor_takes_guesses():
    with pytest.raises(ModelError, match="cannot draft"):
        drafted(tiny("llama"), tiny("marian"))
    with pytest.raises(ModelError, match="takes no guesses"):
        drafted(tiny("marian"), tiny("llama"))

import pytest
import torch

from engine.models.loaded import load_model
from engine.models.trial import check_first_step
from tests.engine.tiny_loaded import CPU, tiny_folder, value_of


@pytest.fixture(params=["llama", "gpt2", "marian", "t5"])
def decoder(request):
    return value_of(load_model(tiny_folder(request.param), CPU)).decoder


def test_a_whole_model_takes_its_first_step(decoder):
    check_first_step(decoder)


@pytest.mark.parametrize("start", [-1, 10**9, "1", None, True])
def test_a_mark_that_is_no_token_is_refused(decoder, start):
    decoder.start_ids = (start,)
    with pytest.raises(ValueError, match="are not among"):
        check_first_step(decoder)


@pytest.mark.parametrize("padding", [-1, 10**9, [], "x", None])
def test_padding_need_not_be_a_token(decoder, padding):
    decoder.pad_id = padding
    check_first_step(decoder)
    assert decoder.pad_id == 0


def test_weights_that_are_no_numbers_are_refused():
    decoder = value_of(load_model(tiny_folder("gpt2"), CPU)).decoder
    with torch.no_grad():
        decoder._model.transformer.h[0].mlp.c_fc.weight.fill_(torch.nan)
    with pytest.raises(ValueError, match="numbers that are none"):
        check_first_step(decoder)

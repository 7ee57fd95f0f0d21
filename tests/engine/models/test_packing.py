from dataclasses import replace

import pytest
import torch

from engine.models.packing import PackedProduct
from engine.models.pretrained import load
from tests.engine.models.reading import read
from tests.engine.tiny_loaded import CPU, tiny_folder
from tests.engine.tiny_models import CAUSAL_KINDS, SEQ2SEQ_KINDS

PLACES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("weights", "least"), [("int8", 0.99), ("int4", 0.8)])
@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_a_packed_model_computes_nearly_as_a_whole_one(kind, weights, least, place):
    if place == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    whole = replace(CPU, torch_device=torch.device(place))
    packed = load(tiny_folder(kind), replace(whole, weights=weights))
    assert packed.weights == weights
    assert load(tiny_folder(kind), whole).weights == "float32"
    found, exact = read(packed, 2), read(load(tiny_folder(kind), whole), 2)
    assert torch.nn.functional.cosine_similarity(found, exact, dim=1).min() > least


def test_the_head_and_the_embeddings_stay_as_they_are():
    model = load(tiny_folder("gpt2"), replace(CPU, weights="int8"))._model
    assert not isinstance(model.get_output_embeddings(), PackedProduct)
    assert sum(isinstance(module, PackedProduct) for module in model.modules()) == 2 * 4

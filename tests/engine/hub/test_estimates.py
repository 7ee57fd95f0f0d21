import pytest

from engine.hub.estimates import estimated_parameters
from engine.hub.files import HubFile
from tests.engine.hub.conftest import REPO

FILES = [
    HubFile("config.json", 999),
    HubFile("pytorch_model.bin.index.json", 999),
    HubFile("pytorch_model-00001-of-00002.bin", 600),
    HubFile("pytorch_model-00002-of-00002.bin", 200),
]


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        ({}, 200),
        ({"torch_dtype": "float32"}, 200),
        ({"torch_dtype": "float16"}, 400),
        ({"dtype": "bfloat16"}, 400),
        ({"text_config": {"dtype": "float16"}}, 400),
        ({"torch_dtype": "auto", "text_config": 5}, 200),
        ({"torch_dtype": ["float16"]}, 200),
    ],
)
def test_weights_are_counted_by_their_bytes(config, parameters):
    assert estimated_parameters(FILES, config) == parameters


def test_files_without_weights_hold_none():
    assert estimated_parameters(FILES[:2], {}) == 0


def test_of_a_pickled_model_the_number_is_that_of_its_bytes(hub, pickled):
    details = hub.details(REPO)
    assert details.estimated
    assert details.pickled
    assert details.parameters == pytest.approx(sum(each.nbytes for each in pickled.values()) / 4, rel=0.05)  # float32


def test_what_the_hub_says_is_no_estimate(hub):
    assert not hub.details(REPO).estimated

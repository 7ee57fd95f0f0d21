import json

import pytest
from transformers import GenerationConfig

from engine.params import SamplingParams
from engine.remote.settings import server_settings


def test_usual_settings_are_known_to_every_server():
    settings, dropped = server_settings(SamplingParams(temperature=0.5, top_p=0.9, stop=("\n",)), "", 7)
    assert dropped == []
    assert settings == {
        "temperature": 0.5,
        "top_p": 0.9,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "max_tokens": SamplingParams().max_new_tokens,
        "seed": 7,
        "stop": ["\n"],
    }


def test_what_a_server_lacks_is_named():
    params = SamplingParams(min_p=0.05, dry_multiplier=0.8, repetition_penalty=1.1)
    assert server_settings(params, "", 0)[1] == ["min_p", "dry_multiplier", "repetition_penalty"]
    settings, dropped = server_settings(params, "vllm", 0)
    assert (settings["min_p"], settings["repetition_penalty"], dropped) == (0.05, 1.1, ["dry_multiplier"])
    assert server_settings(params, "llama-cpp-python", 0)[1] == ["dry_multiplier"]
    settings, dropped = server_settings(params, "llamacpp", 0)
    assert (settings["repeat_penalty"], settings["dry_multiplier"], dropped) == (1.1, 0.8, [])


@pytest.mark.parametrize("off", [{"dry_base": 2.0}, {"xtc_threshold": 0.2}, {"length_penalty": 2.0}])
def test_settings_of_what_is_off_are_not_missed(off):
    assert server_settings(SamplingParams(**off), "", 0)[1] == []


def test_beams_are_missed():
    assert server_settings(SamplingParams(beams=4), "vllm", 0)[1] == ["beams"]


def test_what_is_off_is_said_so_since_servers_have_their_own_defaults():
    assert server_settings(SamplingParams(), "vllm", 0)[0]["top_k"] == -1
    settings, _ = server_settings(SamplingParams(), "llama-cpp-python", 0)
    assert (settings["top_k"], settings["min_p"], settings["repeat_penalty"]) == (0, 0.0, 1.0)


def test_transformers_is_told_of_sampling_in_its_own_words():
    params = SamplingParams(temperature=0.7, top_k=40, no_repeat_ngram=3, presence_penalty=0.5, xtc_probability=0.5)
    settings, dropped = server_settings(params, "transformers", 0)
    assert dropped == ["xtc_probability", "presence_penalty"]
    assert "presence_penalty" not in settings
    told = json.loads(settings["generation_config"])
    assert (told["do_sample"], told["top_k"], told["no_repeat_ngram_size"]) == (True, 40, 3)
    GenerationConfig(**told).validate(strict=True)
    settings, _ = server_settings(SamplingParams(temperature=0), "transformers", 0)
    assert not json.loads(settings["generation_config"])["do_sample"]

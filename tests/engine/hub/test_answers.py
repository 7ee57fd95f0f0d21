import pytest
from huggingface_hub.hf_api import ModelInfo

from engine.hub.answers import found_of, repository_of

FILE = {"rfilename": "model.safetensors", "size": 100, "lfs": {"size": 100, "sha256": "5a", "pointerSize": 130}}


def test_sizes_follow_from_the_numbers_and_widths_of_the_weights():
    counts = {"F32": 3, "BF16": 5, "I8": 7, "F8_E4M3": 11, "BOOL": 13}
    found = found_of(ModelInfo(id="a/b", safetensors={"parameters": counts, "total": 39}))
    assert found.size_bytes == 4 * 3 + 2 * 5 + 7 + 11 + 13
    assert (found.repo, found.task, found.licence, found.updated, found.downloads) == ("a/b", "", "", "", 0)


def test_what_the_hub_says_of_a_model_is_kept_and_what_is_no_such_fact_left_out():
    info = ModelInfo(id="a/b", sha="c0ffee", pipeline_tag=5, tags=["x", "license:mit"], siblings=[FILE], gated="auto")
    found = repository_of(info, "main")
    assert (found.commit, found.task, found.licence, found.gated, found.parameters) == ("c0ffee", "", "mit", True, 0)
    assert [(file.path, file.size, file.sha256, file.blob) for file in found.files] == [
        ("model.safetensors", 100, "5a", "")
    ]
    assert repository_of(ModelInfo(id="a/b"), "main").commit == "main"


@pytest.mark.parametrize("repo", ["../x", "a/b/c", ""])
def test_a_model_by_another_name_is_none(repo):
    with pytest.raises(ValueError, match="is no repository"):
        found_of(ModelInfo(id=repo))

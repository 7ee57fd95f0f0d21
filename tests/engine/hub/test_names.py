import pytest
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id

from engine.errors import ModelError
from engine.hub.names import folder_name, is_repo, repo_of

GOOD = ["gpt2", "Qwen/Qwen3-0.6B", "a/b", "1/2", "a_b/c.d-e", "x" * 96, "o/" + "x" * 96]
BAD = [
    "",
    ".",
    "..",
    "/",
    "a/",
    "/a",
    "../x",
    "a/..",
    "a/../..",
    "a--b",
    "a..b",
    ".a",
    "a/.b",
    "-a",
    "a b",
    "a\\b",
    "a/b/c",
]
BAD += ["a\n", "x" * 97]


@pytest.mark.parametrize("repo", GOOD)
def test_a_name_can_be_read_off_its_folder(repo):
    validate_repo_id(repo)
    assert is_repo(repo)
    assert repo_of(folder_name(repo)) == repo


@pytest.mark.parametrize("repo", BAD)
def test_what_the_hub_has_no_name_for_has_no_folder(repo):
    with pytest.raises(HFValidationError):
        validate_repo_id(repo)
    with pytest.raises(ModelError, match="is no model of a hub: write OWNER/NAME"):
        folder_name(repo)


def test_other_folders_are_called_after_no_repository():
    assert [repo_of(name) for name in (".copied-x", ".a--b.lock", "a--b--c", "ä", "-x")] == [""] * 5

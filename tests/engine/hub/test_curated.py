import pytest

from engine.errors import SettingsError
from engine.hub.curated import curated_models
from engine.modes import Mode
from engine.paths import config_dir


def test_there_is_something_for_every_mode_with_size_and_licence():
    models = curated_models()
    for mode in (Mode.WRITE, Mode.TRANSLATE, Mode.SUMMARISE, Mode.REWRITE, Mode.DIALOGUE):
        assert sum(mode.value in model.tasks for model in models) >= 2
    assert all(model.repo.count("/") == 1 and model.licence and model.size_bytes > 10**8 for model in models)
    assert len({model.repo for model in models}) == len(models)


def test_what_must_not_be_used_commercially_says_so():
    bound = [model for model in curated_models() if "-nc" in model.licence]
    assert bound
    assert all("forbids commercial use" in model.words for model in bound)


def test_the_writers_list_adds_to_ours_and_goes_before_it():
    ours = curated_models()[0]
    path = config_dir() / "hub-models.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = 'title = "Mine"\ntasks = ["write"]\nlicence = "mit"\nsize_bytes = 1\nwords = "Mine."\n'
    path.write_text(f'[[model]]\nrepo = "{ours.repo}"\n{entry}[[model]]\nrepo = "me/mine"\n{entry}')
    titles = {model.repo: model.title for model in curated_models()}
    assert titles[ours.repo] == titles["me/mine"] == "Mine"


@pytest.mark.parametrize(
    "odd",
    [
        "repo = 1",
        'size_bytes = "1"',
        "title = []",
        'tasks = "write"',
        "tasks = [1]",
        "prompts = []",
        "prompts = {write = 1}",
        'languages = "en"',
        "gated = 1",
        "odd = 1",
        "odd = " + "[" * 100_000,
    ],
)
def test_a_damaged_list_is_a_sentence(odd):
    path = config_dir() / "hub-models.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "repo": '"a/b"',
        "title": '"B"',
        "tasks": '["write"]',
        "licence": '"mit"',
        "size_bytes": "1",
        "words": '"B"',
    }
    path.write_text("[[model]]\n" + "".join(f"{key} = {value}\n" for key, value in facts.items()))
    assert "B" in {model.title for model in curated_models()}
    key, _, value = odd.partition(" = ")
    facts[key] = value
    path.write_text("[[model]]\n" + "".join(f"{key} = {value}\n" for key, value in facts.items()))
    with pytest.raises(SettingsError, match=r"hub-models\.toml cannot be read"):
        curated_models()

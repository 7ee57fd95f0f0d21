import pytest

from engine.errors import SettingsError
from engine.paths import assets_dir
from engine.training.recipe import read_recipe

GOOD = """
name = "toy"
[model]
family = "marian"
[[sources]]
path = "pairs.tsv"
"""


@pytest.mark.parametrize("path", sorted((assets_dir() / "recipes").glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_recipes_are_valid_and_carry_a_card(path):
    recipe = read_recipe(path)
    assert recipe.name == path.stem
    assert {"title", "tasks", "languages", "licence", "strength"} <= set(recipe.card)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + "colour = 1\n", "colour"),
        (GOOD.replace('"marian"', '"gpt9"'), "gpt9"),
        (GOOD.replace('[[sources]]\npath = "pairs.tsv"', ""), "sources"),
        (GOOD.replace('family = "marian"', "hidden = 8"), "model is incomplete"),
        (GOOD + "= broken", "not valid TOML"),
        (GOOD + 'kind = "audio"\n', "audio"),
    ],
)
def test_what_is_wrong_is_named_together_with_the_file(tmp_path, text, named):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=named) as caught:
        read_recipe(path)
    assert "mine.toml" in str(caught.value)


def test_a_missing_recipe_is_a_sentence(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")

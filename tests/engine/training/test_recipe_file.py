import pytest

from engine.errors import SettingsError
from engine.paths import assets_dir
from engine.training.recipe_file import read_recipe

GOOD = """
name = "toy"
[model]
family = "marian"
[[sources]]
path = "pairs.tsv"
[card]
title = "Toy"
tasks = ["translate"]
"""


@pytest.mark.parametrize("path", sorted((assets_dir() / "recipes").glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_recipes_are_valid_and_carry_a_card(path):
    recipe = read_recipe(path)
    assert recipe.name == path.stem
    card = recipe.card
    assert card.title
    assert card.tasks
    assert card.languages
    assert card.licence
    assert card.strength
    assert all(word in card.body for word in ("Data", "Limits")), "attribution and limits go with the weights"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1\n" + GOOD, "colour"),
        (GOOD.replace('"marian"', '"gpt9"'), "gpt9"),
        (GOOD.replace('[[sources]]\npath = "pairs.tsv"', ""), "sources"),
        (GOOD.replace('family = "marian"', "hidden = 8"), "model is incomplete"),
        (GOOD.replace('title = "Toy"', 'colour = "red"'), "card is incomplete"),
        (GOOD + "= broken", "not valid TOML"),
        (GOOD.replace("[card]", 'kind = "audio"\n[card]'), "audio"),
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

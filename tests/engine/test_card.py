import pytest

from engine.card import ModelCard, read_card, write_card
from engine.errors import ModelError

CARD = ModelCard(
    title="Übersetzer: 一",
    tasks=("translate",),
    languages=("en", "zh"),
    licence="CC BY 4.0",
    strength="small: check names",
    prompts={"translate": ">>{target}<< {text}"},
    body="## Data\n\nNone.\n\n---\n\nA rule above.\n",
)


def test_a_card_survives_the_file(tmp_path):
    write_card(tmp_path, CARD)
    assert read_card(tmp_path) == CARD


def test_a_folder_without_a_card_has_none(tmp_path):
    assert read_card(tmp_path) is None


def test_prompts_fill_the_template_and_leave_braces_of_the_text_alone():
    assert CARD.prompt("translate", "Say {target}.", target="de") == ">>de<< Say {target}."
    assert CARD.prompt("headline", "As it is.") == "As it is."
    assert CARD.around("translate", "de") == (">>de<< ", "")


@pytest.mark.parametrize(
    "text", ["no head", "---\n: [\n---\n", "---\ntitle: x\n---\n", "---\ntitle: x\ntasks: 5\n---\n"]
)
def test_a_damaged_card_is_a_sentence(tmp_path, text):
    (tmp_path / "card.md").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="card"):
        read_card(tmp_path)

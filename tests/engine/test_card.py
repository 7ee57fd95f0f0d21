import time
from itertools import pairwise

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
# Each level stands for nine of the one below, so that the last is a text of gigabytes.
LEVELS = "".join(f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]\n" for below, name in pairwise("abcdefghij"))
BOMB = f"---\na: &a [x]\n{LEVELS}title: x\ntasks: [*j]\n---\n"


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
    "text",
    [
        "no head",
        "---\n: [\n---\n",
        "---\ntitle: x\n---\n",
        "---\ntitle: x\ntasks: 5\n---\n",
        "---\ntitle: [x]\ntasks: [write]\n---\n",
        "---\ntitle: x\ntasks: [{a: b}]\n---\n",
        "---\ntitle: x\ntasks: [write]\nprompts: {write: [x]}\n---\n",
        "---\ntitle: x\ntasks: [write]\nlongest_sentence: long\n---\n",
        f"---\ntitle: x\ntasks: {'[' * 9000}{']' * 9000}\n---\n",
        f"---\ntitle: x\ntasks: {'- ' * 9000}\n---\n",
        f"---\ntitle: x\ntasks: [write]\nstrength: {'x' * 30_000}\n---\n",
        f"---\ntitle: x\ntasks: [write]\n---\n{'x' * 2_000_000}",
        BOMB,
        "---\ntitle: \udce9\ntasks: [write]\n---\n",
    ],
    ids=range(14),
)
def test_a_damaged_card_is_a_sentence_at_once(tmp_path, text):
    (tmp_path / "card.md").write_bytes(text.encode("utf-8", "surrogateescape"))
    started = time.process_time()
    with pytest.raises(ModelError, match="card"):
        read_card(tmp_path)
    assert time.process_time() - started < 5


def test_what_yaml_takes_for_a_number_or_a_date_is_the_text_that_was_meant(tmp_path):
    head = "title: 1984\ntasks: [write]\nlanguages: [en, no]\nscore: 2026-01-02\nstrength:\n"
    (tmp_path / "card.md").write_text(f"---\n{head}---\n", encoding="utf-8")
    card = read_card(tmp_path)
    assert card is not None
    assert (card.title, card.score, card.strength) == ("1984", "2026-01-02", "")

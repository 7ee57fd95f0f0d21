from pathlib import Path

import pytest

from engine.catalog import read_entry
from engine.library import Origin, Shelved
from engine.paths import assets_dir
from gui.shelf.card_view import CardView

MODELS = assets_dir() / "models"


@pytest.fixture
def view(qtbot):
    made = CardView()
    qtbot.addWidget(made)
    return made


def show(view: CardView, folder: Path, fault: str = "") -> list[str]:
    view.show_model(Shelved(read_entry(folder), Origin.EMBEDDED, fault))
    return view.words.splitlines()


def test_the_details_say_what_fewer_bits_cost_a_model(view):
    assert "Held in 8 bits it predicts 0.08 % worse than in 32, in 4 bits 2.8 % worse." in show(
        view, MODELS / "story-en"
    )


def test_the_details_say_where_nobody_measured_it(view):
    assert "What 8 or 4 bits cost its predictions was not measured." in show(view, MODELS / "translate")


def test_a_model_whose_format_is_its_own_says_nothing_of_it(view):
    assert not any("bits cost" in line or "Held in" in line for line in show(view, MODELS / "vary-en"))


def test_nothing_is_said_of_the_loss_of_a_model_that_is_damaged(view):
    assert not any("Held in" in line for line in show(view, MODELS / "story-en", fault="It is damaged."))

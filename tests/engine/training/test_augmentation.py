import random

import pytest

from engine.training.augmentation import AugmentationSettings, augmented

PAIRS = [(f"The {word} is here.", f"Das {word} ist hier.") for word in ("Haus", "Boot", "Kind", "Bild", "Licht")]


def added(**shares):
    return augmented(PAIRS, AugmentationSettings(**shares), random.Random(1))[len(PAIRS) :]


def test_nothing_asked_is_nothing_added():
    assert augmented(PAIRS, AugmentationSettings(), random.Random(1)) == PAIRS


def test_shares_are_of_the_pairs_and_draws_follow_the_seed():
    assert len(added(capitals=0.4, kept=0.2)) == 3
    assert added(misspelt=1.0) == added(misspelt=1.0)


def test_each_change_is_made_on_the_side_it_belongs_to():
    assert all(source == source.upper() and target == target.upper() for source, target in added(capitals=1.0))
    assert all(source == source.lower() and target[0] == "D" for source, target in added(lower_case=1.0))
    assert not any(text.endswith(".") for pair in added(unended=1.0) for text in pair)
    assert all(source == target for source, target in added(kept=1.0))


def test_a_slip_of_the_pen_is_one_and_in_the_input_alone():
    targets = dict(PAIRS)
    for source, target in added(misspelt=1.0):
        original = next(first for first, second in targets.items() if second == target)
        assert abs(len(source) - len(original)) <= 1
        assert source[0] == original[0]


@pytest.mark.parametrize("joint", [("A b.", "一二。", "A b. A b.", "一二。一二。")])
def test_joined_sentences_keep_their_order_on_both_sides(joint):
    first, second, both, together = joint
    pairs = augmented([(first, second)], AugmentationSettings(joined=1.0), random.Random(1))
    assert pairs[1] == (both, together)


def test_long_sentences_are_not_joined():
    pairs = [("word " * 30, "Wort " * 30)] * 2
    assert augmented(pairs, AugmentationSettings(joined=1.0), random.Random(1)) == pairs * 2

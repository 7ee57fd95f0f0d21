from engine.training.gaps import gap_pairs

PASSAGE = (
    "The village lay between two rivers. It was very quiet. A miller and a baker lived in the village between the "
    "rivers. Nobody came. The miller had a donkey, and the baker had none."
)


def test_the_sentence_that_shares_most_words_is_asked_for_and_not_shown():
    ((passage, sentence),) = gap_pairs(PASSAGE)
    assert sentence == "A miller and a baker lived in the village between the rivers."
    assert sentence not in passage
    assert passage.startswith("The village lay")
    assert passage.endswith("had none.")


def test_short_texts_give_nothing():
    assert list(gap_pairs("One sentence. Another one.")) == []
    assert list(gap_pairs("")) == []


def test_a_book_gives_no_more_than_its_share():
    pairs = list(
        gap_pairs("\n".join([PASSAGE + " " + "So it went on, day after day, in the old village. " * 16] * 900))
    )
    assert 0 < len(pairs) <= 200

import pytest

from engine.text.faithful import borrowed, facts, misquoted, unfounded

SOURCE = "In 2019 the BERT model was trained in Paris on 3.5 million texts. It was good."


def test_facts_are_numbers_and_names_and_not_what_begins_a_sentence():
    assert facts(SOURCE) == ["2019", "3.5", "BERT", "Paris"]
    assert facts("The model is good. It was trained.") == []


def test_a_title_in_capitals_holds_no_names():
    assert facts("A Survey Of Neural Networks For 12 Languages") == ["12"]


def test_what_the_source_lacks_is_unfounded():
    assert unfounded("A model from Paris, trained in 2019.", SOURCE) == []
    assert unfounded("A model from London, trained in 2020.", SOURCE) == ["2020", "London"]


def test_a_quotation_stands_in_the_source_or_is_none():
    source = "“Come in,” said the old woman; “the night\nis cold.”"
    assert misquoted('"Come in," said she, "the night is cold."', source) == []
    assert misquoted("“Go away,” said the old woman.", source) == ["Go away,"]
    assert misquoted("The night is cold.", source) == []


@pytest.mark.parametrize(
    ("summary", "share"),
    [
        ("The BERT model was trained in Paris.", 1.0),
        ("The model was good.", 2 / 3),
        ("Nothing of this is there.", 0.0),
        ("Model", 1.0),
        ("", 1.0),
    ],
)
def test_pairs_of_words_are_found_in_the_source(summary, share):
    assert borrowed(summary, SOURCE) == pytest.approx(share)


def test_signs_of_chinese_are_words():
    assert borrowed("老人去海边", "那个老人走了，去海边看船。") == pytest.approx(3 / 4)

from engine.text.faithful import facts, unfounded

SOURCE = "In 2019 the BERT model was trained in Paris on 3.5 million texts. It was good."


def test_facts_are_numbers_and_names_and_not_what_begins_a_sentence():
    assert facts(SOURCE) == ["2019", "3.5", "BERT", "Paris"]
    assert facts("The model is good. It was trained.") == []


def test_a_title_in_capitals_holds_no_names():
    assert facts("A Survey Of Neural Networks For 12 Languages") == ["12"]


def test_what_the_source_lacks_is_unfounded():
    assert unfounded("A model from Paris, trained in 2019.", SOURCE) == []
    assert unfounded("A model from London, trained in 2020.", SOURCE) == ["2020", "London"]

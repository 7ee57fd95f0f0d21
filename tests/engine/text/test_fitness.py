import pytest

from engine.text.fitness import misfit

FITTING = [
    "Once upon a time there was an old king who lived by the sea.",
    "“What is it?” asked the old woman. “Tell me how you came here, and what you saw.”",
    "The king",
    "",
    "What is lost is lost, said the fisherman to his wife.\nAnd he went down to the sea again.",
]


@pytest.mark.parametrize("text", FITTING)
def test_a_story_passes(text):
    assert misfit(text, ("en",)) == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Es war einmal ein alter König, der wohnte in einem Schloss am Meer.", "German"),
        ("从前有一个国王，他住在大海的旁边，年纪很老了。", "Chinese"),
        ("def main():\n    x = 1;\n    return x;\n}", "program"),
        ("Write a poem about the sea and the moon.", "instructions"),
        ("How do I reset my password?", "instructions"),
    ],
)
def test_what_it_was_not_made_for_gets_a_sentence(text, word):
    assert word in misfit(text, ("en",))
    assert "English" in misfit(text, ("en",))


def test_a_model_of_any_language_is_told_nothing():
    assert misfit("Es war einmal ein alter König, der wohnte in einem Schloss am Meer.", ()) == ""
    assert misfit("从前有一个国王，他住在大海的旁边，年纪很老了。", ("zh",)) == ""

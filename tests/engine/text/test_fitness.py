import pytest

from engine.text.fitness import misfit

FITTING = [
    "Once upon a time there was an old king who lived by the sea.",
    "“What is it?” asked the old woman. “Tell me how you came here, and what you saw.”",
    "The king",
    "",
    "What is lost is lost, said the fisherman to his wife.\nAnd he went down to the sea again.",
    "“Who is it?” she asked.\n“It is me,” he said.\n“Then come in.”\nHe came in (and was glad)",
    "Chapter 3\n\nIn 1851 the old man left the house at 7 o'clock and went down to the harbour, where a boat lay.",
    "She had three sons:\nthe eldest was strong, and went to the wars as soon as he could lift a sword.",
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
        ("Я тебя люблю и всегда буду любить тебя, моя дорогая.", "script"),
        ("私は学生です。", "script"),
        ("红楼梦", "Chinese"),
        ("12345 😀", "no word"),
        ("for name in names:\n    greet(name)\n    total += 1", "program"),
        ("- milk\n- bread\n- two dozen eggs", "list"),
        (
            "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate,\n"
            "Rough winds do shake the darling buds,\nAnd summer's lease hath all too short",
            "verse",
        ),
        ("Revenue grew 12% to $3.4 million in Q3 2021, while costs fell by 7% to $1.1 million.", "report"),
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

import pytest

from engine.training.markdown import split_title, strip_markdown


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("# A *fine* title\n\nOne **bold** word and `code`.\n", "A fine title\n\nOne bold word and code.\n"),
        ("- one\n- two\n\n1. three\n", "one\ntwo\n\nthree\n"),
        ("> said [she](http://x.y) and ![a cat](cat.png)\n", "said she and a cat\n"),
        ("before\n```python\nx = 1\n```\nafter\n", "before\nafter\n"),
        ("| a | b |\n|---|---|\ntext\n", "text\n"),
        ("---\ntitle: x\n---\ntext <br> more<!-- not this -->\n", "text  more\n"),
        ("one\n\n* * *\n\ntwo\n", "one\n\n\ntwo\n"),
        ("2 * 3 * 4 and snake_case_name and \\*this\\*\n", "2 * 3 * 4 and snake_case_name and *this*\n"),
        ("The plain text, – with 5 < 6 – stays.\n", "The plain text, – with 5 < 6 – stays.\n"),
    ],
)
def test_marks_are_taken_off(marked, plain):
    assert strip_markdown(marked) == plain


def test_a_title_is_the_heading_that_a_text_begins_with():
    assert split_title("---\na: b\n---\n# The *sea* #\n\nText.") == ("The sea", "\nText.")
    assert split_title("Text.\n# Not a title\n") == ("", "Text.\n# Not a title\n")

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.markup import Kind, split_markup
from engine.text.wording import translate_sentence
from tests.engine.text.marked_up import DOCUMENT, finish

TOKENS = [
    *(
        "a",
        "B",
        "word",
        "x1",
        "3.14",
        "1,000",
        " ",
        "  ",
        ".",
        "!",
        "? ",
        "\n",
        "\r\n",
        "\r",
        "\u2028",
        "\t",
        "中文",
        "。",
        "“",
        "😀",
    ),
    *(
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "``",
        "```",
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "|",
        "|---|",
        "---",
        "===",
        "[",
        "](",
        ")",
        "]",
        "]:",
    ),
    *(
        "https://a.b/c?d=e.",
        "me@x.org",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "&amp;",
        "\\*",
        "[^1]",
        "{name}",
        "![i](j.png)",
        "X1",
        "\ue000",
    ),
]


def translate(text, translator, target="de", spells=None):
    """Return `text` translated sentence by sentence with a function from text to text."""
    done = []
    for part in split_markup(text, "en"):
        sentence = translate_sentence(part.text, "en", target, spells)
        done.append(finish(sentence, translator) if part.kind is Kind.SENTENCE else part.text)
    return "".join(done)


@settings(deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join) | st.text())
def test_translator_that_changes_nothing_changes_nothing(text):
    assert translate(text, lambda sentence: sentence) == text
    assert translate(text, lambda sentence: sentence, spells=str.isascii) == text
    assert "".join(part.text for part in split_markup(text, "zh")) == text


@settings(deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_lines_stay_lines_whatever_the_translator_says(text):
    for answer in ("", "Ein Satz.\nNoch einer.", "4 und 5"):
        assert len(translate(text, lambda _, answer=answer: answer).splitlines()) == len(text.splitlines())


def test_markdown_survives_a_translator_that_shouts():
    shouted = translate(DOCUMENT, str.upper)
    for kept in (
        "](https://x.org/a_(b)?q=1.2)",
        "`foo.bar()`",
        'code = "stays"',
        "[id]: https://example.org",
        "me@x.org",
    ):
        assert kept in shouted
    for changed in (
        "# A HEADING #\n",
        "**BOLD** WORDS.",
        "[THE GUIDE](",
        "\n1. FIRST 3",
        "\n  - [x] DONE _WELL_\n",
        "> QUOTED",
    ):
        assert changed in shouted
    assert "| ONE  | TWO \\| THREE |" in shouted
    assert "<https://y.org> &amp; <b>WAIT</b> 1,000.50 DAYS." in shouted
    assert "|------|:-----:|" in shouted


def test_sentences_never_cross_a_line_and_addresses_do_not_end_them():
    parts = list(split_markup("Go to https://a.b. Then\nstop. Now.", "en"))
    assert [part.text for part in parts if part.kind is Kind.SENTENCE] == [
        "Go to https://a.b.",
        "Then",
        "stop.",
        "Now.",
    ]
    assert [part.text for part in parts if part.kind is Kind.GAP] == [" ", " "]


@pytest.mark.parametrize(
    ("fence", "after"),
    [("```\na. b\n```\n", "Out."), ("~~~ py\n```\na\n~~~\n", "Out."), ("> ```\n> a\n> ```\n", "Out.")],
)
def test_code_blocks_end_where_their_fence_does(fence, after):
    parts = list(split_markup(fence + after, "en"))
    assert [part.text for part in parts if part.kind is Kind.SENTENCE] == [after]


def test_very_long_line_is_cut_but_not_changed():
    text = "word, " * 2000
    sentences = [part for part in split_markup(text, "en") if part.kind is Kind.SENTENCE]
    assert max(len(part.text) for part in sentences) <= 400
    assert translate(text, lambda sentence: sentence) == text


def test_sentences_in_the_target_language_are_whole_and_stay_and_so_do_few_words_beside_them():
    text = "Das ist ein langer deutscher Satz, der bleibt. Ach! A long English sentence, which is cut. Oh!"
    parts = list(split_markup(text, "en", 20, lambda sentence: sentence.startswith("Das")))
    assert "".join(part.text for part in parts) == text
    assert [part.text for part in parts if part.kind is Kind.SENTENCE] == [
        "A long English",
        "sentence, which is",
        "cut.",
    ]


def test_an_alphabet_has_its_own_limit_in_a_chinese_text():
    text = "今天天气很好，我们去公园吧。\nThe weather is nice today."
    sentences = [part.text for part in split_markup(text, "zh", 30) if part.kind is Kind.SENTENCE]
    assert sentences == ["今天天气很好，", "我们去公园吧。", "The weather is nice today."]

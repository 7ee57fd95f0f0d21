import pytest

from engine.text.inline import merged, numbers_apart, split_inline, words_apart


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("`a` b", ["atom", "text"]),
        ("*a* _b_", ["open", "text", "close", "text", "open", "text", "close"]),
        ("snake_case_name 2*3", ["text", "atom", "text"]),
        ("**`a` b**", ["open", "atom", "text", "close"]),
        ("(https://a.b/c).", ["text", "atom", "text"]),
        ("[a](b) [c][d]", ["open", "text", "close", "text", "open", "text", "close"]),
        ('<a href="x">y</a><br>', ["open", "text", "close", "atom"]),
    ],
)
def test_items(sentence, kinds):
    items = split_inline(sentence)
    assert [item.kind for item in items] == kinds
    assert "".join(item.text for item in items) == sentence


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("**[a](b)** c", ["open", "text", "close", "text"]),
        ("[`a`](b) c", ["atom", "text"]),
        ("***`a`*** [**_b_**](c)", ["atom", "text", "open", "text", "close"]),
    ],
)
def test_nested_pairs_are_merged(sentence, kinds):
    items = merged(split_inline(sentence))
    assert [item.kind for item in items] == kinds
    assert "".join(item.text for item in items) == sentence


def test_numbers_stand_apart_unless_they_touch_letters():
    items = numbers_apart(split_inline("In 1,984 the 5th 我有3个 for $5.50"))
    assert [item.text for item in items if item.kind == "atom"] == ["1,984", "3", "$5.50"]


def test_what_cannot_be_spelt_is_an_atom_but_not_within_one():
    items = split_inline("**Ein 🎉** für £5, `£6` und привет **мир**", str.isascii)
    assert [item.text for item in items if item.kind == "atom"] == ["🎉", "für £5", "`£6`", "привет **мир", "**"]


def test_words_stand_apart_where_they_are_words():
    items = words_apart(split_inline("Tom saw Tommy and `Tom`, Tom Jones."), ["Tom", "Tom Jones"])
    assert [item.text for item in items if item.kind == "atom"] == ["Tom", "`Tom`", "Tom Jones"]

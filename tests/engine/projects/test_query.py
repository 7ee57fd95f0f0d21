import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.projects.query import Query


@pytest.mark.parametrize("text", ["", "  ", '"', '""', "...", "-", '" "', "—"])
def test_nothing_is_looked_for_without_a_word(text):
    assert Query(text).empty
    assert Query(text).spans("any text") == []


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("light", "The Lighthouse, light", ["Lighthouse", "light"]),
        ("light ", "The lighthouse, light", ["light"]),
        ('"the sea"', "the sea, the  sea, theses, the seas", ["the sea", "the  sea"]),
        ("don't", "Don’t, don't, dont", ["Don’t", "don't"]),
        ("emile", "Émile und EMILE", ["Émile", "EMILE"]),
        ("灯塔", "在灯塔下，灯。塔", ["灯塔"]),
        ("灯", "灯塔", ["灯"]),
        ("第3章", "第3章 第33章", ["第3章"]),
        ("sea storm", "a storm at sea", ["storm", "sea"]),
        ("a.b", "a.b a b ab", ["a.b", "a b"]),
        ("(x", "(x) [x", ["x", "x"]),
    ],
)
def test_matches_are_where_a_reader_sees_them(query, text, found):
    assert [text[start:end] for start, end in Query(query).spans(text)] == found


def test_a_snippet_shows_the_match_on_one_line():
    piece = "word " * 100 + "\n\tthe lighthouse\n" + "word " * 100
    snippet = Query("lighthouse").snippet(piece)
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["lighthouse"]
    assert piece[snippet.start : snippet.end] == "lighthouse"
    assert "\n" not in snippet.text
    assert snippet.text.startswith("… ")
    assert snippet.text.endswith(" …")
    assert len(snippet.text) < 240


@given(st.text(max_size=30), st.text(max_size=80))
def test_any_query_can_be_shown_in_any_text(query, text):
    snippet = Query(query).snippet(text)
    assert all(0 <= start <= end <= len(snippet.text) for start, end in snippet.spans)
    assert 0 <= snippet.start <= snippet.end <= len(text)

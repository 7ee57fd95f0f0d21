import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.projects.outline import Heading, outline


def test_headings_give_the_outline():
    lines = ["# One", "text # no", "## Two ##", "```", "# code", "```", "#no", "#", "###### Six 中", "####### seven"]
    assert outline("\n".join(lines)) == [Heading(1, "One", 0), Heading(2, "Two", 2), Heading(6, "Six 中", 8)]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Title\n=====\n\nPart\n---\n", [(1, "Title"), (2, "Part")]),
        ("text\n\nTitle\n==\n", [(1, "Title")]),
        ("A paragraph.\nIts second line.\n---\n", []),  # a break below a paragraph
        ("text\n\n---\n\nmore\n", []),  # a break between paragraphs
        ("- item\n---\n", []),
        ("> quote\n---\n", []),
        ("    code\n---\n", []),
        ("word " * 60 + "\n---\n", []),  # too long for a title
        ("  # Indented\n", [(1, "Indented")]),
        ("    # code\n", []),
        ("# C# and #hash #\n", [(1, "C# and #hash")]),
        ("~~~\n# code\n```\n# code\n~~~\n# after\n", [(1, "after")]),
        ("````\n```\n# code\n````\n# after\n", [(1, "after")]),
        ("```python\n# code\n", []),
        ("``` a`b\n# heading\n", [(1, "heading")]),  # no fence: a span of code
        ("---\ntitle: A novel\n# no\n---\n# One\n", [(1, "One")]),
        ("---\ntitle: A novel\n...\n# One\n", [(1, "One")]),
        ("---\n# One\n\ntext\n", [(1, "One")]),  # a break at the beginning, not a front matter
        ("第一章\n===\n\n## 灯塔\n", [(1, "第一章"), (2, "灯塔")]),
        ("", []),
    ],
)
def test_headings_are_those_of_markdown(text, titles):
    assert [(heading.level, heading.title) for heading in outline(text)] == titles


@given(st.text(alphabet=st.sampled_from("#=- \n`~>*a中.")), st.text(alphabet=st.sampled_from("ab\n ")))
def test_every_heading_is_in_its_line(text, more):
    lines = text.split("\n")
    for heading in outline(text):
        assert heading.title in lines[heading.line]
        assert 1 <= heading.level <= 6
    assert outline(text + "\n\n" + more)[: len(outline(text))] == outline(text) or text.startswith("---")

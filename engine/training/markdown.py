"""The prose of a Markdown text: its marks taken off, its code and tables left out. Torch-free."""

from __future__ import annotations

import re

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[`~]*[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TABLE_ROW = re.compile(r"^[ \t]*\|.*\n?", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$\n?|^[ \t]*(?:=+|-{2,})[ \t]*$\n?", re.MULTILINE)
_LINE_MARK = re.compile(r"^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]+|[-*+][ \t]+|\d{1,3}[.)][ \t]+)", re.MULTILINE)
_DEFINITION = re.compile(r"^[ \t]*\[[^\]\n]+\]:.*\n?", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINK = re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_CODE = re.compile(r"(`+)(.+?)\1")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w\\])([*_])(?=\S)(.+?)(?<![\s\\])\1(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")
_TITLE = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]+?)[ \t]*#*\n")


def strip_markdown(text: str) -> str:
    """Return the prose of `text` with its paragraphs where they were."""
    for pattern in (_FRONT_MATTER, _FENCE, _COMMENT, _TABLE_ROW, _RULE, _DEFINITION):
        text = pattern.sub("", text)
    text = _LINE_MARK.sub("", text)
    for pattern, kept in ((_IMAGE, r"\1"), (_LINK, r"\1"), (_TAG, ""), (_CODE, r"\2")):
        text = pattern.sub(kept, text)
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return _ESCAPE.sub(r"\1", text)


def split_title(text: str) -> tuple[str, str]:
    """Return (title, rest) of a Markdown text that begins with a heading, or ("", text)."""
    text = _FRONT_MATTER.sub("", text)
    found = _TITLE.match(text)
    return (strip_markdown(found["title"]).strip(), text[found.end() :]) if found else ("", text)

import json

import pytest

from engine.errors import InputError
from engine.lorebook import read_lorebook
from engine.modes import LoreEntry


def test_entries_are_read_in_order(tmp_path):
    path = tmp_path / "lore.json"
    entries = [{"keys": ["Ada", "the countess"], "text": "Ada fears water."}, {"keys": ["海"], "text": "海很深。"}]
    path.write_text(json.dumps(entries), encoding="utf-8")
    assert read_lorebook(path) == (
        LoreEntry(("Ada", "the countess"), "Ada fears water."),
        LoreEntry(("海",), "海很深。"),
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[{"keys": ["a"], "text": "b"}, {"keys": [], "text": "b"}]', "Entry 2"),
        ('[{"keys": "a", "text": "b"}]', "Entry 1"),
        ('[{"keys": [""], "text": "b"}]', "Entry 1"),
        ('[{"keys": ["a"]}]', "Entry 1"),
        ("{}", "list"),
        ('[\n{"keys": ', "line 2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, word):
    path = tmp_path / "lore.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=word):
        read_lorebook(path)

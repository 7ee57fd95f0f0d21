import json

import pytest

from engine.runs import unfinished_runs


@pytest.fixture
def table(tmp_path):
    words = [
        f"{a}{b}" for a in ("b", "d", "f", "g", "k", "l", "m") for b in ("orn", "ast", "illow", "ey", "urn", "osh")
    ]
    path = tmp_path / "pairs.tsv"
    lines = [f"The {word} is at home today.\tDer {word} ist heute zu Hause.\n" for word in words]
    path.write_text("en\tde\n" + "".join(lines) + "just one column\n", encoding="utf-8")
    return path


def test_a_look_prints_what_would_be_read(cli, table):
    status, out, error = cli("train", "--purpose", "translate", table, "--look", "--minutes", "1")
    assert (status, error) == (0, "")
    assert "1 file: 42 texts" in out
    assert "1 lines have other columns" in out
    assert "minutes at most, less where nothing more is learnt" in out
    assert "about 0 minutes" not in out
    assert unfinished_runs() == []


def test_a_look_as_json_is_events(cli, table):
    _, out, _ = cli("train", "--purpose", "translate", table, "--look", "--json")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events if event["event"] != "Progress"] == ["Survey", "Finished"]


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("a.txt", "b.txt"), 2, "--purpose"),
        (("--purpose", "dance", "a.txt"), 2, "choose from"),
        (("--purpose", "continue", "a.txt", "--name", "x", "--minutes", "0"), 2, "above 0"),
        (("--purpose", "continue", "a.txt"), 1, "name"),
        (("--purpose", "continue", "a.txt", "--name", "a/b"), 1, "name"),
        (("--purpose", "continue", "a.txt", "--name", "x", "--lora"), 1, "Adapters"),
        (("--purpose", "continue", "no-such-file.txt", "--name", "x"), 1, "no-such-file.txt"),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence(cli, arguments, status, word):
    found, out, error = cli("train", *arguments)
    assert (found, out) == (status, "")
    assert word in error

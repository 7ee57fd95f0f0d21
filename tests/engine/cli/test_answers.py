import json

import pytest

STORY = "Once upon a time there was an old king whose name was Zarathustra. He lived in a castle by the sea. "


def events(out):
    return [json.loads(line) for line in out.splitlines()]


def test_complete_prints_a_line_per_candidate_with_its_source(cli, llama):
    text = (STORY + "Every morning he walked down to the shore, and every evening he came back. And Zara").encode()
    status, out, _ = cli("complete", "--device", "cpu", "--model", llama, standard_input=text + b"\n")
    assert status == 0
    lines = [line.split("\t") for line in out.splitlines()]
    assert lines[0][0] == "ngram"
    assert lines[0][1].startswith("thustra")
    status, out, _ = cli("complete", "--device", "cpu", "--model", llama, "--json", standard_input=text)
    kinds = [event["event"] for event in events(out)]
    assert kinds[-1] == "Finished"
    assert [event["values"]["source"] for event in events(out) if event["event"] == "Result"] == ["ngram", "model"]
    status, out, _ = cli("complete", "--no-learn", "--device", "cpu", "--model", llama, standard_input=text)
    assert "thustra" not in out


def test_complete_says_when_no_word_is_likely(cli, llama):
    status, out, err = cli("complete", "--no-learn", "--device", "cpu", "--model", llama, "--prompt", "The old king")
    assert (status, out) == (0, "")
    assert err == "No word is likely enough here to be offered.\n"


def test_complete_refuses_what_it_cannot_give(cli, llama):
    status, _, err = cli("complete", "--model", llama, "--variants", "6", "--prompt", "Once")
    assert status == 2
    assert "1 to 5 variants" in err


def test_surprise_prints_words_and_passages(cli, llama, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(STORY, encoding="utf-8")
    status, out, _ = cli("surprise", "--device", "cpu", "--model", llama, path)
    assert status == 0
    lines = out.splitlines()
    assert [line.split("\t")[1] for line in lines[:3]] == ["Once", "upon", "a"]
    assert any(line.startswith("21 words, ") for line in lines)
    assert "The most startling passages:" in lines
    status, out, _ = cli("surprise", "--device", "cpu", "--model", llama, path, "--json")
    (found,) = [event["values"] for event in events(out) if event["event"] == "Result"]
    assert found["words"] == 21
    words = [word for event in events(out) if event["event"] == "Surprises" for word in event["words"]]
    assert [STORY[start:end] for start, end, _ in words[:2]] == ["Once", "upon"]


def test_scorecard_against_a_file_or_by_a_model(cli, llama, tmp_path):
    text, other = tmp_path / "text.txt", tmp_path / "other.txt"
    text.write_text("a b c d\ne f g h\n", encoding="utf-8")
    other.write_text("a b c d\ne f g h\n", encoding="utf-8")
    status, out, _ = cli("evaluate", "scorecard", text, other)
    assert status == 0
    assert out.startswith("bleu 100.000  chrf 100.000  rouge1 100.000")
    assert out.endswith("lines 2\n")
    status, out, err = cli("evaluate", "scorecard", text, other, "--json")
    (found,) = [event["values"] for event in events(out) if event["event"] == "Result"]
    assert len(found["series"]) == 2
    other.write_text("a b c d\n", encoding="utf-8")
    status, _, err = cli("evaluate", "scorecard", text, other)
    assert "2 and 1" in err
    status, out, _ = cli("evaluate", "scorecard", "--model", llama, "--device", "cpu", text)
    assert status == 0
    assert out.startswith("perplexity ")


@pytest.mark.parametrize("name", ["complete", "surprise"])
def test_a_missing_file_has_its_sentence(cli, name, llama, tmp_path):
    status, _, err = cli(name, "--model", llama, tmp_path / "none.txt")
    assert status == 1
    assert "none.txt" in err
    other = tmp_path / "empty.txt"
    other.write_text("", encoding="utf-8")
    status, _, err = cli("evaluate", "scorecard", other, other)
    assert status == 1
    assert "no text to score" in err

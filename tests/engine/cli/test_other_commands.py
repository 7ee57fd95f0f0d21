import json
import lzma
import math

import pytest

from engine.paths import data_dir
from tests.engine.tiny_models import SENTENCES


@pytest.fixture
def own_model(llama):
    """A model of the writer's own, where the catalogue looks."""
    folder = data_dir() / "models" / "my-model"
    folder.mkdir(parents=True)
    for path in llama.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return "my-model"


def test_models_are_listed(cli, own_model):
    status, out, _ = cli("models")
    assert status == 0
    assert any(line.startswith(own_model) for line in out.splitlines())
    status, out, _ = cli("models", "--json")
    entries = [json.loads(line) for line in out.splitlines()]
    assert [entry["tasks"] for entry in entries if entry["id"] == own_model] == [["write"]]


def test_devices_are_listed(cli):
    status, out, _ = cli("devices")
    assert status == 0
    assert "CPU" in out
    status, out, _ = cli("devices", "--json")
    assert any(json.loads(line)["device"] == "cpu" for line in out.splitlines())


def result(out):
    """Return the values of the one Result among JSON lines."""
    (found,) = [event for event in map(json.loads, out.splitlines()) if event["event"] == "Result"]
    return found["values"]


def test_perplexity_and_bits_per_byte_agree(cli, llama, tmp_path):
    text = "\n".join(SENTENCES)
    plain, packed = tmp_path / "text.txt", tmp_path / "text.txt.xz"
    plain.write_text(text, encoding="utf-8")
    packed.write_bytes(lzma.compress(text.encode()))
    status, out, _ = cli("evaluate", "perplexity", "--device", "cpu", "--model", llama, plain, "--json")
    assert status == 0
    values = result(out)
    nats = values["tokens"] * math.log(values["perplexity"])
    assert values["bits_per_byte"] == pytest.approx(nats / math.log(2) / len(text.encode()))
    _, again, _ = cli("evaluate", "perplexity", "--device", "cpu", "--model", llama, packed)
    assert again.startswith(f"perplexity {values['perplexity']:.3f}  bits_per_byte {values['bits_per_byte']:.3f}")


def test_bleu_and_rouge_of_two_files(cli, tmp_path):
    hypotheses, references = tmp_path / "hyp.txt", tmp_path / "ref.txt.xz"
    hypotheses.write_text("a b c d e f\n", encoding="utf-8")
    references.write_bytes(lzma.compress(b"a b c d x f\n"))
    assert cli("evaluate", "bleu", hypotheses, references)[1].startswith("bleu 53.728  chrf ")
    assert cli("evaluate", "rouge", hypotheses, references)[1].startswith("rouge1 83.333  rouge2 60.000  rougeL 83.333")


def test_the_starter_models_are_scored_in_every_direction(cli, llama, marian, tmp_path):
    for name, source, tasks in (("writer", llama, "[write]"), ("worker", marian, "[translate, summarise]")):
        folder = data_dir() / "models" / name
        folder.mkdir(parents=True)
        for path in source.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        (folder / "card.md").write_text(f"---\ntitle: {name}\ntasks: {tasks}\n---\n\nFor a test.\n", encoding="utf-8")
    write_test_sets(tmp_path)
    command = ("evaluate", "starter", "--data", tmp_path, "--limit", "2", "--device", "cpu")
    status, out, error = cli(*command, "--json")
    assert (status, error) == (0, "")
    events = [json.loads(line) for line in out.splitlines()]
    values = [event["values"] for event in events if event["event"] == "Result"]
    left_out = [event["message"] for event in events if event["event"] == "Notice"]
    assert any("ntrex128.en-de" in message for message in left_out)
    directions = [entry["direction"] for entry in values if "bleu" in entry]
    assert sorted(directions) == sorted(f"{a}-{b}" for c in ("de", "fr", "es", "zh") for a, b in (("en", c), (c, "en")))
    assert all(entry["lines"] == 2 for entry in values if "bleu" in entry)
    systems = [entry["system"] for entry in values if "rougeL" in entry]
    assert systems[:4] == ["lead, 2 words", "headline", "lead, 2 words", "abstract"]
    assert {"one sentence, key sentences", "one sentence, lead", "one sentence, random"} <= set(systems)
    assert {entry["direction"] for entry in values if entry["table"] == "odd inputs"} == {*directions, "all"}
    (bits,) = [entry for entry in values if entry.get("measure") == "bits per byte"]
    assert bits["set"] == "gutenberg_heldout_books"
    assert bits["met"] == ("yes" if bits["value"] <= 1.25 else "no")
    status, out, _ = cli(*command, "--table", "odd inputs")
    assert out.startswith("\n## Odd inputs\n\n| direction | inputs | empty % |")
    assert out.count("\n| ") == 10


def write_test_sets(folder):
    pairs = "Hello.\tHallo.\nThe cat sleeps.\tDie Katze schläft.\nNo more.\tNicht mehr.\n"
    names = ["tatoeba-test3k.en-de", "tatoeba-test3k.en-fr", "tatoeba-test3k.en-es", "tatoeba-heldout1k.en-zh"]
    sets = {f"translation/{name}.tsv.xz": pairs for name in names}
    sets |= {f"summary/{name}.tsv.xz": pairs for name in ("arxiv_abstract_title.test", "scitldr.test")}
    sets["lm/gutenberg_heldout_books.txt.xz"] = "\n".join(SENTENCES)
    for name, text in sets.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(lzma.compress(text.encode()))


def test_what_cannot_be_measured_is_told_in_one_sentence(cli, tmp_path, llama):
    one, two, broken = tmp_path / "one.txt", tmp_path / "two.txt", tmp_path / "broken.txt.xz"
    one.write_text("a\n", encoding="utf-8")
    two.write_text("a\nb\n", encoding="utf-8")
    broken.write_bytes(b"no archive")
    wrong = {
        "same number": cli("evaluate", "bleu", one, two),
        "nonsense": cli("evaluate", "bleu", one, one, "--tokenize", "nonsense"),
        "missing.txt.xz": cli("evaluate", "rouge", "missing.txt.xz", one),
        "unpacked": cli("evaluate", "rouge", broken, one),
        "no-such-model": cli("evaluate", "perplexity", "--model", "no-such-model", one),
        "no-such-folder": cli("evaluate", "starter", "--data", "no-such-folder"),
        "recipe.toml": cli("train", tmp_path / "recipe.toml", "--out", tmp_path / "run"),
        "--out": cli("train", tmp_path / "recipe.toml", "--out", tmp_path / "run", "--resume"),
    }
    for word, (status, out, error) in wrong.items():
        assert (status, out) == (1, ""), word
        assert word in error
        assert error.count("\n") == 1

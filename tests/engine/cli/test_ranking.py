import json

import pytest

VARIANTS = (" is nice today.", " nice today is.")


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(len(VARIANTS))]
    for path, text in zip(paths, VARIANTS, strict=True):
        path.write_text(text + "\n", encoding="utf-8")
    return paths


def test_files_are_ranked_with_reasons_and_the_method(cli, llama, files):
    status, out, _ = cli("rank", *files, "--prompt", "The weather", "--model", llama, "--device", "cpu")
    assert status == 0
    *rows, method = out.splitlines()
    scores = [float(row.split("\t")[0]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert {row.split("\t")[1] for row in rows} == {str(path) for path in files}
    assert all("“" in row.split("\t")[2] for row in rows)
    assert method.startswith("by typicality (not measured")


def test_lines_of_standard_input_are_variants(cli, llama):
    text = "\n".join(VARIANTS).encode()
    status, out, _ = cli("rank", "-", "--model", llama, "--device", "cpu", "--json", standard_input=text)
    assert status == 0
    (values,) = [event["values"] for event in map(json.loads, out.splitlines()) if event["event"] == "Result"]
    assert sorted(values["order"]) == [0, 1]
    assert len(values["scores"]) == len(values["reasons"]) == 2


def test_one_variant_is_nothing_to_rank(cli, llama, files):
    status, _, err = cli("rank", files[0], "--model", llama, "--device", "cpu")
    assert status == 1
    assert "two variants" in err


def test_files_and_standard_input_exclude_each_other(cli, llama, files):
    status, _, err = cli("rank", files[0], "-", "--model", llama)
    assert status == 1
    assert "standard input" in err

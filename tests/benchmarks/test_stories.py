import lzma
import sys

import pytest

from benchmarks import stories

TALE = "The old king went down to the sea number {0}, and there he saw a ship that was larger than any other he knew.\n"


@pytest.fixture
def data(tmp_path):
    books = "\n\n".join("".join(TALE.format(20 * book + line) for line in range(20)) for book in range(12))
    for name in (
        "train/gutenberg_fiction_en/childrens_and_fairy_tales_pd.txt.xz",
        "train/gutenberg_fiction_en/fiction_pd_life70.txt.xz",
        "train/african_storybook/stories.en.txt.xz",
        "eval/lm/gutenberg_heldout_books.txt.xz",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(lzma.compress(books.encode()))
    return tmp_path


def test_baselines_are_bits_per_byte_of_the_held_out_text(data, monkeypatch, capsys):
    arguments = ["baselines", "--eval", data / "eval", "--train", data / "train", "--work", data / "lstm"]
    monkeypatch.setattr(sys, "argv", ["stories", *map(str, arguments), "--minutes", "0.02", "--device", "cpu"])
    stories.main()
    lines = [line for line in capsys.readouterr().out.splitlines() if line.endswith("bits per byte")]
    assert [line.split(",")[0] for line in lines] == ["Kneser-Ney 5-gram", "LSTM 2 x 200"]
    assert all(0 < float(line.split()[-4]) < 8 for line in lines)
